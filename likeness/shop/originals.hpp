// What a model that looks at originals ("model import --originals") is given of the shop's items:
// their files, decoded as a pack does but at the size that its encoder sees.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "likeness/base/json.hpp"
#include "likeness/base/work.hpp"
#include "likeness/catalogue/decode_budget.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/catalogue/resize.hpp"
#include "likeness/encoder/pictures.hpp"
#include "likeness/encoder/pretrained.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

// By what items were described, each counted once.
struct OriginalsReport {
  std::size_t seen = 0;  // by their files; all others by the pixels that the shop has
  std::size_t no_larger = 0;
  std::size_t sent = 0;  // there never was a file
  std::size_t gone = 0;
  std::size_t changed = 0;
  std::size_t unreadable = 0;
};
[[nodiscard]] Json to_json(const OriginalsReport& report);
// Tells of those that the shop's pixels stood in for, if there are any.
void say(const OriginalsReport& report, const std::string& model, const Work& work);

// May be used by any number of threads; what they decode at once is bounded.
class Originals {
 public:
  // Pictures are as the pack has them. Without an encoder, or with one that does not look at
  // originals, there are none.
  Originals(const PretrainedEncoder* encoder, const StoredPack& pack);

  [[nodiscard]] bool wanted() const noexcept { return wanted_; }
  // Of an item: never fails, and counts. Nothing where the shop's pixels are to stand in.
  [[nodiscard]] std::optional<Image> of_item(const Item& item);
  // Of a file that somebody brings. Nothing if it has no more pixels than the shop keeps;
  // Error::kInput, without its name, if it cannot be used.
  [[nodiscard]] std::optional<Image> of_file(std::span<const std::byte> file);
  // Of items one after the other; this must outlive it. None where they are not wanted.
  using ItemOf = std::function<const Item&(std::size_t i)>;
  [[nodiscard]] FindLarger of_items(ItemOf item_of);

  [[nodiscard]] OriginalsReport report() const;

 private:
  enum Outcome { kSeen, kNoLarger, kSent, kGone, kChanged, kUnreadable, kOutcomes };

  struct Found {
    Outcome outcome = kSeen;
    std::optional<Image> larger = {};
  };
  [[nodiscard]] Found find(const Item& item);

  bool wanted_ = false;
  Size packed_{};
  Fit fit_ = Fit::kStretch;
  Size seen_{};  // as large as the encoder sees
  MemoryBudget memory_;
  std::array<std::atomic<std::size_t>, kOutcomes> counts_{};
};

}  // namespace likeness
