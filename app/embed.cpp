// likeness embed SHOP: gives every item that has none its latent, and makes the model active.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include "app/commands.hpp"
#include "app/embedding.hpp"
#include "app/shop.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/progress.hpp"
#include "likeness/compute/parallel_ranges.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/model.hpp"

namespace likeness {
namespace {

struct EmbedOptions {
  std::filesystem::path shop;
  std::optional<std::string> model;
};

// The one that was asked for, else the one that was trained last.
StoredModel choose_model(const Store& store, const EmbedOptions& options) {
  if (options.model) {
    if (auto found = store.find_model(*options.model)) return *found;
    throw Error(Error::Kind::kNotFound,
                *options.model + ": there is no such model in the shop: `likeness info " +
                    options.shop.string() + "` lists them");
  }
  const auto models = store.models();
  if (models.empty()) {
    throw Error(Error::Kind::kNotFound, options.shop.string() +
                                            ": has no model yet: make one by `likeness train " +
                                            options.shop.string() + "`");
  }
  return *std::ranges::max_element(models, {}, &StoredModel::id);
}

Result embed_shop(const EmbedOptions& options, const Common& common) {
  const ShopFiles files{options.shop};
  require_shop(files);
  const ShopLock lock(files);
  Shop shop(options.shop, OpenMode::kExisting);
  const StoredModel stored = choose_model(shop.store(), options);
  const Model model = read_model(shop.files().models() / stored.file);
  require_same_size(model, shop.size());

  const auto missing = shop.store().items_without_latent(stored.id);
  const std::unordered_set<std::int64_t> wanted(missing.begin(), missing.end());
  StoredLatents latents{.dimensions = model.network.latent_size(), .items = {}, .values = {}};
  Pictures pictures;
  for (std::size_t i = 0; i < shop.items().size(); ++i) {
    if (!wanted.contains(shop.items()[i].id)) continue;
    latents.items.push_back(shop.items()[i].id);
    pictures.push_back(shop.record(i));
  }
  const auto start = std::chrono::steady_clock::now();
  {
    Progress progress("embed", "pictures", pictures.size(), common.progress());
    latents.values = embed(model, pictures, embedding_precision(), [&](std::size_t count) {
      progress.advance(count);
      shop.have_read(count);
    });
  }
  auto transaction = shop.store().begin();
  shop.store().put_latents(stored.id, latents);
  shop.store().activate_model(stored.id);
  transaction.commit();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double speed = static_cast<double>(pictures.size()) / std::max(seconds, 1e-9);
  return {.text = text_of(
              fmt::format("{}: {} latents of {} numbers made, {} kept; it is the active model "
                          "now; {:.0f} images/s, {:.1f} s",
                          stored.name, with_thousands(pictures.size()), latents.dimensions,
                          with_thousands(shop.items().size() - pictures.size()), speed, seconds)),
          .json = Json::Object{{"model", stored.name},
                               {"embedded", pictures.size()},
                               {"dimensions", latents.dimensions},
                               {"images_per_second", speed},
                               {"seconds", seconds}}};
}

}  // namespace

Action embed_command(Arguments& arguments) {
  const auto options = std::make_shared<EmbedOptions>();
  arguments.word({"SHOP", "", "the shop's folder"}, options->shop);
  arguments.option({"--model", "NAME", "of the model [the one trained last]"}, options->model);
  return [options](const Common& common) {
    set_compute_threads(common.threads);
    return embed_shop(*options, common);
  };
}

}  // namespace likeness
