#pragma once

#include <cstddef>
#include <vector>

#include "likeness/encoder/trainer.hpp"

namespace likeness {

// Every epoch that the trainer has.
inline std::vector<EpochReport> train_all(Trainer& trainer) {
  while (!trainer.finished()) trainer.run_epoch([](std::size_t, std::size_t) {});
  return trainer.history();
}

}  // namespace likeness
