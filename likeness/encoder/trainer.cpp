#include "likeness/encoder/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/interrupt.hpp"
#include "likeness/base/random.hpp"
#include "likeness/encoder/initial.hpp"

namespace likeness {
namespace {

constexpr std::size_t kFewest = 2;       // pictures that can be split into two sides
constexpr std::size_t kFewestPairs = 2;  // a pair alone has nothing to be told apart from

// The first steps average over what there has been, later ones over about 100 steps.
float normalisation_momentum(std::size_t steps) {
  const auto seen = static_cast<float>(steps);
  return std::min(kNormalisationMomentum, seen / (seen + 1.0F));
}

std::size_t trained_before(const Network& network, std::size_t layer) {
  std::size_t count = 0;
  for (const auto& parameter : parameters_of(network)) {
    if (parameter.layer < layer && parameter.trained()) count += parameter.size();
  }
  return count;
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
  if (options.contrast && pictures.size() < kFewestForContrast) {
    throw Error(Error::Kind::kInput,
                "training: " + std::to_string(pictures.size()) +
                    " pictures are too few to learn by contrast: pack at least " +
                    std::to_string(kFewestForContrast) + ", or give --objective reconstruction");
  }
  split_ = split_pictures(pictures, options.validation_share, options.seed, options.on_read);
  if (options.contrast && split_.training.size() < kFewestPairs) {
    throw Error(Error::Kind::kInput,
                "training: of " + std::to_string(pictures.size()) + " pictures only " +
                    std::to_string(split_.training.size()) +
                    " is left to learn from by contrast, the others are measured on: pack more "
                    "different pictures, or give a smaller --validation");
  }
  batch_ = std::min(options.batch, split_.training.size());
  training_ = std::make_unique<Executor>(network_, batch_, options_.precision, Use::kTraining);
  inference_ =
      std::make_unique<Executor>(network_, std::min(options.batch, split_.validation.size()),
                                 options_.precision, Use::kInference);
  if (options.contrast) {
    auto start = start_contrast(network_, pictures, split_.training, options.contrast->alike,
                                options.seed, options.on_read);
    training_->set_parameters(start.parameters);
    contrast_ = std::make_unique<ContrastLearner>(
        network_, pictures, split_.training, std::move(start), *options.contrast,
        std::min(batch_ * options.contrast->pairs_for_one_reconstructed, split_.training.size()),
        options.precision, options.on_read);
    contrast_->executor().set_parameters(first_parameters(training_->parameters()));
  } else {
    training_->set_parameters(initial_parameters(network_, options_.seed));
  }
  inference_->set_parameters(training_->parameters());
  decoder_begin_ = trained_before(network_, network_.latent + 1);
  first_moment_.resize(training_->weights().size());
  second_moment_.resize(first_moment_.size());
}

void Trainer::resume(const TrainingState& state) {
  state_ = state;
  training_->set_parameters(state.parameters);
  if (contrast_) contrast_->executor().set_parameters(first_parameters(state.parameters));
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
    const std::size_t batch = contrast_ ? contrast_->pairs() : batch_;
    const std::size_t steps = (split_.training.size() + batch - 1) / batch * options_.epochs;
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
  add_difference(executor.backward(batch), sums);
  begin_update();
  update(executor, {.begin = 0, .size = first_moment_.size()});
}

void Trainer::add_difference(const Difference& difference, Difference& sums) const {
  require_number(difference.squared);
  sums.squared += difference.squared;
  sums.absolute += difference.absolute;
}

void Trainer::require_number(double loss) const {
  if (std::isfinite(loss)) return;
  throw Error(Error::Kind::kUnavailable,
              "training: the loss is no longer a number after " + std::to_string(state_.steps) +
                  " steps: the best model so far is kept; try a lower --learning-rate");
}

void Trainer::begin_update() {
  state_.progress = progress_now();
  ++state_.steps;
}

void Trainer::update(Executor& executor, const ParameterRange& range) {
  const double rate = learning_rate(options_.learning_rate, state_.progress);
  adam_step({.learning_rate = static_cast<float>(rate), .t = state_.steps},
            executor.gradients().subspan(range.begin, range.size),
            std::span(first_moment_).subspan(range.begin, range.size),
            std::span(second_moment_).subspan(range.begin, range.size),
            executor.weights().subspan(range.begin, range.size));
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

std::span<const float> Trainer::first_parameters(std::span<const float> parameters) const {
  return parameters.first(contrast_->executor().parameters().size());
}

// The last batch is filled up with pictures that the epoch has seen already.
Trainer::EpochSums Trainer::contrast_epoch(std::size_t epoch, const OnStep& on_step) {
  std::vector<std::size_t> places(split_.training.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  Random(epoch_seed(epoch)).shuffle(std::span(places));
  const std::size_t pairs = contrast_->pairs();
  EpochSums sums;
  for (std::size_t begin = 0; begin < places.size(); begin += pairs) {
    stop_if_interrupted();
    const auto batch =
        std::span<const std::size_t>(places).subspan(std::min(begin, places.size() - pairs), pairs);
    contrast_step(batch, sums);
    decoder_step(batch.first(batch_), sums);
    sums.seen += std::min(pairs, places.size() - begin);
    if (options_.on_read) options_.on_read(batch_);
    on_step(sums.seen, places.size());
    if (options_.minutes > 0.0 && progress_now() >= 1.0) break;
  }
  training_->copy_parameters(contrast_->executor());
  return sums;
}

void Trainer::contrast_step(std::span<const std::size_t> places, EpochSums& sums) {
  Executor& learner = contrast_->executor();
  learner.set_normalisation_momentum(normalisation_momentum(state_.steps));
  const double loss = contrast_->step(places, options_.seed * 0x2545f4914f6cdd1dULL + state_.steps);
  require_number(loss);
  sums.contrast_loss += loss;
  ++sums.contrast_steps;
  begin_update();
  update(learner, {.begin = 0, .size = learner.weights().size()});
}

// The decoder learns to show what the descriptor holds, which does not change for it.
void Trainer::decoder_step(std::span<const std::size_t> places, EpochSums& sums) {
  training_->copy_parameters(contrast_->executor());
  training_->set_normalisation_momentum(normalisation_momentum(state_.steps - 1));
  gathered_.resize(places.size() * picture_size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto picture = pictures_[split_.training[places[i]]];
    std::memcpy(gathered_.data() + i * picture_size(), picture.data(), picture.size());
  }
  training_->forward(gathered_);
  add_difference(training_->backward(gathered_), sums.difference);
  sums.reconstructed += places.size();
  update(*training_, {.begin = decoder_begin_, .size = first_moment_.size() - decoder_begin_});
}

std::uint64_t Trainer::epoch_seed(std::size_t epoch) const {
  return options_.seed + 0x5851f42d4c957f2dULL * epoch;
}

Trainer::EpochSums Trainer::reconstruction_epoch(std::size_t epoch, const OnStep& on_step) {
  const Shape picture = network_.input();
  Batches batches(pictures_, split_.training,
                  {.batch = batch_,
                   .height = picture.h,
                   .width = picture.w,
                   .channels = picture.c,
                   .augmentation = options_.augmentation,
                   .seed = epoch_seed(epoch)});
  EpochSums sums;
  for (auto batch = batches.next(); !batch.empty(); batch = batches.next()) {
    stop_if_interrupted();
    const std::size_t count = batch.size() / picture_size();
    if (count == batch_) {
      step(*training_, batch, sums.difference);
    } else {
      step_on_rest(batch, sums.difference);
    }
    sums.seen += count;
    if (options_.on_read) options_.on_read(count);
    on_step(sums.seen, split_.training.size());
    if (options_.minutes > 0.0 && progress_now() >= 1.0) break;
  }
  sums.reconstructed = sums.seen;
  return sums;
}

EpochReport Trainer::run_epoch(const OnStep& on_step) {
  const std::size_t epoch = state_.history.size() + 1;
  const auto start = Clock::now();
  const EpochSums sums =
      contrast_ ? contrast_epoch(epoch, on_step) : reconstruction_epoch(epoch, on_step);
  state_.progress = progress_now();
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const Difference validation = validate();
  require_number(validation.squared);

  const EpochReport report{
      .epoch = epoch,
      .train_mse = mean_of(sums.difference.squared, sums.reconstructed, picture_size()),
      .train_mae = mean_of(sums.difference.absolute, sums.reconstructed, picture_size()),
      .validation_mse = mean_of(validation.squared, split_.validation.size(), picture_size()),
      .validation_mae = mean_of(validation.absolute, split_.validation.size(), picture_size()),
      .contrast_loss = sums.contrast_loss / std::max(1.0, static_cast<double>(sums.contrast_steps)),
      .images_per_second = static_cast<double>(sums.seen) / seconds,
      .seconds = seconds_now()};
  state_.history.push_back(report);
  const bool first = state_.best_epoch == 0;
  if (first || contrast_ ||
      report.validation_mse < state_.history[state_.best_epoch - 1].validation_mse) {
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
