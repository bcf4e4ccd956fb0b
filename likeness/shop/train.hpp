// The verb "train": learns to describe a shop's pictures, and keeps the model of the best epoch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/base/work.hpp"
#include "likeness/encoder/network.hpp"
#include "likeness/encoder/ranks.hpp"
#include "likeness/encoder/trainer.hpp"
#include "likeness/shop/train_request.hpp"

namespace likeness {

struct TrainOutcome {
  std::string model;
  std::filesystem::path file;  // of the model
  Network network;
  Precision precision = Precision::kF32;
  std::vector<EpochReport> history;
  std::size_t best_epoch = 0;

  [[nodiscard]] const EpochReport& best() const { return history[best_epoch - 1]; }
  [[nodiscard]] double images_per_second() const;  // mean of the epochs
};

// Each epoch is kept as it ends: killed or stopped, a training can be resumed from there.
// RequestError for what cannot be or does not go together.
[[nodiscard]] TrainOutcome train(TrainRequest request, const Work& work);

// The same by several processes. The first of them leads: it alone writes into the shop.
[[nodiscard]] TrainOutcome lead_training(TrainRequest request, const Work& work,
                                         const Ranks& ranks);
// The others follow, with the same request and the same shop, which they only read. Whether it came
// to its end; if not, the first one has been told why.
[[nodiscard]] bool follow_training(TrainRequest request, const Work& work, const Ranks& ranks);

[[nodiscard]] Json to_json(const TrainOutcome& outcome);

}  // namespace likeness
