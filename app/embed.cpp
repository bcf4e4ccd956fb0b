// likeness embed SHOP: gives every item that has none its latent, and makes the model active when
// all have one.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/embedding.hpp"
#include "app/model_files.hpp"
#include "app/shop.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/interrupt.hpp"
#include "likeness/base/progress.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/model.hpp"

namespace likeness {
namespace {

struct EmbedOptions {
  std::filesystem::path shop;
  std::optional<std::string> model;
};

// How much is embedded before it is written down: what is killed loses no more.
constexpr std::size_t kMostItems = 100'000;
constexpr std::size_t kMostNumbers = std::size_t{1} << 24U;  // 64 MB
constexpr std::chrono::seconds kLongest{60};

// The one that was asked for, else the one that was trained last; trained further, its successor.
StoredModel choose_model(const Store& store, const EmbedOptions& options) {
  if (options.model) {
    if (auto next = store.find_successor(*options.model)) return *next;
    if (auto found = store.find_model(*options.model)) return *found;
    throw Error(Error::Kind::kNotFound,
                *options.model + ": there is no such model in the shop: `likeness info " +
                    options.shop.string() + "` lists them");
  }
  auto models = store.models();
  for (StoredModel& successor : store.successors()) models.push_back(std::move(successor));
  if (models.empty()) {
    throw Error(Error::Kind::kNotFound, options.shop.string() +
                                            ": has no model yet: make one by `likeness train " +
                                            options.shop.string() + "`");
  }
  return *std::ranges::max_element(models, {}, &StoredModel::id);
}

// Gives items their latents and writes them down as it goes.
class Embedding {
 public:
  Embedding(const EmbedOptions& options, const Common& common)
      : lock_(checked(options)),
        shop_(options.shop, OpenMode::kExisting),
        stored_(choose_model(shop_.store(), options)),
        model_(read_model(shop_.files().models() / stored_.file)),
        threads_(common.threads),
        progress_style_(common.progress()) {
    require_same_size(model_, shop_.size());
    remove_leftovers(shop_.store(), shop_.files(), stored_.name);
    bind_to_weights();
    const auto missing = shop_.store().items_without_latent(stored_.id);
    auto next = missing.begin();
    for (std::size_t i = 0; i < shop_.items().size() && next != missing.end(); ++i) {
      if (shop_.items()[i].id != *next) continue;
      places_.push_back(i);
      ++next;
    }
    made_.dimensions = model_.network.latent_size();
  }

  Result run() {
    const auto start = std::chrono::steady_clock::now();
    embed_all();
    auto transaction = shop_.store().begin();
    shop_.store().put_latents(stored_.id, made_);
    shop_.store().activate_model(stored_.id);
    transaction.commit();
    remove_leftovers(shop_.store(), shop_.files(), stored_.name);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report(seconds);
  }

 private:
  static ShopFiles checked(const EmbedOptions& options) {
    ShopFiles files{.folder = options.shop};
    require_shop(files);
    return files;
  }

  // Latents that are there already were made by the weights that the row names. Where the file
  // holds others, a training was killed before it could say so, or somebody changed the file.
  void bind_to_weights() {
    if (model_.checksum == stored_.weights) return;
    Store& store = shop_.store();
    auto transaction = store.begin();  // no training replaces the file from here on
    if (model_checksum(shop_.files().models() / stored_.file) != model_.checksum) {
      throw Error(Error::Kind::kUnavailable,
                  stored_.name + ": is being trained on: embed again when that has ended");
    }
    if (stored_.weights.empty()) {
      store.set_weights(stored_.id, model_.checksum);
    } else {
      stored_.successor = stored_.successor || stored_.latents > 0 || stored_.active;
      stored_.weights = model_.checksum;
      stored_.network = model_.network.name;
      stored_.dimensions = model_.network.latent_size();
      stored_.id = store.put_model(stored_);
    }
    transaction.commit();
  }

  void embed_all() {
    Progress progress("embed", "pictures", places_.size(), progress_style_);
    Embedder embedder(model_, embedding_precision(), threads_);
    auto written = std::chrono::steady_clock::now();
    for (std::size_t begin = 0; begin < places_.size(); begin += Embedder::kBlock) {
      if (interrupted()) return stop();
      const std::size_t count = std::min(Embedder::kBlock, places_.size() - begin);
      embed_block(embedder, std::span(places_).subspan(begin, count));
      progress.advance(count);
      const bool much = made_.items.size() >= kMostItems || made_.values.size() >= kMostNumbers ||
                        std::chrono::steady_clock::now() - written >= kLongest;
      if (!much) continue;
      write_down();
      written = std::chrono::steady_clock::now();
    }
  }

  void embed_block(Embedder& embedder, std::span<const std::size_t> places) {
    Pictures pictures;
    for (const std::size_t place : places) {
      pictures.push_back(shop_.record(place));
      made_.items.push_back(shop_.items()[place].id);
    }
    const auto latents = embedder.weighted(pictures);
    if (!std::ranges::all_of(latents, [](float value) { return std::isfinite(value); })) {
      throw Error(Error::Kind::kInput,
                  stored_.name + ": makes latents that are no numbers: train another model");
    }
    made_.values.insert(made_.values.end(), latents.begin(), latents.end());
    shop_.have_read(places.size());
  }

  void write_down() {
    auto transaction = shop_.store().begin();
    shop_.store().put_latents(stored_.id, made_);
    transaction.commit();
    kept_ += made_.items.size();
    made_.items.clear();
    made_.values.clear();
  }

  [[noreturn]] void stop() {
    write_down();
    throw Error(Error::Kind::kUnavailable,
                fmt::format("interrupted: {} of {} latents were made and are kept: run the same "
                            "command again for the rest",
                            with_thousands(kept_), with_thousands(places_.size())));
  }

  [[nodiscard]] Result report(double seconds) const {
    const std::size_t embedded = places_.size();
    const double speed = static_cast<double>(embedded) / std::max(seconds, 1e-9);
    Text text;
    text.line(
        "{}: {} latents of {} numbers made, {} kept; it is the active model now; {:.0f} images/s, "
        "{:.1f} s",
        stored_.name, with_thousands(embedded), made_.dimensions,
        with_thousands(shop_.items().size() - embedded), speed, seconds);
    return {.text = std::move(text),
            .json = Json::Object{{"model", stored_.name},
                                 {"embedded", embedded},
                                 {"dimensions", made_.dimensions},
                                 {"images_per_second", speed},
                                 {"seconds", seconds}}};
  }

  ShopLock lock_;  // before the shop is looked at
  Shop shop_;
  StoredModel stored_;
  Model model_;
  std::size_t threads_;
  ProgressStyle progress_style_;
  std::vector<std::size_t> places_;  // of the items that have no latent yet
  StoredLatents made_;               // not yet written down
  std::size_t kept_ = 0;
};

}  // namespace

Action embed_command(Arguments& arguments) {
  const auto options = std::make_shared<EmbedOptions>();
  arguments.word({"SHOP", "", "the shop's folder"}, options->shop);
  arguments.option({"--model", "NAME", "of the model [the one trained last]"}, options->model);
  return [options](const Common& common) { return Embedding(*options, common).run(); };
}

}  // namespace likeness
