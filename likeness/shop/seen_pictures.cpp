#include "likeness/shop/seen_pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

constexpr std::size_t kMostMapped = 8;       // pictures that were read, as of Shop
constexpr std::size_t kAtOnce = 16U << 20U;  // bytes of all ranks

// All: what each of them has.
template <typename T>
std::vector<T> of_all(T value, const Ranks& ranks) {
  std::vector<T> values(ranks.count());
  values[ranks.rank()] = value;
  ranks.gather(std::span(values), values.size());
  return values;
}

std::size_t sum_of(std::span<const std::size_t> counts) {
  return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
}

void require_one_size(const Shop& partition, const Ranks& ranks) {
  const auto sizes = of_all(partition.size(), ranks);
  for (std::size_t rank = 0; rank < sizes.size(); ++rank) {
    const Size& size = sizes[rank];
    if (size == Size{}) {
      throw Error(Error::Kind::kInput,
                  fmt::format("training: rank {} has no pictures: pack its partition", rank));
    }
    if (size == sizes.front()) continue;
    throw Error(Error::Kind::kInput,
                fmt::format("training: the pictures of rank {} are {}x{}, of rank 0 {}x{}: pack "
                            "all partitions with the same --size",
                            rank, size.width, size.height, sizes[0].width, sizes[0].height));
  }
}

// What lies in a row, a part for each rank: that of one of them.
std::span<std::byte> part_of(std::span<std::byte> all, std::span<const std::size_t> sizes,
                             std::size_t rank) {
  return all.subspan(sum_of(sizes.first(rank)), sizes[rank]);
}

// From the item of that index on, as many as there is room for.
void copy_pictures(const Shop& shop, std::size_t item, std::span<std::byte> to) {
  for (; !to.empty(); ++item) {
    const auto pixels = std::as_bytes(shop.record(item));
    std::ranges::copy(pixels, to.begin());
    to = to.subspan(pixels.size());
  }
}

}  // namespace

ItemSample sample_of_partitions(const ShopFiles& files, ItemSample sample, const Ranks& ranks) {
  if (ranks.count() == 1) return sample;
  const auto counts = of_all(open_store(files).count_items(), ranks);
  sample.before = sum_of(std::span(counts).first(ranks.rank()));
  sample.after = sum_of(std::span(counts).subspan(ranks.rank() + 1));
  return sample;
}

SeenPictures::SeenPictures(Shop& shop, const Ranks& partitions) : shop_(shop) {
  if (partitions.count() > 1) {
    gather(partitions);
    return;
  }
  pictures_.reserve(shop.items().size());
  for (std::size_t i = 0; i < shop.items().size(); ++i) pictures_.push_back(shop.record(i));
}

// In rounds of so many bytes: MPI counts them in an int, and nobody needs all of them in memory.
void SeenPictures::gather(const Ranks& ranks) {
  require_one_size(shop_, ranks);
  const auto counts = of_all(shop_.items().size(), ranks);
  const std::size_t picture = static_cast<std::size_t>(shop_.size().width) *
                              static_cast<std::size_t>(shop_.size().height) * 3;
  const auto all = gathered_.emplace(sum_of(counts) * picture).bytes();
  const std::size_t at_once = std::max(kAtOnce / (picture * ranks.count()), std::size_t{1});
  std::vector<std::byte> round;
  for (std::size_t begin = 0; begin < std::ranges::max(counts); begin += at_once) {
    std::vector<std::size_t> sizes;
    sizes.reserve(counts.size());
    for (const std::size_t count : counts) {
      sizes.push_back(std::min(count - std::min(begin, count), at_once) * picture);
    }
    round.resize(sum_of(sizes));
    copy_pictures(shop_, begin, part_of(round, sizes, ranks.rank()));
    auto pending = ranks.begin_gather({.bytes = round, .sizes = sizes});
    ranks.wait(pending);
    for (std::size_t rank = 0, first = 0; rank < sizes.size(); first += counts[rank++]) {
      std::ranges::copy(part_of(round, sizes, rank),
                        all.subspan((first + std::min(begin, counts[rank])) * picture).begin());
    }
    gathered_->release_pages();
  }
  const std::span pixels(reinterpret_cast<const std::uint8_t*>(all.data()), all.size());
  pictures_.reserve(sum_of(counts));
  for (std::size_t i = 0; i < sum_of(counts); ++i) {
    pictures_.push_back(pixels.subspan(i * picture, picture));
  }
}

void SeenPictures::have_read(std::size_t pictures) {
  if (!gathered_) return shop_.have_read(pictures);
  if (read_.fetch_add(pictures) + pictures < kMostMapped) return;
  read_ = 0;
  gathered_->release_pages();
}

}  // namespace likeness
