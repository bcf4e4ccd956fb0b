#include "likeness/shop/embed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/words.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/shop/embedding.hpp"
#include "likeness/shop/model_files.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

// How much is embedded before it is written down: what is killed loses no more.
constexpr std::size_t kMostItems = 100'000;
constexpr std::size_t kMostNumbers = std::size_t{1} << 24U;  // 64 MB
constexpr std::chrono::seconds kLongest{60};

// The one that was asked for, else the one that was trained last; trained further, its successor.
StoredModel choose_model(const Store& store, const EmbedRequest& request) {
  if (request.model) {
    if (auto next = store.find_successor(*request.model)) return *next;
    if (auto found = store.find_model(*request.model)) return *found;
    throw Error(Error::Kind::kNotFound, *request.model + ": there is no such model in the shop",
                by_looking());
  }
  auto models = store.models();
  for (StoredModel& successor : store.successors()) models.push_back(std::move(successor));
  if (models.empty()) {
    throw Error(Error::Kind::kNotFound, "the shop has no model yet", by_training());
  }
  return *std::ranges::max_element(models, {}, &StoredModel::id);
}

// Gives items their latents and writes them down as it goes.
class Embedding {
 public:
  Embedding(const EmbedRequest& request, const Work& work)
      : lock_(checked(request.files)),
        shop_(request.files.folder, OpenMode::kExisting),
        stored_(choose_model(shop_.store(), request)),
        model_(read_model(shop_.files().models() / stored_.file)),
        work_(work) {
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

  EmbedOutcome run() {
    const auto start = std::chrono::steady_clock::now();
    embed_all();
    auto transaction = shop_.store().begin();
    shop_.store().put_latents(stored_.id, made_);
    shop_.store().activate_model(stored_.id);
    transaction.commit();
    remove_leftovers(shop_.store(), shop_.files(), stored_.name);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return outcome(seconds);
  }

 private:
  static ShopFiles checked(ShopFiles files) {
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
    Progress progress(work_, "embed", "pictures", places_.size());
    Embedder embedder(model_, embedding_precision(), work_.threads);
    auto written = std::chrono::steady_clock::now();
    for (std::size_t begin = 0; begin < places_.size(); begin += Embedder::kBlock) {
      if (work_.stop.stop_requested()) return stop();
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
                fmt::format("interrupted: {} of {} latents were made and are kept: embed again for "
                            "the rest",
                            with_thousands(kept_), with_thousands(places_.size())));
  }

  [[nodiscard]] EmbedOutcome outcome(double seconds) const {
    const std::size_t embedded = places_.size();
    return {.model = stored_.name,
            .embedded = embedded,
            .kept = shop_.items().size() - embedded,
            .dimensions = made_.dimensions,
            .images_per_second = static_cast<double>(embedded) / std::max(seconds, 1e-9),
            .seconds = seconds};
  }

  ShopLock lock_;  // before the shop is looked at
  Shop shop_;
  StoredModel stored_;
  Model model_;
  const Work& work_;
  std::vector<std::size_t> places_;  // of the items that have no latent yet
  StoredLatents made_;               // not yet written down
  std::size_t kept_ = 0;
};

}  // namespace

EmbedOutcome embed(const EmbedRequest& request, const Work& work) {
  return Embedding(request, work).run();
}

Json to_json(const EmbedOutcome& outcome) {
  return Json::Object{{"model", outcome.model},
                      {"embedded", outcome.embedded},
                      {"dimensions", outcome.dimensions},
                      {"images_per_second", outcome.images_per_second},
                      {"seconds", outcome.seconds}};
}

}  // namespace likeness
