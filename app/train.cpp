// likeness train SHOP: trains an autoencoder on the shop's pictures and keeps its best epoch.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "app/commands.hpp"
#include "app/leftovers.hpp"
#include "app/model_files.hpp"
#include "app/shop.hpp"
#include "app/train_options.hpp"
#include "app/training_pictures.hpp"
#include "app/training_run.hpp"
#include "app/version.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/folder.hpp"
#include "likeness/base/interrupt.hpp"
#include "likeness/base/progress.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/encoder/parts.hpp"
#include "likeness/encoder/trainer.hpp"

namespace likeness {
namespace {

// The name that was asked for, or one after the network that no model of the shop has yet.
std::string model_name(const TrainOptions& options, const Shop& shop) {
  const auto taken = [&](const std::string& name) {
    return name_is_taken(shop.store(), shop.files(), name);
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
        shop_(options.shop, OpenMode::kExisting),
        lock_(lock_for_training(shop_.files())),
        name_(model_name(options, shop_)),
        files_(run_files(shop_.files(), name_)),
        training_(training_options(options, common.threads,
                                   [this](std::size_t count) { shop_.have_read(count); })),
        network_(make_network()),
        pictures_(all_pictures()),
        trainer_(std::make_unique<Trainer>(network_, pictures_, training_)),
        shown_(shown_items(shop_, trainer_->split())) {
    remove_leftovers(shop_.store(), shop_.files(), name_);
    make_folders(files_.folder);
    if (options.resume) resume();
  }

  Result run() {
    try {
      if (trainer_->state().history.empty()) {
        save_reconstructions(files_, shop_, shown_, *trainer_, 0);
      }
      while (!trainer_->finished()) run_epoch();
    } catch (const Error&) {
      if (kept_epochs_ == 0) remove_leftovers(shop_.store(), shop_.files(), name_);
      if (interrupted()) throw Error(Error::Kind::kUnavailable, what_is_kept());
      throw;
    }
    const auto history = trainer_->state().history;
    const auto best = trainer_->state().best_epoch;
    trainer_.reset();  // before pictures are drawn, which takes memory, too
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
    if (training_.contrast) {  // some silent seconds are next
      common_.say("looks at all pictures before the first epoch: edges, colours, neighbours");
    }
    Pictures pictures;
    pictures.reserve(shop_.items().size());
    for (std::size_t i = 0; i < shop_.items().size(); ++i) pictures.push_back(shop_.record(i));
    return pictures;
  }

  void resume() {
    if (!std::filesystem::exists(files_.checkpoint())) {
      throw Error(Error::Kind::kNotFound,
                  name_ +
                      ": there is no checkpoint to go on from: train "
                      "without --resume" +
                      (shop_.store().find_model(name_) ? ", under another --name" : ""));
    }
    const Checkpoint checkpoint = read_checkpoint(files_.checkpoint(), network_);
    const std::string settings = settings_of(options_);
    if (checkpoint.settings != settings) {
      throw Error(Error::Kind::kInput, name_ + ": was trained with other options: go on with " +
                                           checkpoint.settings + ", not " + settings);
    }
    trainer_->resume(checkpoint.state);
    kept_epochs_ = checkpoint.state.history.size();
    // Version 1 could be killed before the database knew of the model.
    const bool known = shop_.store().find_model(name_).has_value();
    if (!known) {
      if (!trainer_->improved()) {
        throw Error(
            Error::Kind::kNotFound,
            name_ + ": its best model is no longer in the shop: train under another --name");
      }
      keep_model(shop_.store(), shop_.files(), model());
    }
    common_.say(fmt::format("{}: goes on after epoch {}", name_, checkpoint.state.history.size()));
  }

  [[nodiscard]] std::string what_is_kept() const {
    if (kept_epochs_ == 0) return "interrupted: nothing is kept, for no epoch was whole yet";
    return fmt::format(
        "interrupted: {} is kept as it was after epoch {}: go on by the same options with "
        "--name {} --resume",
        name_, kept_epochs_, name_);
  }

  void run_epoch() {
    const std::size_t epoch = trainer_->state().history.size() + 1;
    std::optional<Progress> progress;
    std::size_t before = 0;
    const auto report = trainer_->run_epoch([&](std::size_t seen, std::size_t total) {
      if (!progress) {
        progress.emplace(fmt::format("epoch {}", epoch), "pictures", total, common_.progress());
      }
      progress->advance(seen - before);
      before = seen;
    });
    progress.reset();
    if (trainer_->improved()) keep_model(shop_.store(), shop_.files(), model());
    save_epoch(files_, {.settings = settings_of(options_), .state = trainer_->state()});
    kept_epochs_ = epoch;
    save_reconstructions(files_, shop_, shown_, *trainer_, epoch);
    common_.say(epoch_line(report, training_));
  }

  [[nodiscard]] Model model() const {
    Model model{.name = name_,
                .network = network_,
                .parameters = trainer_->parameters(),
                .seed = options_.seed,
                .program = kVersion,
                .history = trainer_->state().history};
    if (training_.contrast) {
      model.parts = parts_of(network_);
      model.parts = measure_parts(model, pictures_, training_.precision, training_.threads,
                                  training_.on_read);
    }
    return model;
  }

  [[nodiscard]] std::filesystem::path model_file() const {
    const auto successor = shop_.store().find_successor(name_);
    const auto kept = successor ? successor : shop_.store().find_model(name_);
    return shop_.files().models() / (kept ? kept->file : "");
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
                                   {"precision", name_of(training_.precision)},
                                   {"epochs", epochs},
                                   {"best_epoch", best},
                                   {"validation_mae", best_epoch.validation_mae},
                                   {"images_per_second", speed},
                                   {"seconds", seconds}};
    Text text;
    text.line("{}: best after epoch {} of {}: validation MAE {:.4f}; {:.0f} images/s, {:.0f} s",
              name_, best, history.size(), best_epoch.validation_mae, speed, seconds);
    text.line("model: {}", model_file().string());
    text.line("next: likeness embed {} --model {}", options_.shop.string(), name_);
    return {.text = std::move(text), .json = json};
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
    result.text.line("pictures: {}: {}", files_.folder.string(), names);
  }

  TrainOptions options_;
  Common common_;
  Shop shop_;
  ShopLock lock_;
  std::string name_;
  RunFiles files_;
  TrainingOptions training_;
  Network network_;
  Pictures pictures_;
  std::unique_ptr<Trainer> trainer_;  // until nothing is left to train
  std::vector<Shown> shown_;
  std::size_t kept_epochs_ = 0;
};

}  // namespace

Action train_command(Arguments& arguments) {
  const auto o = std::make_shared<TrainOptions>();
  declare_train_options(arguments, *o);
  return [o](const Common& common) {
    complete(*o);
    return Training(*o, common).run();
  };
}

}  // namespace likeness
