#include "likeness/encoder/trainer.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <numeric>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/random.hpp"
#include "likeness/base/work.hpp"
#include "likeness/encoder/initial.hpp"

namespace likeness {
namespace {

constexpr std::size_t kFewest = 2;       // pictures that can be split into two sides
constexpr std::size_t kFewestPairs = 2;  // a pair alone has nothing to be told apart from
constexpr std::size_t kShardPictures = 16;
constexpr std::size_t kShardDecoded = 8;  // beside a contrast: few are, and each thread wants some
constexpr std::size_t kShardPairs = 32;   // moments of half as many views cost likeness of kind
                                          // (docs/training.md)

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

Split checked_split(const Pictures& pictures, const TrainingOptions& options) {
  if (pictures.size() < kFewest) {
    throw Error(Error::Kind::kInput, "training: " + std::to_string(pictures.size()) +
                                         " pictures are too few: pack at least " +
                                         std::to_string(kFewest));
  }
  if (options.contrast && pictures.size() < kFewestForContrast) {
    throw Error(Error::Kind::kInput,
                "training: " + std::to_string(pictures.size()) +
                    " pictures are too few to learn by contrast: pack at least " +
                    std::to_string(kFewestForContrast) +
                    ", or ask for the objective reconstruction");
  }
  Split split = split_pictures(pictures, options.validation_share, options.seed, options.on_read);
  if (options.contrast && split.training.size() < kFewestPairs) {
    throw Error(Error::Kind::kInput,
                "training: of " + std::to_string(pictures.size()) + " pictures only " +
                    std::to_string(split.training.size()) +
                    " is left to learn from by contrast, the others are measured on: pack more "
                    "different pictures, or keep a smaller share apart");
  }
  return split;
}

}  // namespace

Trainer::StepSizes Trainer::step_sizes(const TrainingOptions& options, std::size_t pictures) {
  StepSizes sizes;
  std::size_t reconstructed = std::min(options.batch, pictures);
  if (options.contrast) {
    const std::size_t asked = options.batch * options.contrast->pairs_for_one;
    const std::size_t pairs = std::min(asked, pictures);
    sizes.shard_pairs = std::min(kShardPairs, pairs);
    sizes.pairs = pairs / sizes.shard_pairs * sizes.shard_pairs;
    reconstructed =
        std::clamp(asked / options.contrast->pairs_for_one_decoded, std::size_t{1}, sizes.pairs);
  }
  sizes.shard = std::min(options.contrast ? kShardDecoded : kShardPictures, reconstructed);
  sizes.batch = reconstructed / sizes.shard * sizes.shard;
  return sizes;
}

Trainer::Trainer(Network network, const Pictures& pictures, const TrainingOptions& options)
    : network_(std::move(network)),
      pictures_(pictures),
      options_(options),
      pool_(options.threads),
      split_(checked_split(pictures, options)),
      sizes_(step_sizes(options, split_.training.size())),
      parameters_(network_, plan(network_, Use::kTraining)),
      shards_of_batch_([this](std::size_t shard) {
        return at_work_.subspan(shard * sizes_.shard * picture_size(),
                                sizes_.shard * picture_size());
      }) {
  shards_ = std::make_unique<Shards>(network_,
                                     Shards::Options{.pictures = sizes_.shard,
                                                     .most = sizes_.batch / sizes_.shard,
                                                     .precision = options_.precision,
                                                     .ranks = options_.ranks,
                                                     .gradients = gradients_,
                                                     .after_step = after_step()},
                                     parameters_, pool_);
  validation_ = std::make_unique<Validation>(network_, pictures_, split_.validation,
                                             options_.precision, pool_);
  if (options.contrast) {
    prepare_contrast(*options.contrast);
  } else {
    parameters_.set(initial_parameters(network_, options_.seed));
  }
  validation_->set_parameters(parameters_.get());
  optimiser_ = std::make_unique<Optimiser>(parameters_, pool_, options_.ranks, options_.wire);
}

// A process alone has nobody to send anything to.
AfterStep Trainer::after_step() {
  if (options_.ranks.count() == 1) return {};
  return [this](std::size_t worker, const Share& written) { optimiser_->go_on(worker, written); };
}

// Found by the first rank for all: what others find may differ in the last bits, and with it whose
// neighbour is near.
ContrastStart Trainer::shared_start(const ContrastOptions& contrast, const ChosenPictures& from) {
  ContrastStart start;
  if (options_.ranks.is_first()) {
    start = start_contrast(network_, from, contrast, options_.seed, pool_);
  }
  options_.ranks.broadcast(start.parameters);
  options_.ranks.broadcast(start.neighbours);
  start.alike = options_.ranks.from_first(start.alike);
  return start;
}

void Trainer::prepare_contrast(const ContrastOptions& contrast) {
  const ChosenPictures from{
      .pictures = pictures_, .positions = split_.training, .on_read = options_.on_read};
  auto start = shared_start(contrast, from);
  parameters_.set(std::exchange(start.parameters, {}));
  contrast_ =
      std::make_unique<ContrastLearner>(network_, from, std::move(start),
                                        ContrastLearner::Options{.contrast = contrast,
                                                                 .pairs = sizes_.pairs,
                                                                 .shard_pairs = sizes_.shard_pairs,
                                                                 .precision = options_.precision,
                                                                 .ranks = options_.ranks,
                                                                 .gradients = gradients_,
                                                                 .after_step = after_step()},
                                        parameters_, pool_);
  decoder_begin_ = trained_before(network_, network_.latent + 1);
}

void Trainer::resume(const TrainingState& state) {
  state_ = state;
  parameters_.set(state.parameters);
  optimiser_->first_moment() = parameters_.own(state.first_moment);
  optimiser_->second_moment() = parameters_.own(state.second_moment);
  seconds_before_ = state.seconds;
  start_ = Clock::now();
}

// Every epoch begins with what the first rank has: where the training goes on, and nothing that
// different processors round differently adds up.
void Trainer::share_state() {
  const Ranks& ranks = options_.ranks;
  if (ranks.count() == 1) return;
  for (const std::span<float> values :
       {parameters_.weights(), parameters_.moments(), std::span(optimiser_->first_moment()),
        std::span(optimiser_->second_moment())}) {
    ranks.broadcast(std::as_writable_bytes(values));
  }
  ranks.broadcast(state_.history);
  state_.steps = ranks.from_first(state_.steps);
  state_.progress = ranks.from_first(state_.progress);
  state_.best_epoch = ranks.from_first(state_.best_epoch);
}

void Trainer::stop_if_asked() const {
  const bool all = options_.ranks.any(options_.stop.stop_requested());
  likeness::stop_if_asked(options_.stop);
  if (all) throw RankEnded(Error::Kind::kUnavailable, "another rank was told to stop");
}

TrainingState Trainer::state() const {
  TrainingState state = state_;
  state.parameters = parameters_.get();
  state.first_moment = parameters_.described(optimiser_->first_moment());
  state.second_moment = parameters_.described(optimiser_->second_moment());
  state.seconds = seconds_now();
  return state;
}

double Trainer::seconds_now() const {
  return seconds_before_ + std::chrono::duration<double>(Clock::now() - start_).count();
}

// By steps where the number of epochs is known, by time where that runs out first; all ranks ask.
double Trainer::progress_now() const {
  double progress = state_.progress;
  if (options_.epochs > 0) {
    const std::size_t batch = contrast_ ? sizes_.pairs : sizes_.batch;
    const std::size_t steps = (split_.training.size() + batch - 1) / batch * options_.epochs;
    progress = std::max(progress, static_cast<double>(state_.steps) / static_cast<double>(steps));
  }
  if (options_.minutes > 0.0) {
    const double budget = std::max(1e-3, options_.minutes * 60.0 - validation_seconds_);
    progress = std::max(progress, seconds_now() / budget);
  }
  return options_.ranks.from_first(std::min(progress, 1.0));
}

bool Trainer::improved() const { return state_.best_epoch == state_.history.size(); }

bool Trainer::finished() const {
  if (state_.progress >= 1.0) return true;
  if (options_.epochs > 0 && state_.history.size() >= options_.epochs) return true;
  // In one cycle the validation loss is bad while the rate is high, and best at the end.
  if (options_.learning_rate.schedule == Schedule::kOneCycle) return false;
  return state_.history.size() - state_.best_epoch >= options_.patience && !state_.history.empty();
}

void Trainer::step(std::span<const std::uint8_t> batch, Difference& sums) {
  at_work_ = batch;
  const std::size_t count = batch.size() / (sizes_.shard * picture_size());
  shards_->begin(count);
  Optimiser::Step step = next_step();
  step.scale = 1.0F / static_cast<float>(count);
  optimiser_->begin(shards_->results(), step);
  shards_->reconstruct(shards_of_batch_);
  add_differences(sums);
  optimiser_->follow_moments(shards_->results(), 0, state_.steps - 1);
  optimiser_->finish();
}

void Trainer::add_differences(Difference& sums) {
  for (const ShardResult& shard : shards_->results()) {
    require_number(shard.difference.squared, "the loss");
    sums.squared += shard.difference.squared;
    sums.absolute += shard.difference.absolute;
  }
}

void Trainer::require_number(double value, std::string_view what) const {
  if (std::isfinite(value)) return;
  throw Error(Error::Kind::kUnavailable,
              "training: " + std::string(what) + " is no longer a number after " +
                  std::to_string(state_.steps) +
                  " steps: the best model so far is kept; try a lower learning rate");
}

Optimiser::Step Trainer::next_step() {
  state_.progress = progress_now();
  return {.learning_rate = learning_rate(options_.learning_rate, state_.progress),
          .number = ++state_.steps,
          .end = parameters_.weights().size()};
}

// The last batch is filled up with pictures that the epoch has seen already.
Trainer::EpochSums Trainer::contrast_epoch(std::size_t epoch, const OnStep& on_step) {
  std::vector<std::size_t> places(split_.training.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  Random(epoch_seed(options_.seed, epoch)).shuffle(std::span(places));
  const std::size_t pairs = sizes_.pairs;
  EpochSums sums;
  for (std::size_t begin = 0; begin < places.size(); begin += pairs) {
    stop_if_asked();
    const auto batch =
        std::span<const std::size_t>(places).subspan(std::min(begin, places.size() - pairs), pairs);
    assert(batch.size() >= sizes_.batch);
    contrast_step(batch, sums);
    decoder_step(batch.first(sizes_.batch), sums);
    sums.seen += std::min(pairs, places.size() - begin);
    on_step(sums.seen, places.size());
    if (options_.minutes > 0.0 && progress_now() >= 1.0) break;
  }
  optimiser_->finish();
  contrast_->shards().forget_activations();  // there is more to keep at the end of an epoch
  return sums;
}

void Trainer::contrast_step(std::span<const std::size_t> places, EpochSums& sums) {
  const double loss =
      contrast_->forward(places, options_.seed * 0x2545f4914f6cdd1dULL + state_.steps);
  require_number(loss, "the loss");
  sums.contrast_loss += loss;
  ++sums.contrast_steps;
  Shards& shards = contrast_->shards();
  optimiser_->follow_moments(shards.results(), 0, state_.steps);
  Optimiser::Step step = next_step();
  step.end = shards.executor().trained();
  optimiser_->begin(shards.results(), step);
  contrast_->backward();
  optimiser_->finish();
}

// The decoder learns to show what the descriptor holds, which does not change for it. Only its next
// step needs what it has learned: between several ranks that is sent during the next step by
// contrast.
void Trainer::decoder_step(std::span<const std::size_t> places, EpochSums& sums) {
  assert(places.size() == sizes_.batch);
  gathered_.resize(places.size() * picture_size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto picture = pictures_[split_.training[places[i]]];
    std::memcpy(gathered_.data() + i * picture_size(), picture.data(), picture.size());
    if (options_.on_read) options_.on_read(1);
  }
  at_work_ = gathered_;
  const std::size_t count = places.size() / sizes_.shard;
  shards_->begin(count);
  optimiser_->begin(shards_->results(),
                    {.learning_rate = learning_rate(options_.learning_rate, state_.progress),
                     .number = state_.steps,
                     .begin = decoder_begin_,
                     .end = parameters_.weights().size(),
                     .scale = 1.0F / static_cast<float>(count)});
  shards_->reconstruct(shards_of_batch_);
  add_differences(sums.difference);
  sums.reconstructed += places.size();
  // The descriptor's moments follow the steps by contrast.
  optimiser_->follow_moments(shards_->results(), contrast_->shards().executor().moments().size(),
                             state_.steps - 1);
}

Trainer::EpochSums Trainer::reconstruction_epoch(std::size_t epoch, const OnStep& on_step) {
  const Shape picture = network_.input();
  Batches batches(pictures_, split_.training,
                  {.batch = sizes_.batch,
                   .multiple = sizes_.shard,
                   .height = picture.h,
                   .width = picture.w,
                   .channels = picture.c,
                   .augmentation = options_.augmentation,
                   .on_read = options_.on_read,
                   .seed = epoch_seed(options_.seed, epoch)});
  EpochSums sums;
  for (auto batch = batches.next(); !batch.empty(); batch = batches.next()) {
    stop_if_asked();
    const std::size_t count = batch.size() / picture_size();
    step(batch, sums.difference);
    sums.reconstructed += count;
    sums.seen = std::min(sums.seen + count, split_.training.size());
    on_step(sums.seen, split_.training.size());
    if (options_.minutes > 0.0 && progress_now() >= 1.0) break;
  }
  return sums;
}

EpochReport Trainer::run_epoch(const OnStep& on_step) {
  share_state();
  const std::size_t epoch = state_.history.size() + 1;
  const auto start = Clock::now();
  const EpochSums sums =
      contrast_ ? contrast_epoch(epoch, on_step) : reconstruction_epoch(epoch, on_step);
  optimiser_->share_moments();
  state_.progress = progress_now();
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const Difference validation = validate();

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
  const std::vector<float> parameters = parameters_.get();
  validation_->set_parameters(parameters);
  const Difference difference = validation_->difference(options_.ranks, options_.on_read);
  require_number(difference.squared, "the loss");
  // A weight that meets nothing but the zeros around a picture changes no loss.
  for (const float value : parameters) require_number(value, "a weight");
  validation_seconds_ = std::chrono::duration<double>(Clock::now() - start).count();
  return difference;
}

}  // namespace likeness
