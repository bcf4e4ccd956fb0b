// The verb "verify": checks every checksum and every reference between database, packs and files,
// and names what is wrong.
#pragma once

#include <cstddef>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/json.hpp"
#include "likeness/base/work.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

struct VerifyOutcome {
  std::vector<StoreProblem> problems;
  std::vector<StoreProblem> notes;  // what is as it should be after a command was killed
  std::vector<Message> remedies;    // of the problems
  std::size_t items = 0;
  std::size_t pictures = 0;  // records of the packs

  [[nodiscard]] bool sound() const noexcept { return problems.empty(); }
};

// Throws only if there is no shop, and when stopped.
[[nodiscard]] VerifyOutcome verify(const ShopFiles& files, const Work& work);

[[nodiscard]] Json to_json(const VerifyOutcome& outcome);

}  // namespace likeness
