// likeness train SHOP: trains an autoencoder on the shop's pictures and keeps its best epoch.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "app/commands.hpp"
#include "app/shop.hpp"
#include "app/training_pictures.hpp"
#include "app/training_run.hpp"
#include "app/version.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/progress.hpp"
#include "likeness/compute/parallel_ranges.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/encoder/parts.hpp"
#include "likeness/encoder/trainer.hpp"

namespace likeness {
namespace {

constexpr double kDefaultMinutes = 5.0;
constexpr std::uint64_t kLargestLatent = 4096;
constexpr const char* kContrast = "contrast";
constexpr const char* kReconstruction = "reconstruction";
constexpr std::uint64_t kLargestBatch = 4096;
// By contrast each of its pairs is compared with all others.
constexpr std::uint64_t kLargestContrastBatch = 512;

struct TrainOptions {
  std::filesystem::path shop;
  std::optional<std::uint64_t> latent_given;
  // Chosen by choose_defaults() where they are not given:
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
  for (std::size_t begin = 0; begin < names.size();) {
    const std::size_t end = std::min(names.find(',', begin), names.size());
    const std::string name = names.substr(begin, end - begin);
    require(name == "flip" || name == "shift",
            "--augment " + name + " is unknown: give flip, shift or flip,shift");
    if (name == "flip") augmentation.flip = true;
    if (name == "shift") augmentation.shift = 3;
    begin = end + 1;
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
  if (options.name) {
    const bool plain = options.name->find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
                       std::string::npos;
    require(plain && !options.name->empty() && options.name->front() != '.' &&
                options.name->size() <= 64,
            "--name: give at most 64 letters, digits, '-', '_' and '.', not '.' first");
  }
  require(!options.resume || options.name, "--resume needs --name NAME: which training goes on?");
}

// What decides the result besides the pictures: a training only goes on with the same.
std::string settings_of(const TrainOptions& options, Precision precision) {
  return Json(Json::Object{{"network", options.network},
                           {"latent", options.latent},
                           {"objective", options.objective},
                           {"epochs", options.epochs.value_or(0)},
                           {"batch", options.batch},
                           {"validation", options.validation},
                           {"precision", precision == Precision::kBf16 ? "bf16" : "f32"},
                           {"schedule", options.schedule},
                           {"learning_rate", options.learning_rate.value_or(0.0)},
                           {"augment", options.augment},
                           {"seed", options.seed}})
      .dump();
}

// The shop must live as long as the training.
TrainingOptions training_options(const TrainOptions& options, Precision precision, Shop& shop) {
  TrainingOptions training{.batch = options.batch,
                           .epochs = options.epochs.value_or(0),
                           .minutes = options.minutes.value_or(0.0),
                           .patience = options.patience,
                           .validation_share = options.validation,
                           .precision = precision,
                           .learning_rate = {},
                           .augmentation = augmentation_of(options.augment),
                           .seed = options.seed,
                           .on_read = [&shop](std::size_t count) { shop.have_read(count); }};
  if (options.objective == kContrast) training.contrast = ContrastOptions{};
  if (!options.minutes && !options.epochs) training.minutes = kDefaultMinutes;
  auto& rate = training.learning_rate;
  if (options.schedule == "constant") rate = {.schedule = Schedule::kConstant, .peak = 1e-3};
  rate.peak = options.learning_rate.value_or(rate.peak);
  return training;
}

// The name that was asked for, or one after the network that no model of the shop has yet.
std::string model_name(const TrainOptions& options, const ShopFiles& files) {
  const auto taken = [&](const std::string& name) {
    const RunFiles run = run_files(files, name);
    return std::filesystem::exists(run.model) || std::filesystem::exists(run.folder);
  };
  if (options.name) {
    if (!options.resume && taken(*options.name)) {
      throw Error(Error::Kind::kInput,
                  *options.name +
                      ": the shop has a model or a training of this name: give "
                      "another --name, or --resume to go on with it");
    }
    return *options.name;
  }
  const std::string base = fmt::format("{}-{}", options.network, options.latent);
  std::string name = base;
  for (int i = 2; taken(name); ++i) name = fmt::format("{}-{}", base, i);
  return name;
}

std::string epoch_line(const EpochReport& report, const TrainingOptions& training) {
  std::string line = fmt::format("epoch {}", report.epoch);
  if (training.epochs > 0) line += fmt::format(" of {}", training.epochs);
  if (report.contrast_loss > 0.0) line += fmt::format(": contrast {:.4f}", report.contrast_loss);
  line += fmt::format(
      ": training MSE {:.5f} MAE {:.4f}, validation MSE {:.5f} MAE {:.4f}, {:.0f} images/s, {:.0f} "
      "s",
      report.train_mse, report.train_mae, report.validation_mse, report.validation_mae,
      report.images_per_second, report.seconds);
  if (training.minutes > 0.0) line += fmt::format(" of {:.0f}", training.minutes * 60.0);
  return line;
}

// A training on its way: what it was asked, where it writes, what it trains.
class Training {
 public:
  Training(const TrainOptions& options, const Common& common)
      : options_(options),
        common_(common),
        shop_(options.shop),
        lock_(shop_.files(), ShopLock::For::kTraining),
        name_(model_name(options, shop_.files())),
        files_(run_files(shop_.files(), name_)),
        precision_(precision_of(options.precision)),
        training_(training_options(options, precision_, shop_)),
        network_(make_network()),
        pictures_(all_pictures()),
        trainer_(network_, pictures_, training_),
        shown_(shown_items(shop_, trainer_.split())) {
    std::filesystem::create_directories(files_.folder);
    std::filesystem::create_directories(files_.model.parent_path());
    if (options.resume) resume();
  }

