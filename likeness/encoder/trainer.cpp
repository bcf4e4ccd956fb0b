#include "likeness/encoder/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/interrupt.hpp"
#include "likeness/encoder/initial.hpp"

namespace likeness {
namespace {

constexpr std::size_t kFewest = 2;  // pictures that can be split into two sides

// The first steps average over what there has been, later ones over about 100 steps.
float normalisation_momentum(std::size_t steps) {
  const auto seen = static_cast<float>(steps);
  return std::min(kNormalisationMomentum, seen / (seen + 1.0F));
}

double mean_of(double sum, std::size_t pictures, std::size_t picture_size) {
  return sum / (static_cast<double>(pictures) * static_cast<double>(picture_size));
}

}  // namespace

Trainer::Trainer(Network network, const Pictures& pictures, const TrainingOptions& options)
    : network_(std::move(network)), pictures_(pictures), options_(options) {
  if (pictures.size() < kFewest) {
    throw Error(Error::Kind::kInput, "training: " + std::to_string(pictures.size()) +
                                         " pictures are too few: pack at least " +
                                         std::to_string(kFewest));
  }
  split_ = split_pictures(pictures, options.validation_share, options.seed, options.on_read);
  batch_ = std::min(options.batch, split_.training.size());
  training_ = std::make_unique<Executor>(network_, batch_, options_.precision, Use::kTraining);
  inference_ =
      std::make_unique<Executor>(network_, std::min(options.batch, split_.validation.size()),
                                 options_.precision, Use::kInference);
  training_->set_parameters(initial_parameters(network_, options_.seed));
  first_moment_.resize(training_->weights().size());
  second_moment_.resize(first_moment_.size());
}

void Trainer::resume(const TrainingState& state) {
  state_ = state;
  training_->set_parameters(state.parameters);
  first_moment_ = training_->own(state.first_moment);
  second_moment_ = training_->own(state.second_moment);
  seconds_before_ = state.seconds;
  start_ = Clock::now();
}

TrainingState Trainer::state() const {
  TrainingState state = state_;
  state.parameters = training_->parameters();
  state.first_moment = training_->described(first_moment_);
  state.second_moment = training_->described(second_moment_);
  state.seconds = seconds_now();
  return state;
}

double Trainer::seconds_now() const {
  return seconds_before_ + std::chrono::duration<double>(Clock::now() - start_).count();
}

// By steps where the number of epochs is known, by time where that runs out first.
double Trainer::progress_now() const {
  double progress = state_.progress;
  if (options_.epochs > 0) {
    const std::size_t steps = (split_.training.size() + batch_ - 1) / batch_ * options_.epochs;
    progress = std::max(progress, static_cast<double>(state_.steps) / static_cast<double>(steps));
  }
  if (options_.minutes > 0.0) {
    const double budget = std::max(1e-3, options_.minutes * 60.0 - validation_seconds_);
    progress = std::max(progress, seconds_now() / budget);
  }
  return std::min(progress, 1.0);
}

bool Trainer::improved() const { return state_.best_epoch == state_.history.size(); }

bool Trainer::finished() const {
  if (state_.progress >= 1.0) return true;
  if (options_.epochs > 0 && state_.history.size() >= options_.epochs) return true;
  // In one cycle the validation loss is bad while the rate is high, and best at the end.
  if (options_.learning_rate.schedule == Schedule::kOneCycle) return false;
  return state_.history.size() - state_.best_epoch >= options_.patience && !state_.history.empty();
}

void Trainer::step(Executor& executor, std::span<const std::uint8_t> batch, Difference& sums) {
  executor.set_normalisation_momentum(normalisation_momentum(state_.steps));
  executor.forward(batch);
  const Difference difference = executor.backward(batch);
  if (!std::isfinite(difference.squared)) {
    throw Error(Error::Kind::kUnavailable,
                "training: the loss is no longer a number after " + std::to_string(state_.steps) +
                    " steps: the best model so far is kept; try a lower --learning-rate");
  }
  sums.squared += difference.squared;
  sums.absolute += difference.absolute;
  state_.progress = progress_now();
  ++state_.steps;
  const double rate = learning_rate(options_.learning_rate, state_.progress);
  adam_step({.learning_rate = static_cast<float>(rate), .t = state_.steps}, executor.gradients(),
            first_moment_, second_moment_, executor.weights());
  executor.update_weights();
}

// Primitives are made for one batch size, so the smaller last batch has an executor of its own.
void Trainer::step_on_rest(std::span<const std::uint8_t> batch, Difference& sums) {
  const std::size_t count = batch.size() / picture_size();
  if (!rest_)
    rest_ = std::make_unique<Executor>(network_, count, options_.precision, Use::kTraining);
  rest_->copy_parameters(*training_);
  step(*rest_, batch, sums);
  training_->copy_parameters(*rest_);
}

EpochReport Trainer::run_epoch(const OnStep& on_step) {
  const Shape picture = network_.input();
  const std::size_t epoch = state_.history.size() + 1;
  const auto start = Clock::now();
  Batches batches(pictures_, split_.training,
                  {.batch = batch_,
                   .height = picture.h,
                   .width = picture.w,
                   .channels = picture.c,
                   .augmentation = options_.augmentation,
                   .seed = options_.seed + 0x5851f42d4c957f2dULL * epoch});
  Difference sums;
  std::size_t seen = 0;
  for (auto batch = batches.next(); !batch.empty(); batch = batches.next()) {
    stop_if_interrupted();
    const std::size_t count = batch.size() / picture_size();
    if (count == batch_) {
      step(*training_, batch, sums);
    } else {
      step_on_rest(batch, sums);
    }
    seen += count;
    if (options_.on_read) options_.on_read(count);
    on_step(seen, split_.training.size());
    if (options_.minutes > 0.0 && progress_now() >= 1.0) break;
  }
  state_.progress = progress_now();
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const Difference validation = validate();

  const EpochReport report{
      .epoch = epoch,
      .train_mse = mean_of(sums.squared, seen, picture_size()),
      .train_mae = mean_of(sums.absolute, seen, picture_size()),
      .validation_mse = mean_of(validation.squared, split_.validation.size(), picture_size()),
      .validation_mae = mean_of(validation.absolute, split_.validation.size(), picture_size()),
      .images_per_second = static_cast<double>(seen) / seconds,
      .seconds = seconds_now()};
  state_.history.push_back(report);
  const bool first = state_.best_epoch == 0;
  if (first || report.validation_mse < state_.history[state_.best_epoch - 1].validation_mse) {
    state_.best_epoch = epoch;
  }
  return report;
}

Difference Trainer::validate() {
  const auto start = Clock::now();
  inference_->set_parameters(training_->parameters());
  const std::size_t batch = inference_->batch();
  Difference sums;
  gathered_.resize(batch * picture_size());
  for (std::size_t begin = 0; begin < split_.validation.size(); begin += batch) {
    const std::size_t count = std::min(batch, split_.validation.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      const auto picture = pictures_[split_.validation[begin + i]];
      std::memcpy(gathered_.data() + i * picture_size(), picture.data(), picture.size());
    }
    inference_->forward(gathered_);
    const auto part = inference_->difference(std::span(gathered_).first(count * picture_size()));
    sums.squared += part.squared;
    sums.absolute += part.absolute;
    if (options_.on_read) options_.on_read(count);
  }
  validation_seconds_ = std::chrono::duration<double>(Clock::now() - start).count();
  return sums;
}

std::vector<std::vector<std::uint8_t>> Trainer::reconstruct(
    std::span<const std::size_t> positions) {
  std::vector<std::vector<std::uint8_t>> result;
  gathered_.resize(inference_->batch() * picture_size());
  for (const auto position : positions) {
    std::memcpy(gathered_.data(), pictures_[position].data(), picture_size());
    inference_->forward(gathered_);
    const auto values = inference_->reconstruction().floats().first(picture_size());
    auto& bytes = result.emplace_back();
    for (const float value : values) {
      bytes.push_back(
          static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0F, 1.0F) * 255.0F)));
    }
  }
  return result;
}

}  // namespace likeness
