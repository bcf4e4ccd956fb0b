// What `likeness pack` tells when it is done: in lines for people, in JSON for programs.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/pack_tags.hpp"
#include "likeness/base/json.hpp"
#include "likeness/catalogue/pack_pictures.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

struct PackOutcome {
  std::filesystem::path shop;
  PackReport report;
  std::vector<StoredPack> packs;  // all of the shop
  std::size_t items = 0;          // in the shop now
  std::optional<TagReport> tags;
  double seconds = 0.0;
};

[[nodiscard]] std::string to_text(const PackOutcome& outcome);
[[nodiscard]] Json to_json(const PackOutcome& outcome);

}  // namespace likeness