  Result run() {
    if (trainer_.state().history.empty()) save_reconstructions(files_, shop_, shown_, trainer_, 0);
    while (!trainer_.finished()) run_epoch();
    const auto history = trainer_.state().history;
    const auto best = trainer_.state().best_epoch;
    Result result = report(history, best);
    add_pictures(
        draw_training({.name = name_, .files = files_, .history = history, .best_epoch = best},
                      shop_),
        result);
    return result;
  }

 private:
  [[nodiscard]] Network make_network() const {
    const Shape picture{.c = 3,
                        .h = static_cast<std::size_t>(shop_.size().height),
                        .w = static_cast<std::size_t>(shop_.size().width)};
    if (options_.network == "parts") return parts_network(picture, part_sizes(options_.latent));
    return options_.network == "xception" ? xception_network(picture, options_.latent)
                                          : compact_network(picture, options_.latent);
  }

  [[nodiscard]] Pictures all_pictures() const {
    Pictures pictures;
    pictures.reserve(shop_.items().size());
    for (std::size_t i = 0; i < shop_.items().size(); ++i) pictures.push_back(shop_.record(i));
    return pictures;
  }

  void resume() {
    if (!std::filesystem::exists(files_.checkpoint())) {
      throw Error(Error::Kind::kNotFound, name_ +
                                              ": there is no checkpoint to go on from: train "
                                              "without --resume, under another --name");
    }
    const Checkpoint checkpoint = read_checkpoint(files_.checkpoint());
    const std::string settings = settings_of(options_, precision_);
    if (checkpoint.settings != settings) {
      throw Error(Error::Kind::kInput, name_ + ": was trained with other options: go on with " +
                                           checkpoint.settings + ", not " + settings);
    }
    trainer_.resume(checkpoint.state);
    common_.say(fmt::format("{}: goes on after epoch {}", name_, checkpoint.state.history.size()));
  }

  void run_epoch() {
    const std::size_t epoch = trainer_.state().history.size() + 1;
    std::optional<Progress> progress;
    std::size_t before = 0;
    const auto report = trainer_.run_epoch([&](std::size_t seen, std::size_t total) {
      if (!progress) {
        progress.emplace(fmt::format("epoch {}", epoch), "pictures", total, common_.progress());
      }
      progress->advance(seen - before);
      before = seen;
    });
    progress.reset();
    save_epoch(files_, model(),
               {.settings = settings_of(options_, precision_), .state = trainer_.state()},
               trainer_.improved());
    if (trainer_.improved()) remember_model();
    save_reconstructions(files_, shop_, shown_, trainer_, epoch);
    common_.say(epoch_line(report, training_));
  }

  [[nodiscard]] Model model() const {
    Model model{.name = name_,
                .network = network_,
                .parameters = trainer_.parameters(),
                .seed = options_.seed,
                .program = kVersion,
                .history = trainer_.state().history};
    if (training_.contrast) {
      model.parts = parts_of(network_);
      model.parts = measure_parts(model, pictures_, precision_);
    }
    return model;
  }

  void remember_model() {
    auto transaction = shop_.store().begin();
    shop_.store().put_model({.name = name_,
                             .file = files_.model.filename().string(),
                             .network = network_.name,
                             .dimensions = network_.latent_size()});
    transaction.commit();
  }

