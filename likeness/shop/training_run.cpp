#include "likeness/shop/training_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/pack_writer.hpp"
#include "likeness/shop/model_files.hpp"

namespace likeness {
namespace {

constexpr std::size_t kShownOfASide = 5;

}  // namespace

std::filesystem::path RunFiles::reconstructions(std::size_t epoch) const {
  return folder / fmt::format("epoch-{:04}.pack", epoch);
}

RunFiles run_files(const ShopFiles& shop, const std::string& name) {
  return {.folder = run_folder(shop, name)};
}

std::vector<Shown> shown_items(const Shop& shop, const Split& split) {
  std::vector<Shown> shown;
  const auto take = [&](std::span<const std::size_t> positions, const char* side) {
    positions = positions.first(static_cast<std::size_t>(
        std::ranges::lower_bound(positions, shop.items().size()) - positions.begin()));
    const std::size_t count = std::min(kShownOfASide, positions.size());
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t position = positions[i * positions.size() / count];
      shown.push_back({.position = position, .key = shop.items()[position].key, .side = side});
    }
  };
  take(split.training, "training");
  take(split.validation, "validation");
  // A pack is in ascending order of keys, each once: with one picture both sides are the same.
  std::ranges::sort(shown, {}, &Shown::key);
  const auto again = std::ranges::unique(shown, {}, &Shown::key);
  shown.erase(again.begin(), again.end());
  return shown;
}

void require_pictures_of(const Shop& shop, const Pack& reconstructions) {
  if (reconstructions.size() == shop.size()) return;
  throw Error(Error::Kind::kCorrupt, reconstructions.name() +
                                         ": holds pictures of another size than the shop's: it is "
                                         "left out");
}

void save_epoch(const RunFiles& files, Checkpoint checkpoint) {
  std::string lines;
  for (const auto& report : checkpoint.state.history) lines += to_json_line(report) + "\n";
  write_file(files.history(), std::string_view(lines));
  write_checkpoint(files.checkpoint(), std::move(checkpoint));
}

void save_reconstructions(const RunFiles& files, const Shop& shop, const std::vector<Shown>& shown,
                          Trainer& trainer, std::size_t epoch) {
  std::vector<std::size_t> positions;
  positions.reserve(shown.size());
  for (const auto& item : shown) positions.push_back(item.position);
  const auto pictures = trainer.reconstruct(positions);
  PackWriter pack(files.reconstructions(epoch), shop.size(), Fit::kStretch);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const auto bytes = std::as_bytes(std::span(pictures[i]));
    pack.add({.key = shown[i].key,
              .source = shown[i].side,
              .digest = digest(bytes),
              .checksum = checksum(bytes),
              .pixels = pictures[i]});
  }
  pack.commit();
}

}  // namespace likeness
