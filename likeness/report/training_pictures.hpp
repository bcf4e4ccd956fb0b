// What a training shows at its end: its reconstructions epoch by epoch, as sheets and as one
// animation, and its losses.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/shop/train.hpp"

namespace likeness {

struct TrainingPictures {
  std::vector<std::filesystem::path> files;
  std::vector<std::string> failures;  // a line each, for what could not be drawn
};

// Into the run's folder, from the reconstructions that lie there; an epoch without any is left out.
// Never throws an Error: a training is not lost for its pictures.
[[nodiscard]] TrainingPictures draw_training(const ShopFiles& files, const TrainOutcome& training);

// Where they lie and what they are, in a line; there is at least one.
[[nodiscard]] std::string summary_of(const TrainingPictures& pictures);
// The files' paths.
[[nodiscard]] Json names_of(const TrainingPictures& pictures);

}  // namespace likeness
