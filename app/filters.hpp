// --where TAG=VALUE, as Arguments reads it.
#pragma once

#include <string>
#include <utility>

#include "app/arguments.hpp"
#include "likeness/shop/request_words.hpp"
#include "likeness/shop/tag_filter.hpp"

namespace likeness {

inline void read_value(const std::string& word, TagFilter& value) {
  auto filter = tag_filter_of(word);
  if (!filter) throw UsageError("is not TAG=VALUE: give one such as colour=red");
  value = *std::move(filter);
}

}  // namespace likeness
