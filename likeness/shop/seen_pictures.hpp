// The pictures that a training sees: those of a shop, or of a catalogue that lies in several shops,
// a partition for each of as many processes.
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>

#include "likeness/base/scratch_file.hpp"
#include "likeness/encoder/pictures.hpp"
#include "likeness/encoder/ranks.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

// All: what this one's shop has of a sample of all partitions, one for each rank, in their order;
// of one rank alone the sample itself.
[[nodiscard]] ItemSample sample_of_partitions(const ShopFiles& files, ItemSample sample,
                                              const Ranks& partitions);

class SeenPictures {
 public:
  // All: of one rank alone the pictures are the shop's; else each has a copy of what all shops
  // have, in the order of the ranks and of each one's items. Error::kInput where a shop's pictures
  // have another size than the first one's.
  SeenPictures(Shop& shop, const Ranks& partitions);

  [[nodiscard]] const Pictures& pictures() const noexcept { return pictures_; }
  // As of Shop.
  void have_read(std::size_t pictures);

 private:
  void gather(const Ranks& partitions);

  Shop& shop_;
  std::optional<ScratchFile> gathered_;
  Pictures pictures_;
  std::atomic<std::size_t> read_ = 0;  // of what was gathered, since pages were let go
};

}  // namespace likeness
