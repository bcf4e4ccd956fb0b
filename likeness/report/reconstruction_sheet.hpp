// One sheet of what a network made of pictures that it was not trained on, after one epoch.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/catalogue/image.hpp"
#include "likeness/catalogue/pack.hpp"
#include "likeness/encoder/epoch_report.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/shop/training_run.hpp"

namespace likeness {

// A picture that a training showed: where it is in the shop, and in the run's pack.
struct ShownPicture {
  std::string key;
  std::size_t place = 0;
  std::size_t record = 0;
};

// Those of the validation set whose sources are still in the shop; of the training set where a shop
// is so small that there are no others.
[[nodiscard]] std::vector<ShownPicture> shown_pictures(const Shop& shop, const Pack& pack);

struct EpochSheet {
  std::string model;
  RunFiles files;
  const std::vector<EpochReport>& history;
  std::size_t best_epoch = 0;
};

// Nothing if none of the pictures is in the shop any more; Error::kCorrupt if they are no pictures
// of this shop.
[[nodiscard]] std::optional<Image> draw_epoch(const Shop& shop, const EpochSheet& sheet,
                                              std::size_t epoch);

}  // namespace likeness
