// A shop of twelve items with tags, whose latents are known: item N lies at (N, 0), so that
// neighbours are plain to see.
#pragma once

#include <string>
#include <vector>

#include "likeness/store/store.hpp"
#include "tests/program/program.hpp"
#include "tests/support/text.hpp"

namespace likeness {

using Words = std::vector<std::string>;

class LineShop : public ProgramTest {
 protected:
  LineShop();

  // Vectors of the first items: (1, 0), (2, 0), ...
  static StoredLatents line(std::int64_t items);
  // Makes it the active one. The latents are those of the first items.
  void put_model(const std::string& name, const StoredLatents& latents) const;
};

}  // namespace likeness
