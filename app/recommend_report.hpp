// What `likeness recommend` shows of its results: a table for people, JSON for programs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/text.hpp"
#include "likeness/base/json.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

struct ShownItem {
  Item item;
  std::vector<ItemTag> tags;
  float distance = 0.0F;
  double relevance = 0.0;
  std::optional<std::size_t> cluster;  // where the shop has clusters
  std::vector<std::string> folded;     // keys of its duplicates among the results
};

struct Recommended {
  std::string model;
  std::size_t items = 0;  // that were searched
  std::vector<ShownItem> results;
  std::optional<std::string> picture;  // the file that was drawn
  std::vector<std::string> narrowed;   // the options given that leave items out
};

[[nodiscard]] Text to_text(const Recommended& recommended);
[[nodiscard]] Json to_json(const Recommended& recommended);

}  // namespace likeness
