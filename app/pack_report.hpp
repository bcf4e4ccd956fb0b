// What `likeness pack` tells when it is done: in lines for people, in JSON for programs.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/pack_tags.hpp"
#include "app/text.hpp"
#include "likeness/base/json.hpp"
#include "likeness/catalogue/pack_pictures.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

// Items whose file is not there any more.
struct GoneItems {
  std::vector<std::string> keys;
  std::size_t removed = 0;  // how many of them are out of the shop now
  std::size_t back = 0;     // items that an earlier run removed and whose file is there again
};

struct PackOutcome {
  std::filesystem::path shop;
  PackReport report;
  std::vector<StoredPack> packs;  // all of the shop
  std::size_t items = 0;          // in the shop now
  GoneItems gone;
  std::optional<TagReport> tags;
  double seconds = 0.0;
};

[[nodiscard]] Text to_text(const PackOutcome& outcome);
[[nodiscard]] Json to_json(const PackOutcome& outcome);

}  // namespace likeness
