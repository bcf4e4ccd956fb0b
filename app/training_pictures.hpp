// What a training shows at its end: its reconstructions epoch by epoch, as sheets and as one
// animation, and its losses.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "app/shop.hpp"
#include "app/training_run.hpp"
#include "likeness/encoder/trainer.hpp"

namespace likeness {

struct FinishedTraining {
  std::string name;
  RunFiles files;
  std::vector<EpochReport> history;
  std::size_t best_epoch = 0;
};

struct TrainingPictures {
  std::vector<std::filesystem::path> files;
  std::vector<std::string> failures;  // a line each, for what could not be drawn
};

// Into the run's folder, from the reconstructions that lie there; an epoch without any is left out.
// Never throws an Error: a training is not lost for its pictures.
[[nodiscard]] TrainingPictures draw_training(const FinishedTraining& training, const Shop& shop);

}  // namespace likeness
