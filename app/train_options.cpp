#include "app/train_options.hpp"

#include <fmt/format.h>

#include <utility>

#include "likeness/base/json.hpp"
#include "likeness/encoder/parts.hpp"

namespace likeness {
namespace {

constexpr double kDefaultMinutes = 5.0;
constexpr std::uint64_t kLargestLatent = 4096;
constexpr const char* kContrast = "contrast";
constexpr const char* kReconstruction = "reconstruction";
constexpr std::uint64_t kLargestBatch = 4096;
// By contrast each of its pairs is compared with all others.
constexpr std::uint64_t kLargestContrastBatch = 512;

void require(bool good, const std::string& message) {
  if (!good) throw UsageError(message);
}

Precision precision_of(const std::string& name) {
  if (name == "f32") return Precision::kF32;
  if (name == "bf16") return Precision::kBf16;
  require(name == "auto", "--precision " + name + " is unknown: give auto, f32 or bf16");
  return has_fast_bf16() ? Precision::kBf16 : Precision::kF32;
}

Augmentation augmentation_of(const std::string& names) {
  Augmentation augmentation;
  if (names.empty()) return augmentation;
  for (const std::string& name : split_list(names)) {
    require(name == "flip" || name == "shift",
            "--augment " + name + " is unknown: give flip, shift or flip,shift");
    if (name == "flip") augmentation.flip = true;
    if (name == "shift") augmentation.shift = 3;
  }
  return augmentation;
}

// A size or a network of its own means a plain autoencoder, as long as nothing else is asked for.
void choose_defaults(TrainOptions& options) {
  const bool autoencoder = options.latent_given.has_value() || !options.network.empty();
  if (options.objective.empty()) {
    options.objective = autoencoder ? kReconstruction : kContrast;
  }
  const bool contrast = options.objective == kContrast;
  if (options.network.empty()) options.network = contrast ? "parts" : "compact";
  options.latent = options.latent_given.value_or(contrast ? 128 : 10);
}

void check_objective(const TrainOptions& options) {
  const bool contrast = options.objective == kContrast;
  require(contrast || options.objective == kReconstruction,
          "--objective " + options.objective + " is unknown: give contrast or reconstruction");
  if (contrast) {
    require(options.network == "parts",
            "--network " + options.network +
                " has no parts to learn by contrast: leave it out, or give --objective "
                "reconstruction");
    require(options.augment.empty(),
            "--augment is for --objective reconstruction: contrast draws its own views");
    require(options.schedule == "one-cycle",
            "--schedule constant is for --objective reconstruction: leave it out");
  } else {
    require(options.network == "compact" || options.network == "xception",
            "--network " + options.network + " is unknown: give compact or xception");
  }
  const std::uint64_t least = contrast ? kFewestNumbers : 1;
  require(options.latent >= least && options.latent <= kLargestLatent,
          fmt::format("--latent {}: give a number from {} to {}", options.latent, least,
                      kLargestLatent));
}

void check_name(const std::string& name) {
  const bool plain =
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
      std::string::npos;
  require(plain && !name.empty() && name.front() != '.' && name.size() <= 64,
          "--name: give at most 64 letters, digits, '-', '_' and '.', not '.' first");
}

void check(const TrainOptions& options) {
  check_objective(options);
  require(!options.minutes || (*options.minutes > 0.0 && *options.minutes <= 1e6),
          "--minutes: give a number above 0");
  require(!options.epochs || *options.epochs >= 1, "--epochs: give at least 1");
  require(options.patience >= 1, "--patience: give at least 1");
  const auto most = options.objective == kContrast ? kLargestContrastBatch : kLargestBatch;
  require(options.batch >= 1 && options.batch <= most,
          fmt::format("--batch {}: give a number from 1 to {}", options.batch, most));
  require(options.validation > 0.0 && options.validation < 1.0,
          "--validation: give a share above 0 and below 1");
  require(options.schedule == "one-cycle" || options.schedule == "constant",
          "--schedule " + options.schedule + " is unknown: give one-cycle or constant");
  require(!options.learning_rate || (*options.learning_rate > 0.0 && *options.learning_rate <= 1.0),
          "--learning-rate: give a number above 0, at most 1");
  (void)precision_of(options.precision);
  (void)augmentation_of(options.augment);
  if (options.name) check_name(*options.name);
  require(!options.resume || options.name, "--resume needs --name NAME: which training goes on?");
}

}  // namespace

void declare_train_options(Arguments& arguments, TrainOptions& options) {
  arguments.word({"SHOP", "", "the shop's folder"}, options.shop);
  arguments.option({"--objective", "NAME",
                    "contrast: what is alike; reconstruction: a plain autoencoder [contrast, or "
                    "reconstruction where --latent or --network is given]"},
                   options.objective);
  arguments.option({"--latent", "D", "numbers that describe a picture [128; reconstruction: 10]"},
                   options.latent_given);
  arguments.option({"--network", "NAME", "of reconstruction: compact or xception [compact]"},
                   options.network);
  arguments.option({"--minutes", "M", "time for all of it [5, unless --epochs is given]"},
                   options.minutes);
  arguments.option({"--epochs", "N", "how often each picture is seen"}, options.epochs);
  arguments.option(
      {"--patience", "N", "constant schedule: stop after N epochs that got no better [5]"},
      options.patience);
  arguments.option({"--batch", "N", "pictures a step; contrast compares four times as many [64]"},
                   options.batch);
  arguments.option({"--validation", "SHARE", "kept apart to measure on [0.1]"}, options.validation);
  arguments.option({"--precision", "NAME", "auto, f32 or bf16 [auto]"}, options.precision);
  arguments.option({"--schedule", "NAME", "one-cycle or constant [one-cycle]"}, options.schedule);
  arguments.option({"--learning-rate", "R", "at its peak [0.006; constant: 0.001]"},
                   options.learning_rate);
  arguments.option({"--augment", "LIST", "flip, shift or flip,shift [none]"}, options.augment);
  arguments.option({"--seed", "N", "of all that is drawn by chance [1]"}, options.seed);
  arguments.option({"--name", "NAME", "of the model [NETWORK-D]"}, options.name);
  arguments.flag({"--resume", "", "go on with the training of this name"}, options.resume);
}

void complete(TrainOptions& options) {
  choose_defaults(options);
  check(options);
}

TrainingOptions training_options(const TrainOptions& options, std::size_t threads, OnRead on_read) {
  TrainingOptions training{.batch = options.batch,
                           .threads = threads,
                           .epochs = options.epochs.value_or(0),
                           .minutes = options.minutes.value_or(0.0),
                           .patience = options.patience,
                           .validation_share = options.validation,
                           .precision = precision_of(options.precision),
                           .learning_rate = {},
                           .augmentation = augmentation_of(options.augment),
                           .seed = options.seed,
                           .on_read = std::move(on_read)};
  if (options.objective == kContrast) training.contrast = ContrastOptions{};
  if (!options.minutes && !options.epochs) training.minutes = kDefaultMinutes;
  auto& rate = training.learning_rate;
  if (options.schedule == "constant") rate = {.schedule = Schedule::kConstant, .peak = 1e-3};
  rate.peak = options.learning_rate.value_or(rate.peak);
  return training;
}

std::string settings_of(const TrainOptions& options) {
  return Json(Json::Object{{"network", options.network},
                           {"latent", options.latent},
                           {"objective", options.objective},
                           {"epochs", options.epochs.value_or(0)},
                           {"batch", options.batch},
                           {"validation", options.validation},
                           {"precision", name_of(precision_of(options.precision))},
                           {"schedule", options.schedule},
                           {"learning_rate", options.learning_rate.value_or(0.0)},
                           {"augment", options.augment},
                           {"seed", options.seed}})
      .dump();
}

const char* name_of(Precision precision) { return precision == Precision::kBf16 ? "bf16" : "f32"; }

}  // namespace likeness
