// Trains an autoencoder: epochs of batches, Adam, one cycle of the learning rate. It reports and
// keeps its state; whoever calls it decides what is written where.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

#include "likeness/base/parallel.hpp"
#include "likeness/base/thread_pool.hpp"
#include "likeness/encoder/contrast.hpp"
#include "likeness/encoder/epoch_report.hpp"
#include "likeness/encoder/network.hpp"
#include "likeness/encoder/optimiser.hpp"
#include "likeness/encoder/pictures.hpp"
#include "likeness/encoder/ranks.hpp"
#include "likeness/encoder/schedule.hpp"
#include "likeness/encoder/shards.hpp"
#include "likeness/encoder/validation.hpp"

namespace likeness {

struct TrainingOptions {
  // Pictures a step, rounded to whole shards. What is learned depends on it, and not on the
  // threads.
  std::size_t batch = 64;
  std::size_t threads = available_threads();
  std::size_t epochs = 0;    // the schedule's length; 0: as many as fit into the minutes
  double minutes = 0.0;      // validation included; 0: no limit
  std::size_t patience = 5;  // epochs without a better loss until a constant rate stops
  double validation_share = 0.1;
  Precision precision = Precision::kF32;
  LearningRate learning_rate{};
  Augmentation augmentation{};
  // For a parts_network(): its learned part learns by contrast, the decoder from what it gives.
  std::optional<ContrastOptions> contrast{};
  std::uint64_t seed = 1;
  OnRead on_read{};
  std::stop_token stop{};
  // Processes that train together, each with the same pictures and options; the threads are each
  // one's own. What the first one has counts: where a training begins or goes on, and its clock.
  // One that is to stop stops all.
  Ranks ranks{};
  Precision wire = Precision::kF32;  // what gradients are sent as between them
};

// What is needed to go on as if nothing had happened.
struct TrainingState {
  std::vector<float> parameters;                   // in the order of parameters_of(network)
  std::vector<float> first_moment, second_moment;  // Adam's, of the trained ones
  std::size_t steps = 0;
  double progress = 0.0;
  double seconds = 0.0;
  std::vector<EpochReport> history;
  std::size_t best_epoch = 0;
};

// Fewer pictures cannot be told apart in any useful way.
inline constexpr std::size_t kFewestForContrast = 8;

class Trainer {
 public:
  // Error::kInput for fewer than two pictures, or than kFewestForContrast to learn by contrast.
  Trainer(Network network, const Pictures& pictures, const TrainingOptions& options);

  void resume(const TrainingState& state);
  [[nodiscard]] TrainingState state() const;
  [[nodiscard]] const std::vector<EpochReport>& history() const noexcept { return state_.history; }
  [[nodiscard]] std::size_t best_epoch() const noexcept { return state_.best_epoch; }

  // Called after each step with the pictures seen in this epoch and in one whole epoch.
  using OnStep = std::function<void(std::size_t seen, std::size_t total)>;
  // Runs one epoch and validates; the last one of a time budget may be cut short. Throws
  // Error::kUnavailable if the loss or a weight is no longer a number, and if stopped. All ranks
  // call it, and construct the trainer, together.
  EpochReport run_epoch(const OnStep& on_step);
  [[nodiscard]] bool finished() const;
  // Whether the last epoch was the best so far; by contrast always, as the pictures' likeness is
  // nothing that a loss could tell.
  [[nodiscard]] bool improved() const;

  [[nodiscard]] std::vector<float> parameters() const { return parameters_.get(); }
  [[nodiscard]] const Split& split() const noexcept { return split_; }
  // With the parameters of the last validation: (H, W, C) bytes for each position.
  [[nodiscard]] std::vector<std::vector<std::uint8_t>> reconstruct(
      std::span<const std::size_t> positions) {
    return validation_->reconstruct(positions);
  }

 private:
  using Clock = std::chrono::steady_clock;
  struct EpochSums {
    Difference difference;
    std::size_t seen = 0;           // pictures
    std::size_t reconstructed = 0;  // of which the difference is
    double contrast_loss = 0.0;
    std::size_t contrast_steps = 0;
  };
  struct StepSizes {
    std::size_t batch = 0;  // pictures that are reconstructed, whole shards
    std::size_t shard = 0;  // pictures
    std::size_t pairs = 0;  // that are compared, whole shards; 0 without a contrast
    std::size_t shard_pairs = 0;
  };
  // With so many pictures to learn from.
  [[nodiscard]] static StepSizes step_sizes(const TrainingOptions& options, std::size_t pictures);
  [[nodiscard]] AfterStep after_step();
  void prepare_contrast(const ContrastOptions& contrast);
  [[nodiscard]] ContrastStart shared_start(const ContrastOptions& contrast,
                                           const ChosenPictures& from);
  void share_state();
  void stop_if_asked() const;
  void step(std::span<const std::uint8_t> batch, Difference& sums);
  EpochSums reconstruction_epoch(std::size_t epoch, const OnStep& on_step);
  EpochSums contrast_epoch(std::size_t epoch, const OnStep& on_step);
  void contrast_step(std::span<const std::size_t> places, EpochSums& sums);
  void decoder_step(std::span<const std::size_t> places, EpochSums& sums);
  void add_differences(Difference& sums);
  void require_number(double value, std::string_view what) const;
  // Counts a step, and says what it moves from then on.
  [[nodiscard]] Optimiser::Step next_step();
  Difference validate();
  [[nodiscard]] double progress_now() const;
  [[nodiscard]] double seconds_now() const;
  [[nodiscard]] std::size_t picture_size() const { return network_.input().size(); }

  Network network_;
  const Pictures& pictures_;
  TrainingOptions options_;
  ThreadPool pool_;
  Split split_;
  StepSizes sizes_;
  ParameterStore parameters_;
  // Steps by contrast and of the decoder follow each other.
  std::shared_ptr<GradientMemory> gradients_ = std::make_shared<GradientMemory>();
  std::unique_ptr<Shards> shards_;
  std::unique_ptr<ContrastLearner> contrast_;
  std::unique_ptr<Validation> validation_;
  std::unique_ptr<Optimiser> optimiser_;
  std::size_t decoder_begin_ = 0;  // among the trained parameters
  std::vector<std::uint8_t> gathered_;
  std::span<const std::uint8_t> at_work_;  // the batch
  ShardPictures shards_of_batch_;
  TrainingState state_;
  double validation_seconds_ = 0.0;  // of the last validation: the budget keeps it free
  double seconds_before_ = 0.0;      // of earlier runs of this training
  Clock::time_point start_ = Clock::now();
};

}  // namespace likeness
