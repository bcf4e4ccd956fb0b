// Files: read whole, mapped, and written so that a reader sees the old content or the new one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace likeness {

// Error::kNotFound if there is no such file, kUnavailable if it cannot be read, kInput if it is no
// regular file or larger than max_bytes.
[[nodiscard]] std::vector<std::byte> read_file(const std::filesystem::path& path,
                                               std::size_t max_bytes = SIZE_MAX);

// Its first bytes, so many at most; Errors as of read_file().
[[nodiscard]] std::vector<std::byte> read_head(const std::filesystem::path& path,
                                               std::size_t bytes);

// A file's bytes in memory without a copy, read only, for as long as the object lives.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }
  // Pages that were read no longer count as this process's memory; they come back when they are
  // read again, also by a thread that reads right now.
  void release_pages() const noexcept;

 private:
  std::span<const std::byte> bytes_;
};

// Writes to PATH.tmp; commit() flushes it to the disk and renames it to PATH. Without a commit
// nothing remains. Errors (a full disk, no permission) are Error::kUnavailable.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  AtomicFile(AtomicFile&&) = delete;
  AtomicFile& operator=(AtomicFile&&) = delete;

  void write(std::span<const std::byte> bytes);
  // Overwrites bytes that were written before; the end of the file stays where it is.
  void write_at(std::size_t offset, std::span<const std::byte> bytes);
  void commit();

 private:
  [[noreturn]] void fail(std::string_view doing) const;

  std::filesystem::path path_;
  std::filesystem::path temporary_;
  int descriptor_ = -1;
  std::size_t written_ = 0;   // bytes, by write()
  std::size_t flushing_ = 0;  // of them, handed to the disk already
};

void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);
void write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace likeness
