// Picture files in, one pack out: on all processors, in constant memory, and with the same bytes
// for any number of threads.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "likeness/base/checksum.hpp"
#include "likeness/catalogue/find_pictures.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/catalogue/resize.hpp"

namespace likeness {

class MemoryBudget;

struct PackOptions {
  Size size{.width = 60, .height = 80};
  Fit fit = Fit::kStretch;
  std::size_t threads = 1;
  std::size_t max_pixels = 100'000'000;       // a picture with more is skipped undecoded
  std::size_t max_file_bytes = 256UL << 20U;  // a larger file is skipped unread
  MemoryBudget* memory = nullptr;             // for large pictures; pack_pictures() has its own
  // Called with the number of pictures finished since the last call, by one thread at a time.
  std::function<void(std::size_t)> on_progress = nullptr;
};

// What a pack keeps of a picture's file; for pictures that are to be compared with those of a shop.
// Throws as decode_image() does.
[[nodiscard]] Image to_record(std::span<const std::byte> file, const PackOptions& options);

// The digest of the file that an item was last packed from; nothing for a new key. Called by one
// thread at a time, in the order of the keys.
using KnownDigest = std::function<std::optional<Digest>(std::string_view key)>;

struct PackReport {
  std::size_t packed = 0;     // new items
  std::size_t replaced = 0;   // known items whose file has changed
  std::size_t unchanged = 0;  // known items whose file has not: not decoded, not in this pack
  std::vector<Skipped> skipped;
};

// Packs what is new or changed among `sources` (as find_pictures() returns them) into `file`,
// which is not written if there is nothing such. Throws Error::kInput if no source is of any use,
// and Error::kUnavailable if the file cannot be written.
// After Ctrl-C it ends early, and the pack holds what was finished until then: keep it, then call
// stop_if_interrupted().
[[nodiscard]] PackReport pack_pictures(std::span<const PictureSource> sources,
                                       const KnownDigest& known, const PackOptions& options,
                                       const std::filesystem::path& file);

}  // namespace likeness