  [[nodiscard]] Result report(const std::vector<EpochReport>& history, std::size_t best) const {
    Json::Array epochs;
    double speed = 0.0;
    for (const auto& epoch : history) {
      epochs.emplace_back(Json::Object{{"epoch", epoch.epoch},
                                       {"train_mse", epoch.train_mse},
                                       {"train_mae", epoch.train_mae},
                                       {"validation_mse", epoch.validation_mse},
                                       {"validation_mae", epoch.validation_mae},
                                       {"contrast_loss", epoch.contrast_loss},
                                       {"images_per_second", epoch.images_per_second},
                                       {"seconds", epoch.seconds}});
      speed += epoch.images_per_second / static_cast<double>(history.size());
    }
    const EpochReport& best_epoch = history[best - 1];
    const double seconds = history.back().seconds;
    const Json json = Json::Object{{"model", name_},
                                   {"network", network_.name},
                                   {"latent", network_.latent_size()},
                                   {"parameters", trained_parameters(network_)},
                                   {"multiply_adds", multiply_adds(network_)},
                                   {"precision", precision_ == Precision::kBf16 ? "bf16" : "f32"},
                                   {"epochs", epochs},
                                   {"best_epoch", best},
                                   {"validation_mae", best_epoch.validation_mae},
                                   {"images_per_second", speed},
                                   {"seconds", seconds}};
    return {
        .text = fmt::format("{}: best after epoch {} of {}: validation MAE {:.4f}; {:.0f} "
                            "images/s, {:.0f} s\nmodel: {}\nnext: likeness embed {} --model {}\n",
                            name_, best, history.size(), best_epoch.validation_mae, speed, seconds,
                            files_.model.string(), options_.shop.string(), name_),
        .json = json};
  }

  void add_pictures(const TrainingPictures& pictures, Result& result) const {
    for (const auto& failure : pictures.failures) common_.say("picture left out: " + failure);
    Json::Array files;
    for (const auto& file : pictures.files) files.emplace_back(file.string());
    Json::Object members = result.json.object();
    members.emplace_back("pictures", files);
    result.json = members;
    if (pictures.files.empty()) return;
    const auto sheets = std::ranges::count_if(pictures.files, [](const auto& file) {
      return file.filename().string().starts_with("reconstruction-");
    });
    std::string names = fmt::format("{} sheets of reconstructions", sheets);
    for (const auto& file : std::span(pictures.files).subspan(static_cast<std::size_t>(sheets))) {
      names += ", " + file.filename().string();
    }
    result.text += fmt::format("pictures: {}: {}\n", files_.folder.string(), names);
  }

  TrainOptions options_;
  Common common_;
  Shop shop_;
  ShopLock lock_;
  std::string name_;
  RunFiles files_;
  Precision precision_;
  TrainingOptions training_;
  Network network_;
  Pictures pictures_;
  Trainer trainer_;
  std::vector<Shown> shown_;
};

}  // namespace

Action train_command(Arguments& arguments) {
  const auto o = std::make_shared<TrainOptions>();
  arguments.word({"SHOP", "", "the shop's folder"}, o->shop);
  arguments.option({"--objective", "NAME",
                    "contrast: what is alike; reconstruction: a plain autoencoder [contrast, or "
                    "reconstruction where --latent or --network is given]"},
                   o->objective);
  arguments.option({"--latent", "D", "numbers that describe a picture [128; reconstruction: 10]"},
                   o->latent_given);
  arguments.option({"--network", "NAME", "of reconstruction: compact or xception [compact]"},
                   o->network);
  arguments.option({"--minutes", "M", "time for all of it [5, unless --epochs is given]"},
                   o->minutes);
  arguments.option({"--epochs", "N", "how often each picture is seen"}, o->epochs);
  arguments.option(
      {"--patience", "N", "constant schedule: stop after N epochs that got no better [5]"},
      o->patience);
  arguments.option({"--batch", "N", "pictures a step; contrast compares four times as many [64]"},
                   o->batch);
  arguments.option({"--validation", "SHARE", "kept apart to measure on [0.1]"}, o->validation);
  arguments.option({"--precision", "NAME", "auto, f32 or bf16 [auto]"}, o->precision);
  arguments.option({"--schedule", "NAME", "one-cycle or constant [one-cycle]"}, o->schedule);
  arguments.option({"--learning-rate", "R", "at its peak [0.006; constant: 0.001]"},
                   o->learning_rate);
  arguments.option({"--augment", "LIST", "flip, shift or flip,shift [none]"}, o->augment);
  arguments.option({"--seed", "N", "of all that is drawn by chance [1]"}, o->seed);
  arguments.option({"--name", "NAME", "of the model [NETWORK-D]"}, o->name);
  arguments.flag({"--resume", "", "go on with the training of this name"}, o->resume);
  return [o](const Common& common) {
    choose_defaults(*o);
    check(*o);
    set_compute_threads(common.threads);
    return Training(*o, common).run();
  };
}

}  // namespace likeness
