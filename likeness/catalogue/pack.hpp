// A pack: the pixels of many items in one file, ready to be read in any order without a copy.
// pack_writer.cpp says how its bytes lie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/base/checksum.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/mapped_file.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/catalogue/resize.hpp"

namespace likeness {

struct PackEntry {
  std::string_view key;
  std::string_view source;     // the path of the picture's file when it was packed
  Digest digest;               // of that file
  std::uint64_t checksum = 0;  // of the record
};

// Opening checks the header, the whole index and every size against the file; afterwards both are
// trusted. The pixels are not read then: verify_pack() does that. A pack is immutable, so it is
// safe to read from any number of threads; views are valid as long as the Pack.
class Pack {
 public:
  // Throws Error::kCorrupt if anything is not as it must be, and what MappedFile throws.
  explicit Pack(const std::filesystem::path& path);
  // The same for bytes that somebody else keeps alive. `name` is for messages.
  Pack(std::span<const std::byte> bytes, std::string name);

  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] Size size() const noexcept { return size_; }
  [[nodiscard]] Fit fit() const noexcept { return fit_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  // Item i < count(), in ascending order of keys.
  [[nodiscard]] PackEntry entry(std::size_t i) const;
  // Its pixels: height x width x 3 bytes of sRGB.
  [[nodiscard]] std::span<const std::uint8_t> record(std::size_t i) const;
  void release_pages() const noexcept;  // see MappedFile; nothing for a pack in memory
  [[nodiscard]] std::optional<std::size_t> find(std::string_view key) const;

 private:
  void read();
  void read_header();
  void check_entries() const;
  [[noreturn]] void fail(const std::string& reason) const;

  std::optional<MappedFile> file_;
  std::span<const std::byte> bytes_;
  std::string name_;
  Size size_;
  Fit fit_ = Fit::kStretch;
  std::size_t count_ = 0;
  std::size_t record_bytes_ = 0;
  std::span<const std::byte> index_;  // fixed-size entries
  std::span<const std::byte> texts_;  // keys and sources
};

// Whether the pixels of an item are those that were written.
[[nodiscard]] bool is_sound(const Pack& pack, std::size_t record);
// The items whose pixels are not. Error::kUnavailable when stopped.
[[nodiscard]] std::vector<std::size_t> damaged_records(const Pack& pack, std::size_t threads,
                                                       const std::stop_token& stop = {});

}  // namespace likeness
