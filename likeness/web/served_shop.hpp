// The shop that is served, with all that answers from it or changes it.
#pragma once

#include <optional>
#include <string>

#include "likeness/base/work.hpp"
#include "likeness/catalogue/decode_budget.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/shop/space.hpp"
#include "likeness/web/item_writer.hpp"
#include "likeness/web/jobs.hpp"
#include "likeness/web/live_shop.hpp"
#include "likeness/web/once_per_view.hpp"
#include "likeness/web/one_by_one.hpp"

namespace likeness {

struct ServedShop {
  enum class FilesOfItems { kHidden, kShown };
  // Errors as of LiveShop().
  ServedShop(const ShopFiles& files, FilesOfItems shown, const Work& work);
  // What was taken is written, whoever waits for it. Whether all has ended: if not, a job takes
  // longer, and goes on when the shop is served again.
  [[nodiscard]] bool finish();

  LiveShop live;
  OncePerView<std::string> duplicates;
  OncePerView<std::string> clusters;
  OncePerView<LatentSpace> space;
  std::optional<MemoryBudget> originals;  // for decoding the files of items, where they are shown
  ItemWriter writer;
  OneByOne loads;  // of many items: by the writer
  Jobs jobs;
};

}  // namespace likeness
