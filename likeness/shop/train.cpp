#include "likeness/shop/train.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <exception>
#include <filesystem>
#include <new>
#include <optional>
#include <span>
#include <utility>

#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/folder.hpp"
#include "likeness/base/version.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/encoder/parts.hpp"
#include "likeness/encoder/shape_map.hpp"
#include "likeness/shop/leftovers.hpp"
#include "likeness/shop/model_files.hpp"
#include "likeness/shop/seen_pictures.hpp"
#include "likeness/shop/teacher.hpp"
#include "likeness/shop/training_run.hpp"

namespace likeness {
namespace {

Remedy going_on(const std::string& does, const std::string& name) {
  return {.does = does,
          .verb = "train",
          .asked = {{.field = "name", .value = name}, {.field = "resume", .value = ""}}};
}

// The name that was asked for, or one after the network that no model of the shop has yet.
std::string model_name(const TrainRequest& request, const Shop& shop) {
  const auto taken = [&](const std::string& name) {
    return name_is_taken(shop.store(), shop.files(), name);
  };
  if (request.name) {
    if (!request.resume && taken(*request.name)) {
      throw Error(
          Error::Kind::kInput,
          *request.name + ": the shop has a model or a training of this name: give another name",
          going_on("or go on with it", *request.name));
    }
    return *request.name;
  }
  const std::string base = fmt::format("{}-{}", request.network, request.latent);
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

Shape picture_of(const Shop& shop) {
  return {.c = 3,
          .h = static_cast<std::size_t>(shop.size().height),
          .w = static_cast<std::size_t>(shop.size().width)};
}

// That is trained; map_shape() makes another of "parts".
Network network_of(const TrainRequest& request, const Shop& shop) {
  const Shape picture = picture_of(shop);
  if (request.network == "parts") return parts_network(picture, trained_sizes(request.latent));
  return request.network == "xception" ? xception_network(picture, request.latent)
                                       : compact_network(picture, request.latent);
}

// That have a shop each; else a rank's shop is the whole catalogue.
Ranks partitions_of(const TrainRequest& request, const Ranks& ranks) {
  if (!request.partitioned) return {};
  if (ranks.count() > 1) return ranks;
  throw RequestError("partitioned",
                     "is for several processes: let mpirun start one for each partition");
}

// All.
ItemSample sample_of(const TrainRequest& request, const Ranks& ranks) {
  return sample_of_partitions(request.files, {.items = request.sample, .seed = request.seed},
                              partitions_of(request, ranks));
}

// Of all keys and pictures, in their order.
std::uint64_t checksum_of_items(const Shop& shop) {
  std::string all;
  for (const Item& item : shop.items()) all += item.key + '\n' + to_hex(item.digest);
  return checksum(std::as_bytes(std::span(all)));
}

// All ranks train in the same way, and on the same pictures where they have no partition each, or
// none does. What tells the pictures of all of them from others.
std::string require_the_same(const Ranks& ranks, TrainRequest request, const Shop& shop) {
  request.teacher.reset();  // the first one alone asks it, and knows it by another name
  const std::string way = version() + settings_of(request);
  struct Sums {
    std::uint64_t way, pictures;
  };
  std::vector<Sums> sums(ranks.count());
  sums[ranks.rank()] = {.way = checksum(std::as_bytes(std::span(way))),
                        .pictures = checksum_of_items(shop)};
  ranks.gather(std::span(sums), sums.size());
  for (std::size_t rank = 0; rank < sums.size(); ++rank) {
    std::string why;
    if (sums[rank].way != sums[0].way) {
      why =
          "computes in another precision, was asked for something else or is another likeness: "
          "start the same program everywhere, with --precision f32 where processors differ";
    } else if (!request.partitioned && sums[rank].pictures != sums[0].pictures) {
      why = "sees other pictures than rank 0: start it on the same shop";
    } else {
      continue;
    }
    throw Error(Error::Kind::kInput, fmt::format("training: rank {} {}", rank, why));
  }
  std::string pictures;
  for (const Sums& of : std::span(sums).first(request.partitioned ? sums.size() : 1)) {
    pictures += fmt::format("{:016x}", of.pictures);
  }
  return pictures;
}

// A training on its way: what it was asked, where it writes, what it trains.
class Training {
 public:
  Training(const TrainRequest& request, Work work, const Ranks& ranks)
      : request_(request),
        work_(std::move(work)),
        shop_(request.files.folder, OpenMode::kExisting, sample_of(request, ranks)),
        lock_(lock_for_training(shop_.files())),
        name_(model_name(request, shop_)),
        files_(run_files(shop_.files(), name_)),
        training_(options(ranks)),
        network_(network_of(request, shop_)),
        seen_(shop_, partitions_of(request, ranks)),
        trainer_(network_, seen_.pictures(), training_),
        shown_(shown_items(shop_, trainer_.split())) {
    remove_leftovers(shop_.store(), shop_.files(), name_);
    make_folders(files_.folder);
    if (request.resume) resume();
  }

  TrainOutcome run() {
    write_down("");
    try {
      if (trainer_.history().empty()) {
        save_reconstructions(files_, shop_, shown_, trainer_, 0);
      }
      while (!training_.ranks.from_first(trainer_.finished())) run_epoch();
    } catch (const Error& error) {
      if (kept_epochs_ == 0) {
        forget();
      } else {
        write_down(Json(Json::Object{{"ended", false}, {"epochs", kept_epochs_}}).dump());
      }
      // Its mpirun asks all others to stop where one has ended.
      if (dynamic_cast<const RankEnded*>(&error) != nullptr) throw stopped(error.what());
      if (work_.stop.stop_requested()) throw stopped("interrupted");
      throw;
    }
    const auto& history = trainer_.history();
    write_down(Json(Json::Object{{"ended", true},
                                 {"epochs", history.size()},
                                 {"best_epoch", trainer_.best_epoch()},
                                 {"seconds", history.back().seconds}})
                   .dump());
    return {.model = name_,
            .file = model_file(),
            .network = kept_network(),
            .precision = training_.precision,
            .history = history,
            .best_epoch = trainer_.best_epoch()};
  }

 private:
  [[nodiscard]] TrainingOptions options(const Ranks& ranks) {
    TrainingOptions options =
        training_options(request_, work_, [this](std::size_t count) { seen_.have_read(count); });
    options.ranks = ranks;
    if (options.contrast && request_.teacher) {
      const std::string& teacher = *request_.teacher;
      options.contrast->teacher = [this, &teacher](std::span<const std::size_t> positions) {
        return look_of_teacher(shop_, teacher, positions, work_);
      };
    }
    pictures_ = require_the_same(ranks, request_, shop_);
    if (options.contrast) {  // some silent seconds are next
      work_.say("looks at all pictures before the first epoch: edges, colours, neighbours");
    }
    return options;
  }

  void resume() {
    if (!std::filesystem::exists(files_.checkpoint())) {
      throw Error(Error::Kind::kNotFound,
                  name_ + ": there is no checkpoint to go on from: train anew" +
                      (shop_.store().find_model(name_) ? ", under another name" : ""));
    }
    const Checkpoint checkpoint = read_checkpoint(files_.checkpoint(), network_);
    const std::string settings = settings_of(request_);
    if (checkpoint.settings != settings) {
      throw Error(Error::Kind::kInput, name_ + ": was trained with other options: go on with " +
                                           checkpoint.settings + ", not " + settings);
    }
    trainer_.resume(checkpoint.state);
    kept_epochs_ = checkpoint.state.history.size();
    // Version 1 could be killed before the database knew of the model.
    const bool known = shop_.store().find_model(name_).has_value();
    if (!known) {
      if (!trainer_.improved()) {
        throw Error(Error::Kind::kNotFound,
                    name_ + ": its best model is no longer in the shop: train under another name");
      }
      keep_model(shop_.store(), shop_.files(), model());
    }
    const bool same = checkpoint.pictures.empty() || checkpoint.pictures == pictures_;
    work_.say(fmt::format("{}: goes on after epoch {}{}", name_, checkpoint.state.history.size(),
                          same ? "" : ", on other pictures than till then: the catalogue changed"));
  }

  // For whoever looks at the shop's runs.
  void write_down(const std::string& outcome) {
    auto transaction = shop_.store().begin();
    shop_.store().put_run(
        {.name = name_, .model = name_, .settings = settings_of(request_), .outcome = outcome});
    transaction.commit();
  }

  void forget() {
    auto transaction = shop_.store().begin();
    shop_.store().remove_run(name_);
    transaction.commit();
    remove_leftovers(shop_.store(), shop_.files(), name_);
  }

  [[nodiscard]] Error stopped(const std::string& why) const {
    if (kept_epochs_ == 0) {
      return {Error::Kind::kUnavailable, why + ": nothing is kept, for no epoch was whole yet"};
    }
    return {Error::Kind::kUnavailable,
            fmt::format("{}: {} is kept as it was after epoch {}", why, name_, kept_epochs_),
            going_on("go on, with the same options,", name_)};
  }

  void run_epoch() {
    const std::size_t epoch = trainer_.history().size() + 1;
    std::optional<Progress> progress;
    std::size_t before = 0;
    const auto report = trainer_.run_epoch([&](std::size_t seen, std::size_t total) {
      if (!progress) {
        progress.emplace(work_, fmt::format("epoch {}", epoch), "pictures", total);
      }
      progress->advance(seen - before);
      before = seen;
    });
    progress.reset();
    if (trainer_.improved()) keep_model(shop_.store(), shop_.files(), model());
    save_epoch(
        files_,
        {.settings = settings_of(request_), .pictures = pictures_, .state = trainer_.state()});
    kept_epochs_ = epoch;
    save_reconstructions(files_, shop_, shown_, trainer_, epoch);
    work_.say(epoch_line(report, training_));
  }

  [[nodiscard]] Model model() const {
    Model model{.name = name_,
                .network = network_,
                .parameters = trainer_.parameters(),
                .seed = request_.seed,
                .program = version(),
                .history = trainer_.history()};
    if (!training_.contrast) return model;
    return map_shape(model, request_.latent, seen_.pictures(), training_.precision,
                     training_.threads, {.on_read = training_.on_read, .stop = training_.stop});
  }

  [[nodiscard]] Network kept_network() const {
    if (!training_.contrast) return network_;
    return mapped_network(picture_of(shop_), trained_sizes(request_.latent), request_.latent);
  }

  [[nodiscard]] std::filesystem::path model_file() const {
    const auto successor = shop_.store().find_successor(name_);
    const auto kept = successor ? successor : shop_.store().find_model(name_);
    return shop_.files().models() / (kept ? kept->file : "");
  }

  TrainRequest request_;
  Work work_;
  Shop shop_;
  ShopLock lock_;
  std::string name_;
  std::string pictures_;  // by require_the_same()
  RunFiles files_;
  TrainingOptions training_;
  Network network_;
  SeenPictures seen_;
  Trainer trainer_;
  std::vector<Shown> shown_;
  std::size_t kept_epochs_ = 0;
};

Json to_json(const EpochReport& epoch) {
  return Json::Object{{"epoch", epoch.epoch},
                      {"train_mse", epoch.train_mse},
                      {"train_mae", epoch.train_mae},
                      {"validation_mse", epoch.validation_mse},
                      {"validation_mae", epoch.validation_mae},
                      {"contrast_loss", epoch.contrast_loss},
                      {"images_per_second", epoch.images_per_second},
                      {"seconds", epoch.seconds}};
}

}  // namespace

TrainOutcome train(TrainRequest request, const Work& work) {
  return lead_training(std::move(request), work, Ranks());
}

TrainOutcome lead_training(TrainRequest request, const Work& work, const Ranks& ranks) {
  complete(request);
  if (request.teacher) {
    request.teacher = name_of_teacher(request.files, *request.teacher, work);
  }
  return Training(request, work, ranks).run();
}

bool follow_training(TrainRequest request, const Work& work, const Ranks& ranks) {
  // They outlive what goes wrong: while the first rank is told, what was begun still uses them.
  std::optional<Shop> shop;
  std::optional<SeenPictures> seen;
  std::optional<Trainer> trainer;
  try {
    complete(request);
    shop.emplace(request.files.folder, OpenMode::kReading, sample_of(request, ranks));
    (void)require_the_same(ranks, request, *shop);
    TrainingOptions options =
        training_options(request, work, [&](std::size_t count) { seen->have_read(count); });
    options.ranks = ranks;
    seen.emplace(*shop, partitions_of(request, ranks));
    trainer.emplace(network_of(request, *shop), seen->pictures(), options);
    while (!ranks.from_first(false)) trainer->run_epoch([](std::size_t, std::size_t) {});
    return true;
  } catch (const std::bad_alloc&) {
    ranks.give_up("out of memory: use fewer threads or fewer processes a machine");
  } catch (const std::exception& error) {
    ranks.give_up(error.what());
  }
  return false;
}

double TrainOutcome::images_per_second() const {
  double speed = 0.0;
  for (const EpochReport& epoch : history) {
    speed += epoch.images_per_second / static_cast<double>(history.size());
  }
  return speed;
}

Json to_json(const TrainOutcome& outcome) {
  Json::Array epochs;
  for (const EpochReport& epoch : outcome.history) epochs.push_back(to_json(epoch));
  return Json::Object{{"model", outcome.model},
                      {"network", outcome.network.name},
                      {"latent", outcome.network.latent_size()},
                      {"parameters", trained_parameters(outcome.network)},
                      {"multiply_adds", multiply_adds(outcome.network)},
                      {"precision", name_of(outcome.precision)},
                      {"epochs", epochs},
                      {"best_epoch", outcome.best_epoch},
                      {"validation_mae", outcome.best().validation_mae},
                      {"images_per_second", outcome.images_per_second()},
                      {"seconds", outcome.history.back().seconds}};
}

}  // namespace likeness
