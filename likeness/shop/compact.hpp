// The verb "compact": many small packs, and packs with holes, become few whole ones, and so do
// their latents. What is removed or replaced leaves the disk for good; nothing is decoded or
// embedded again. Each new pack has a transaction of its own: killed, the shop is as before it or
// as after it, and the next run goes on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/base/work.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

struct CompactRequest {
  ShopFiles files;
  std::size_t most_records = 1'000'000;  // of a pack
  // Only packs of at most so many records: gathering small ones leaves the large ones alone.
  std::size_t largest_pack = std::numeric_limits<std::size_t>::max();
  bool waits_for_readers = true;  // some seconds; else files that are read stay until the next time
};

struct CompactOutcome {
  std::vector<StoredPack> packs;     // all of the shop
  std::vector<std::string> latents;  // all files of latents, as MODEL/000001.latents
  std::size_t merged = 0;            // packs that went
  std::size_t made = 0;              // and those instead of them
  std::int64_t freed_bytes = 0;      // less than 0: the shop has grown
  // Somebody reads the files that went: their bytes are free after the next compact().
  bool is_read = false;
  double seconds = 0.0;
};

// Error::kInput if the shop has no item left, kCorrupt if a picture or a latent is damaged, whose
// pack then stays as it is.
[[nodiscard]] CompactOutcome compact(const CompactRequest& request, const Work& work);
[[nodiscard]] Json to_json(const CompactOutcome& outcome);

// What compact() would change.
struct Compaction {
  std::size_t records = 0;  // of the shop
  std::size_t holes = 0;    // of them, removed or replaced pictures, which would leave the disk
  std::size_t packs = 0;    // that would become fewer
  [[nodiscard]] bool pays() const noexcept { return packs >= 10 || holes * 10 >= records; }
};
[[nodiscard]] Compaction compaction(const Store& store);

// Packs that no row names any more: a run that was killed, or that somebody read beside, left them.
[[nodiscard]] std::vector<std::filesystem::path> dropped_packs(const Store& store,
                                                               const ShopFiles& files);

}  // namespace likeness
