// What a report is made of: the shop with what it has by now. Everything is optional but the shop
// itself, for a report also tells what is missing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/work.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/shop/active_latents.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

struct ReportRequest {
  ShopFiles files;
  std::optional<std::filesystem::path> output;  // none: SHOP/report
  std::uint64_t seed = 1;                       // of what is drawn by chance
  std::optional<std::string> items;             // keys, commas between them
  // How a verb is asked for, as the page's reader would write it.
  std::function<std::string(const Remedy&)> how;
};

// A model of the shop with the training that it came from.
struct TrainedModel {
  StoredModel stored;
  std::string program;  // the version that trained it; empty if the model's file cannot be read
  std::uint64_t seed = 1;
  Network network;  // without layers if the file cannot be read
  std::vector<EpochReport> history;
  std::size_t best_epoch = 0;  // 0: none
  [[nodiscard]] std::optional<double> validation_mae() const;
};

struct ReportSource {
  ReportSource(ReportRequest report_request, Work report_work);

  ReportRequest request;
  Work work;
  Shop shop;
  std::vector<std::string> items;                // keys to recommend for; none: drawn by chance
  std::vector<TrainedModel> models;              // the active one first, then by size of the latent
  std::unique_ptr<const ActiveLatents> active;   // none: no item has a latent
  std::unique_ptr<const Clustering> clustering;  // of the rows of the active latents
  std::vector<std::string> tags;                 // to look at, the most telling first; two at most

  [[nodiscard]] const Store& store() const { return shop.store(); }
  // The active model, or the one that was trained last if the active one's training is not known.
  [[nodiscard]] const TrainedModel* shown_model() const;
  // From the pack.
  [[nodiscard]] Image picture(std::size_t place) const;
  // Among the shop's items. Error::kCorrupt if there is no such item.
  [[nodiscard]] std::size_t place_of_item(std::int64_t id) const;
  // Of a row of the active latents.
  [[nodiscard]] std::size_t place_of_row(std::size_t row) const;
  [[nodiscard]] std::string how(const std::string& verb,
                                std::vector<Remedy::Asked> asked = {}) const;
};

// Tags that say something about how pictures look: at least half of the items have them, with at
// least two values and on average ten items of each. First the one with most information, then
// those that add most to what the others say (conditional entropy).
[[nodiscard]] std::vector<std::string> telling_tags(const Store& store, std::size_t most);

}  // namespace likeness
