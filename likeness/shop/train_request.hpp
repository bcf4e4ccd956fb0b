// What a training can be asked for, and what it trains by then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "likeness/base/work.hpp"
#include "likeness/encoder/trainer.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

inline constexpr std::uint64_t kTrainingSample = 200'000;

struct TrainRequest {
  ShopFiles files;
  std::optional<std::uint64_t> latent_given;
  // Chosen by complete() where they are not given:
  std::string objective;  // "contrast" or "reconstruction"
  std::string network;    // of reconstruction: "compact" or "xception"
  std::uint64_t latent = 0;
  std::optional<double> minutes;
  std::optional<std::uint64_t> epochs;
  std::uint64_t patience = 5;
  std::uint64_t batch = 64;
  double validation = 0.1;             // the share that is kept apart
  std::string precision = "auto";      // or "f32", "bf16"
  std::string schedule = "one-cycle";  // or "constant"
  std::optional<double> learning_rate;
  std::string augment;                     // "flip", "shift" or "flip,shift"
  std::uint64_t sample = kTrainingSample;  // of a larger shop so many items, drawn by the seed
  std::string wire = "f32";                // or "bf16": of gradients between processes
  std::uint64_t seed = 1;
  bool partitioned = false;            // each process has a shop of its own, all are seen
  std::optional<std::string> teacher;  // by contrast: a model of the shop, or FILE.onnx
  std::optional<std::string> name;
  bool resume = false;
};

// RequestError for what cannot be the name of a model and its files.
void check_model_name(const std::string& name);

// Chooses what was not given. RequestError for what cannot be or does not go together.
void complete(TrainRequest& request);

[[nodiscard]] TrainingOptions training_options(const TrainRequest& request, const Work& work,
                                               OnRead on_read);

// What decides the result besides the pictures, as JSON: a training only goes on with the same.
[[nodiscard]] std::string settings_of(const TrainRequest& request);

[[nodiscard]] const char* name_of(Precision precision);  // "bf16" or "f32"

}  // namespace likeness
