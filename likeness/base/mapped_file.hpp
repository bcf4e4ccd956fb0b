// Files in memory without a copy, and what becomes of them when somebody cuts them short.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace likeness {

// A file's bytes, read only, for as long as the object lives. Errors as of RegularFile().
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }
  // A part of them is to be read soon: mapped at once it costs less than page by page.
  void will_read(std::span<const std::byte> part) const noexcept;
  // Pages that were read no longer count as this process's memory; they come back when they are
  // read again, also by a thread that reads right now.
  void release_pages() const noexcept;

 private:
  std::span<const std::byte> bytes_;
};

// A mapped file that another program cuts short, or that its disk cannot read, ends a program by
// SIGBUS wherever it reads it just then. From now on it reads zeros there and goes on: whoever
// makes something of mapped files asks require_whole_files() before he lets go of it, as AtomicFile
// and Transaction do before they commit. To be called by a program as it begins; any other SIGBUS
// is left to what was there before.
void survive_cut_files() noexcept;

// How many have been found since the program began. Whoever opens files takes the number before:
// what he reads is whole as long as it stays.
[[nodiscard]] std::size_t found_cut_files() noexcept;
// How many of them a program has said it knows of, for it reads none of them any more: what it
// writes from then on may be kept.
[[nodiscard]] std::size_t known_cut_files() noexcept;
void know_cut_files(std::size_t found) noexcept;
// Throws Error::kCorrupt, which names the last, if more than so many have been found.
void require_whole_files(std::size_t known = known_cut_files());

// What `make` returns, unless more than so many files have been found cut by then: that is the
// error also where another came of it.
template <typename Make>
auto with_whole_files(std::size_t known, const Make& make) {
  try {
    auto made = make();
    require_whole_files(known);
    return made;
  } catch (...) {
    require_whole_files(known);
    throw;
  }
}

}  // namespace likeness
