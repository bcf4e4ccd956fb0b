// Which of the files of one name becomes the picture of the item with that key, and what that
// makes of the item. A file is tried only if its first bytes are a picture's; the first that can be
// used has the key, and the item that a shop has already keeps it:
//   the item's own path     other pixels: a new version of it
//   any other path          the same file or pixels: it was moved; other pixels: another picture of
//                           the same name, which is skipped
//   the same pixels         unchanged, whatever else in the file was edited
//   the same file, and the shop's pixels are damaged: a new version
// A file of the item's own path whose size and time of change are as they were is not read again.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/base/checksum.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/find_pictures.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/catalogue/resize.hpp"

namespace likeness {

class MemoryBudget;

// What becomes of items whose file is gone. A removed one never keeps its key without its file.
enum class WhenGone { kKeep, kRemove };

struct PackOptions {
  Size size{.width = 60, .height = 80};
  Fit fit = Fit::kStretch;
  WhenGone when_gone = WhenGone::kKeep;
  bool read_all = false;  // also files that did not change since they were read, by their stamps
  std::size_t threads = 1;
  std::stop_token stop = {};
  // A pack ends after so many files, and after so long: what is killed loses no more.
  std::size_t most_files = 100'000;
  std::chrono::seconds longest{60};
  std::size_t max_pixels = 100'000'000;       // a picture with more is skipped undecoded
  std::size_t max_file_bytes = 256UL << 20U;  // a larger file is skipped unread
  MemoryBudget* memory = nullptr;             // for large pictures; pack_pictures() has its own
  // Called with the number of files finished since the last call, by one thread at a time.
  std::function<void(std::size_t)> on_progress = nullptr;
};

// What a pack keeps of a picture's file; for pictures that are to be compared with those of a shop.
// Throws as decode_image() does.
[[nodiscard]] Image to_record(std::span<const std::byte> file, const PackOptions& options);

struct KnownPicture {
  std::size_t place = 0;  // by which whoever told of it knows it
  std::string_view path;  // of its file, where it was last seen
  Digest digest;          // of that file
  FileStamp stamp = {};   // of that file
  bool removed = false;
  bool damaged = false;  // its pixels are not what was packed: there is nothing to compare with
};

// The pictures that a shop has, removed ones among them. Called by any thread.
struct KnownPictures {
  std::function<std::optional<KnownPicture>(std::string_view key)> find;
  // Whether it has these pixels. An Error of it is no picture's fault and ends the packing.
  std::function<bool(std::size_t place, std::span<const std::uint8_t> record)> has_pixels;
};

enum class Verdict {
  kNone,       // no file can be used, or none is the item's
  kNew,        // there is no item with this key
  kUnchanged,  // the item's picture; its path and digest may be others
  kReplaced,   // a new version of the item's picture
  kFreed,      // another picture, whose key was that of an item without a file
};

struct Choice {
  Verdict verdict = Verdict::kNone;
  const PictureSource* source = nullptr;
  std::optional<KnownPicture> known;  // the item that has the key
  Digest digest;                      // of the file
  FileStamp stamp = {};               // of the file
  std::uint64_t checksum = 0;         // of the record, where it is to be packed
  std::vector<Skipped> skipped;
  std::size_t taken = 0;             // of these, how many have a key that another picture has
  std::vector<std::string> ignored;  // no pictures by their first bytes
};

// `candidates` have one key and ascend by path. `record` (height x width x 3) holds the pixels if
// they are to be packed.
[[nodiscard]] Choice choose_picture(std::span<const PictureSource> candidates,
                                    const KnownPictures& pictures, const PackOptions& options,
                                    std::span<std::uint8_t> record);

// What a picture with these pixels, from `path` and of this digest, is to the item that has its
// key, if there is one. kNone: another picture of the same name.
[[nodiscard]] Verdict judge(const std::optional<KnownPicture>& known, const KnownPictures& pictures,
                            const std::filesystem::path& path, const Digest& digest,
                            std::span<const std::uint8_t> record);

// Whether the item gives its key away to another picture.
[[nodiscard]] bool yields_key(const KnownPicture& known, WhenGone when_gone);

// Why another picture does not get the item's key.
[[nodiscard]] std::string reason_of_key(std::string_view key, const KnownPicture& known);

}  // namespace likeness
