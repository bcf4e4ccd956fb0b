// An item near another, as every search returns it.
#pragma once

#include <cstddef>

namespace likeness {

struct Neighbour {
  std::size_t item = 0;
  float distance = 0.0F;

  bool operator==(const Neighbour&) const = default;
  // Nearest first; the earlier item where two are equally near, so that every order is total.
  friend bool operator<(const Neighbour& a, const Neighbour& b) noexcept {
    return a.distance != b.distance ? a.distance < b.distance : a.item < b.item;
  }
};

}  // namespace likeness
