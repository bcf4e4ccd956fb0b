// What an epoch of a training gave, as a model, a checkpoint and history.jsonl keep it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace likeness {

// Mean squared and absolute differences, with pixels from 0 to 1.
struct EpochReport {
  std::size_t epoch = 0;  // from 1
  double train_mse = 0.0;
  double train_mae = 0.0;
  double validation_mse = 0.0;
  double validation_mae = 0.0;
  double contrast_loss = 0.0;      // 0: not learned by contrast
  double images_per_second = 0.0;  // of training, validation not counted
  double seconds = 0.0;            // since the training began
};

// One line of JSON, as history.jsonl keeps it.
[[nodiscard]] std::string to_json_line(const EpochReport& report);

// An array of them; the first form without times, so that the same training gives the same bytes.
[[nodiscard]] std::string losses_to_json(std::span<const EpochReport> history);
[[nodiscard]] std::string history_to_json(std::span<const EpochReport> history);

// Reads either form. Error::kCorrupt, naming the source, for what no training gives.
[[nodiscard]] std::vector<EpochReport> history_from_json(const std::string& text,
                                                         const std::string& source);

}  // namespace likeness
