#include "likeness/shop/train_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "likeness/base/error.hpp"
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

void require(bool good, const char* field, const std::string& why) {
  if (!good) throw RequestError(field, why);
}

Precision precision_of(const std::string& name) {
  if (name == "f32") return Precision::kF32;
  if (name == "bf16") return Precision::kBf16;
  require(name == "auto", "precision", name + " is unknown: give auto, f32 or bf16");
  return has_fast_bf16() ? Precision::kBf16 : Precision::kF32;
}

Augmentation augmentation_of(const std::string& names) {
  Augmentation augmentation;
  if (names.empty()) return augmentation;
  for (std::size_t begin = 0; begin <= names.size();) {
    const std::size_t end = std::min(names.find(',', begin), names.size());
    const std::string name = names.substr(begin, end - begin);
    begin = end + 1;
    require(name == "flip" || name == "shift", "augment",
            name + " is unknown: give flip, shift or flip,shift");
    if (name == "flip") augmentation.flip = true;
    if (name == "shift") augmentation.shift = 3;
  }
  return augmentation;
}

// A size or a network of its own means a plain autoencoder, as long as nothing else is asked for.
void choose_defaults(TrainRequest& request) {
  const bool autoencoder = request.latent_given.has_value() || !request.network.empty();
  if (request.objective.empty()) {
    request.objective = autoencoder ? kReconstruction : kContrast;
  }
  const bool contrast = request.objective == kContrast;
  if (request.network.empty()) request.network = contrast ? "parts" : "compact";
  request.latent = request.latent_given.value_or(contrast ? 128 : 10);
}

void check_objective(const TrainRequest& request) {
  const bool contrast = request.objective == kContrast;
  require(contrast || request.objective == kReconstruction, "objective",
          request.objective + " is unknown: give contrast or reconstruction");
  if (contrast) {
    require(request.network == "parts", "network",
            request.network +
                " has no parts to learn by contrast: leave it out, or ask for the objective "
                "reconstruction");
    require(request.augment.empty(), "augment",
            "is for the objective reconstruction: contrast draws its own views");
    require(request.schedule == "one-cycle", "schedule",
            "constant is for the objective reconstruction: leave it out");
  } else {
    require(!request.teacher, "teacher", "is for the objective contrast: leave it out");
    require(request.network == "compact" || request.network == "xception", "network",
            request.network + " is unknown: give compact or xception");
  }
  const std::uint64_t least = contrast ? kFewestNumbers : 1;
  require(request.latent >= least && request.latent <= kLargestLatent, "latent",
          fmt::format("{} is out of range: give a number from {} to {}", request.latent, least,
                      kLargestLatent));
}

void check(const TrainRequest& request) {
  check_objective(request);
  require(!request.minutes || (*request.minutes > 0.0 && *request.minutes <= 1e6), "minutes",
          "is out of range: give a number above 0");
  require(!request.epochs || *request.epochs >= 1, "epochs", "is out of range: give at least 1");
  require(request.patience >= 1, "patience", "is out of range: give at least 1");
  const auto most = request.objective == kContrast ? kLargestContrastBatch : kLargestBatch;
  require(request.batch >= 1 && request.batch <= most, "batch",
          fmt::format("{} is out of range: give a number from 1 to {}", request.batch, most));
  require(request.validation > 0.0 && request.validation < 1.0, "validation",
          "is out of range: give a share above 0 and below 1");
  require(request.schedule == "one-cycle" || request.schedule == "constant", "schedule",
          request.schedule + " is unknown: give one-cycle or constant");
  require(!request.learning_rate || (*request.learning_rate > 0.0 && *request.learning_rate <= 1.0),
          "learning-rate", "is out of range: give a number above 0, at most 1");
  require(request.sample >= 2, "sample", "is out of range: give at least 2");
  (void)precision_of(request.precision);
  (void)augmentation_of(request.augment);
  require(request.wire == "f32" || request.wire == "bf16", "wire",
          request.wire + " is unknown: give f32 or bf16");
  require(!request.teacher || !request.partitioned, "partitioned",
          "does not go with a teacher, which looks at one shop: leave out one of them");
  if (request.name) check_model_name(*request.name);
  require(!request.resume || request.name, "resume", "needs a name: which training goes on?");
}

}  // namespace

void check_model_name(const std::string& name) {
  const bool plain =
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
      std::string::npos;
  require(plain && !name.empty() && name.front() != '.' && name.size() <= 64, "name",
          "cannot be: give at most 64 letters, digits, '-', '_' and '.', not '.' first");
}

void complete(TrainRequest& request) {
  choose_defaults(request);
  check(request);
}

TrainingOptions training_options(const TrainRequest& request, const Work& work, OnRead on_read) {
  TrainingOptions training{.batch = request.batch,
                           .threads = work.threads,
                           .epochs = request.epochs.value_or(0),
                           .minutes = request.minutes.value_or(0.0),
                           .patience = request.patience,
                           .validation_share = request.validation,
                           .precision = precision_of(request.precision),
                           .learning_rate = {},
                           .augmentation = augmentation_of(request.augment),
                           .seed = request.seed,
                           .on_read = std::move(on_read),
                           .stop = work.stop,
                           .wire = request.wire == "bf16" ? Precision::kBf16 : Precision::kF32};
  if (request.objective == kContrast) training.contrast = ContrastOptions{};
  if (!request.minutes && !request.epochs) training.minutes = kDefaultMinutes;
  auto& rate = training.learning_rate;
  if (request.schedule == "constant") rate = {.schedule = Schedule::kConstant, .peak = 1e-3};
  rate.peak = request.learning_rate.value_or(rate.peak);
  return training;
}

std::string settings_of(const TrainRequest& request) {
  Json::Object settings{{"network", request.network},
                        {"latent", request.latent},
                        {"objective", request.objective},
                        {"epochs", request.epochs.value_or(0)},
                        {"batch", request.batch},
                        {"validation", request.validation},
                        {"precision", name_of(precision_of(request.precision))},
                        {"schedule", request.schedule},
                        {"learning_rate", request.learning_rate.value_or(0.0)},
                        {"augment", request.augment},
                        {"seed", request.seed}};
  // Not of the usual one: trainings of before it could be chosen go on.
  if (request.sample != kTrainingSample) settings.emplace_back("sample", request.sample);
  if (request.partitioned) settings.emplace_back("partitioned", Json(true));
  if (request.teacher) settings.emplace_back("teacher", *request.teacher);
  return Json(std::move(settings)).dump();
}

const char* name_of(Precision precision) { return precision == Precision::kBf16 ? "bf16" : "f32"; }

}  // namespace likeness
