// What mends what a shop most often lacks.
#pragma once

#include <string>

#include "likeness/base/error.hpp"

namespace likeness {

[[nodiscard]] inline Remedy by_packing() {
  return {.does = "make one", .verb = "pack", .asked = {{.field = "", .value = "PICTURES..."}}};
}
[[nodiscard]] inline Remedy by_checking() {
  return {.does = "or pack damaged pictures again",
          .verb = "pack",
          .asked = {{.field = "", .value = "PICTURES..."}, {.field = "check", .value = ""}}};
}
[[nodiscard]] inline Remedy by_training() { return {.does = "make one", .verb = "train"}; }
[[nodiscard]] inline Remedy by_embedding(const std::string& does = "make them") {
  return {.does = does, .verb = "embed"};
}
[[nodiscard]] inline Remedy by_embedding_with(const std::string& model) {
  return {.does = "make them", .verb = "embed", .asked = {{.field = "model", .value = model}}};
}
[[nodiscard]] inline Remedy by_clustering() { return {.does = "make them", .verb = "cluster"}; }
[[nodiscard]] inline Remedy by_compacting() {
  return {.does = "make few packs of many", .verb = "compact"};
}
[[nodiscard]] inline Remedy by_leaving_out() {
  return {.does = "leave out pictures that no item has", .verb = "compact"};
}
[[nodiscard]] inline Remedy by_looking() { return {.does = "see what there is", .verb = "info"}; }
[[nodiscard]] inline Remedy by_listing_models() {
  return {.does = "see which there are", .verb = "model list"};
}
[[nodiscard]] inline Remedy by_verifying() { return {.does = "find out more", .verb = "verify"}; }

}  // namespace likeness
