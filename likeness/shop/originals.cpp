#include "likeness/shop/originals.hpp"

#include <fmt/format.h>

#include <new>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/words.hpp"
#include "likeness/catalogue/choose_picture.hpp"
#include "likeness/catalogue/decode.hpp"
#include "likeness/shop/original_picture.hpp"

namespace likeness {
namespace {

constexpr std::size_t kDecodingBytes = 512'000'000;  // of all threads together, as packing may use

std::size_t stood_in_for(const OriginalsReport& report) {
  return report.no_larger + report.sent + report.gone + report.changed + report.unreadable;
}

}  // namespace

Json to_json(const OriginalsReport& report) {
  return Json::Object{{"seen", report.seen},       {"no_larger", report.no_larger},
                      {"sent", report.sent},       {"gone", report.gone},
                      {"changed", report.changed}, {"unreadable", report.unreadable}};
}

void say(const OriginalsReport& report, const std::string& model, const Work& work) {
  const std::size_t count = stood_in_for(report);
  if (count == 0) return;
  std::string why;
  const auto add = [&](std::size_t items, const char* reason) {
    if (items > 0) {
      why += fmt::format("{}{} {}", why.empty() ? "" : ", ", with_thousands(items), reason);
    }
  };
  add(report.no_larger, "with no larger file");
  add(report.sent, "that were sent");
  add(report.gone, "whose file is gone");
  add(report.changed, "whose file has changed");
  add(report.unreadable, "whose file cannot be read");
  work.say(fmt::format("{}: sees {} of {} pictures as small as the shop has them: {}", model,
                       with_thousands(count), with_thousands(count + report.seen), why));
}

Originals::Originals(const PretrainedEncoder* encoder, const StoredPack& pack)
    : wanted_(encoder != nullptr && encoder->originals),
      packed_{.width = pack.width, .height = pack.height},
      fit_(fit_named(pack.fit).value_or(fit_)),
      memory_(kDecodingBytes) {
  if (wanted_ && packed_.width > 0 && packed_.height > 0) seen_ = largest_seen(*encoder, packed_);
}

std::optional<Image> Originals::of_file(std::span<const std::byte> file) {
  const bool enough = seen_.width <= packed_.width && seen_.height <= packed_.height;
  if (!wanted_ || enough) return std::nullopt;
  return decode_larger(file, packed_, seen_, fit_,
                       {.max_pixels = PackOptions{}.max_pixels, .memory = &memory_});
}

Originals::Found Originals::find(const Item& item) {
  try {
    const OriginalFile file = original_file(item);
    switch (file.state) {
      case OriginalState::kThere: break;
      case OriginalState::kNone: return {.outcome = kSent};
      case OriginalState::kGone: return {.outcome = kGone};
      case OriginalState::kChanged: return {.outcome = kChanged};
      case OriginalState::kUnreadable: return {.outcome = kUnreadable};
    }
    auto larger = of_file(file.bytes);
    return {.outcome = larger ? kSeen : kNoLarger, .larger = std::move(larger)};
  } catch (const Error&) {
    return {.outcome = kUnreadable};
  } catch (const std::bad_alloc&) {
    return {.outcome = kUnreadable};
  }
}

std::optional<Image> Originals::of_item(const Item& item) {
  Found found = find(item);
  ++counts_.at(found.outcome);
  return std::move(found.larger);
}

FindLarger Originals::of_items(ItemOf item_of) {
  if (!wanted_) return {};
  return [this, item_of = std::move(item_of)](std::size_t i) { return of_item(item_of(i)); };
}

OriginalsReport Originals::report() const {
  return {.seen = counts_[kSeen],
          .no_larger = counts_[kNoLarger],
          .sent = counts_[kSent],
          .gone = counts_[kGone],
          .changed = counts_[kChanged],
          .unreadable = counts_[kUnreadable]};
}

}  // namespace likeness
