// What `likeness train` can be asked for, and what it trains by then.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "app/arguments.hpp"
#include "likeness/encoder/trainer.hpp"

namespace likeness {

struct TrainOptions {
  std::filesystem::path shop;
  std::optional<std::uint64_t> latent_given;
  // Chosen by complete() where they are not given:
  std::string objective;
  std::string network;
  std::uint64_t latent = 0;
  std::optional<double> minutes;
  std::optional<std::uint64_t> epochs;
  std::uint64_t patience = 5;
  std::uint64_t batch = 64;
  double validation = 0.1;
  std::string precision = "auto";
  std::string schedule = "one-cycle";
  std::optional<double> learning_rate;
  std::string augment;
  std::uint64_t seed = 1;
  std::optional<std::string> name;
  bool resume = false;
};

// `options` must live until the command line is read.
void declare_train_options(Arguments& arguments, TrainOptions& options);

// Chooses what was not given. UsageError for what cannot be or does not go together.
void complete(TrainOptions& options);

[[nodiscard]] TrainingOptions training_options(const TrainOptions& options, std::size_t threads,
                                               OnRead on_read);

// What decides the result besides the pictures, as JSON: a training only goes on with the same.
[[nodiscard]] std::string settings_of(const TrainOptions& options);

[[nodiscard]] const char* name_of(Precision precision);  // "bf16" or "f32"

}  // namespace likeness
