// A shop of some hundred items whose latents have two parts, and a database that it is published
// into. The numbers are such that half precision has them exactly.
#pragma once

#include <string>
#include <vector>

#include "likeness/encoder/parts.hpp"
#include "tests/postgres/database_shop.hpp"

namespace likeness {

class PartsShop : public DatabaseShop {
 protected:
  static constexpr std::size_t kItems = 300;

  struct Extent {
    std::size_t items = kItems;
    std::size_t pictures = items;  // that differ
  };
  // The shop "many": colours red, green and blue, 100 shelves, and the pictures by turns.
  PartsShop() : PartsShop(Extent()) {}
  explicit PartsShop(const Extent& extent);

  // Lets a model answer there whose latents are drawn by the seed, in these parts.
  void put_parts_model(const std::string& name, std::uint64_t seed,
                       const std::vector<Part>& parts = two_parts()) const;
  static std::vector<Part> two_parts() {
    return {{.name = "shape", .begin = 0, .size = 3},
            {.name = "shape", .begin = 3, .size = 2},
            {.name = "colour", .begin = 5, .size = 3}};
  }
  // Expects the same lines and JSON of the shop and of its database; of relevance, which is made of
  // numbers that are rounded otherwise, nearly the same.
  void expect_same(const Words& options) const;

 private:
  std::size_t items_;
};

}  // namespace likeness
