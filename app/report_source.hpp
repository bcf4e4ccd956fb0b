// What a report is made of: the shop with what it has by now. Everything is optional but the shop
// itself, for a report also tells what is missing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/active_latents.hpp"
#include "app/program.hpp"
#include "app/shop.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/encoder/model.hpp"

namespace likeness {

struct ReportOptions {
  std::filesystem::path shop;
  std::optional<std::filesystem::path> output;
  std::uint64_t seed = 1;
  std::vector<std::string> items;  // keys
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
  ReportSource(const ReportOptions& report_options, const Common& report_common);

  ReportOptions options;
  Common common;
  Shop shop;
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
  // "likeness cluster SHOP", with the shop's path as a shell takes it.
  [[nodiscard]] std::string command(const std::string& name, const std::string& rest = "") const;
};

// A word as a shell takes it: quoted where it has to be.
[[nodiscard]] std::string shell_word(const std::string& word);

// Tags that say something about how pictures look: at least half of the items have them, with at
// least two values and on average ten items of each. First the one with most information, then
// those that add most to what the others say (conditional entropy).
[[nodiscard]] std::vector<std::string> telling_tags(const Store& store, std::size_t most);

}  // namespace likeness
