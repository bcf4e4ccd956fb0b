// --where TAG=VALUE, as Arguments reads it.
#pragma once

#include <string>

#include "app/arguments.hpp"
#include "likeness/shop/tag_filter.hpp"

namespace likeness {

// Divided at the first "=" until a shop is there to say what is a tag.
inline void read_value(const std::string& word, TagFilter& value) {
  const auto equals = word.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == word.size()) {
    throw UsageError("is not TAG=VALUE: give one such as colour=red");
  }
  value = {.tag = word.substr(0, equals), .value = word.substr(equals + 1)};
}

}  // namespace likeness
