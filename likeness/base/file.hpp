// Files: read whole, and written so that a reader sees the old content or the new one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace likeness {

// An open file that closes itself. Whatever is no regular file is refused before a byte of it is
// read: a pipe would keep its reader waiting, and a device has no end.
class RegularFile {
 public:
  enum class For {
    kReading,
    kLocking,  // made empty if it is not there, and open for writing, too
    kMaking,   // the same, but never through a link
  };

  // Error::kNotFound if there is no such file, kUnavailable if it cannot be opened, kInput if it is
  // no regular file.
  explicit RegularFile(std::filesystem::path path, For purpose = For::kReading);
  ~RegularFile();
  RegularFile(RegularFile&& other) noexcept;
  RegularFile& operator=(RegularFile&& other) noexcept;
  RegularFile(const RegularFile&) = delete;
  RegularFile& operator=(const RegularFile&) = delete;

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] std::size_t size() const;
  // Only one process at a time holds it, and it ends with the process. False if another does.
  [[nodiscard]] bool try_lock() const noexcept;

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

// Error::kInput if there is something at the path that is no regular file. For what a library opens
// by its name.
void require_regular_or_absent(const std::filesystem::path& path);

// What RegularFile throws, and kInput if the file is larger than max_bytes.
[[nodiscard]] std::vector<std::byte> read_file(const std::filesystem::path& path,
                                               std::size_t max_bytes = SIZE_MAX);

// Its first bytes, so many at most; Errors as of read_file().
[[nodiscard]] std::vector<std::byte> read_head(const std::filesystem::path& path,
                                               std::size_t bytes);

// What tells, without a look into it, that a file is still what it was.
struct FileStamp {
  std::size_t bytes = 0;
  std::int64_t changed = 0;  // nanoseconds since 1970, by the file's system (ctime); 0: not known
  [[nodiscard]] bool is_known() const noexcept { return changed != 0; }
  bool operator==(const FileStamp&) const = default;
};

// To be taken before the file is read. Not known if there is no such file, and of one that changed
// in the last seconds: it may change once more within the same tick of its system's clock.
[[nodiscard]] FileStamp stamp_of(const std::filesystem::path& path);

// Writes to PATH.tmp; commit() flushes it to the disk and renames it to PATH. Without a commit
// nothing remains. Errors (a full disk, no permission, another process that writes the same) are
// Error::kUnavailable; a PATH that is no regular file is kInput. PATH.tmp is locked as long as it
// is written, so that one which nobody holds was left by a process that has ended. Nothing is
// committed that may have been made of a mapped file which was cut short: see
// require_whole_files().
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
  // All of them, or none if one cannot be flushed.
  static void commit(std::span<AtomicFile* const> files);

 private:
  [[noreturn]] void fail(std::string_view doing) const;
  void flush() const;
  void rename();

  std::filesystem::path path_;
  RegularFile temporary_;
  bool committed_ = false;
  std::size_t written_ = 0;   // bytes, by write()
  std::size_t flushing_ = 0;  // of them, handed to the disk already
};

void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);
void write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace likeness
