// The verb "remove": items that shall not be recommended any more.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

struct RemoveRequest {
  ShopFiles files;
  std::vector<std::string> keys;
};

struct RemoveOutcome {
  std::size_t removed = 0;
};

// All keys or none: Error::kNotFound if no item has one of them.
[[nodiscard]] RemoveOutcome remove_items(const RemoveRequest& request);

[[nodiscard]] Json to_json(const RemoveOutcome& outcome);

}  // namespace likeness
