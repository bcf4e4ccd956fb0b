// Room for bytes that need not fit into memory.
#pragma once

#include <cstddef>
#include <span>

namespace likeness {

// Bytes, zeros at first, in a file without a name in the folder for what is temporary (TMPDIR): the
// system writes them out where it needs the memory, and they end with the object, however the
// process ends.
class ScratchFile {
 public:
  // Error::kUnavailable where the folder has no room for them, or may not be written to.
  explicit ScratchFile(std::size_t bytes);
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ScratchFile(ScratchFile&&) = delete;
  ScratchFile& operator=(ScratchFile&&) = delete;

  [[nodiscard]] std::span<std::byte> bytes() noexcept { return bytes_; }
  // As of MappedFile.
  void release_pages() noexcept;

 private:
  std::span<std::byte> bytes_;
};

}  // namespace likeness
