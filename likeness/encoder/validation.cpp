#include "likeness/encoder/validation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace likeness {
namespace {

constexpr std::size_t kBatch = Inference::kBatch;

}  // namespace

Validation::Validation(const Network& network, const Pictures& pictures,
                       std::vector<std::size_t> positions, Precision precision, ThreadPool& pool)
    : pictures_(pictures),
      positions_(std::move(positions)),
      picture_size_(network.input().size()),
      pool_(pool),
      inference_(network, precision, pool) {}

std::size_t Validation::batches() const { return (positions_.size() + kBatch - 1) / kBatch; }

Difference Validation::difference_of(std::size_t batch, std::size_t worker) {
  std::array<std::span<const std::uint8_t>, kBatch> pictures;
  const std::size_t begin = batch * kBatch;
  const std::size_t count = std::min(kBatch, positions_.size() - begin);
  for (std::size_t i = 0; i < count; ++i) pictures[i] = pictures_[positions_[begin + i]];
  const auto looked = inference_.look_at(std::span(pictures).first(count), worker);
  return looked.network.difference(looked.pictures);
}

Difference Validation::difference(const Ranks& ranks, const OnRead& on_read) {
  constexpr std::size_t kFewBatches = 8;
  const std::size_t round = std::max(kFewBatches, 2 * pool_.threads());
  std::vector<Difference> parts(batches());
  const Share own = ranks.share_of(parts.size());
  for (std::size_t begin = own.begin; begin < own.end; begin += round) {
    const std::size_t count = std::min(round, own.end - begin);
    pool_.run(count, [&](std::size_t i, std::size_t worker) {
      parts[begin + i] = difference_of(begin + i, worker);
      if (on_read) on_read(kBatch);
    });
  }
  ranks.gather(std::span(parts), parts.size());
  Difference sums;
  for (const Difference& part : parts) {
    sums.squared += part.squared;
    sums.absolute += part.absolute;
  }
  return sums;
}

std::vector<std::vector<std::uint8_t>> Validation::reconstruct(
    std::span<const std::size_t> positions) {
  std::vector<std::vector<std::uint8_t>> result;
  for (const auto position : positions) {
    const auto looked = inference_.look_at(PicturesView(&pictures_[position], 1), 0);
    const auto values = looked.network.reconstruction().floats().first(picture_size_);
    auto& bytes = result.emplace_back();
    for (const float value : values) {
      bytes.push_back(
          static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0F, 1.0F) * 255.0F)));
    }
  }
  return result;
}

}  // namespace likeness
