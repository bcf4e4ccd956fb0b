#include "likeness/report/reconstruction_sheet.hpp"

#include <algorithm>
#include <span>

#include "likeness/plot/picture_tables.hpp"

namespace likeness {
namespace {

constexpr std::size_t kReconstructedPictures = 5;

Image image_of(Size size, std::span<const std::uint8_t> record) {
  return {.size = size, .pixels = {record.begin(), record.end()}};
}

}  // namespace

std::vector<ShownPicture> shown_pictures(const Shop& shop, const Pack& pack) {
  std::vector<ShownPicture> shown;
  for (const std::string_view side : {"validation", "training"}) {
    for (std::size_t i = 0; i < pack.count() && shown.size() < kReconstructedPictures; ++i) {
      const PackEntry entry = pack.entry(i);
      if (entry.source != side) continue;
      if (const auto place = shop.index_of(entry.key)) {
        shown.push_back({.key = std::string(entry.key), .place = *place, .record = i});
      }
    }
    if (!shown.empty()) break;
  }
  return shown;
}

std::optional<Image> draw_epoch(const Shop& shop, const EpochSheet& sheet, std::size_t epoch) {
  const Pack pack(sheet.files.reconstructions(epoch));
  require_pictures_of(shop, pack);
  std::vector<Reconstruction> shown;
  for (const ShownPicture& one : shown_pictures(shop, pack)) {
    shown.push_back(
        {.source = {.key = one.key, .picture = image_of(shop.size(), shop.record(one.place))},
         .picture = image_of(pack.size(), pack.record(one.record))});
  }
  if (shown.empty()) return std::nullopt;
  const auto report = std::ranges::find(sheet.history, epoch, &EpochReport::epoch);
  std::optional<double> mae;
  if (report != sheet.history.end()) mae = report->validation_mae;
  return draw_reconstructions(shown, {.model = sheet.model,
                                      .epoch = epoch,
                                      .validation_mae = mae,
                                      .best_epoch = sheet.best_epoch});
}

}  // namespace likeness
