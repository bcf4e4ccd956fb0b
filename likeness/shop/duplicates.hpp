// The verb "duplicates": items that show the same picture. Exact: the same pixels. Near: the same
// picture re-encoded, scaled or slightly cropped. What merely looks alike is neither.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/base/work.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

struct DuplicatesOutcome {
  std::size_t items = 0;
  std::vector<std::vector<std::string>> exact;  // keys of the items of each group
  std::vector<std::vector<std::string>> near;   // the exact duplicates of its items included
  double seconds = 0.0;
};

[[nodiscard]] DuplicatesOutcome find_duplicates(const ShopFiles& files, const Work& work);

[[nodiscard]] Json to_json(const DuplicatesOutcome& outcome);

}  // namespace likeness
