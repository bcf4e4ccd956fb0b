#include "likeness/base/file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/folder.hpp"

namespace likeness {
namespace {

constexpr std::size_t kFlushBytes = 8U << 20U;

[[noreturn]] void fail_reading(const std::filesystem::path& path) {
  const int code = errno;
  const auto kind =
      code == ENOENT || code == ENOTDIR ? Error::Kind::kNotFound : Error::Kind::kUnavailable;
  throw Error(kind, path.string() + ": cannot be read: " + std::generic_category().message(code));
}

// An open file that closes itself.
class Descriptor {
 public:
  explicit Descriptor(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) fail_reading(path);
  }
  ~Descriptor() { ::close(descriptor_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;

  [[nodiscard]] int get() const noexcept { return descriptor_; }

  // Only a regular file has a size that can be trusted.
  [[nodiscard]] std::size_t regular_size(const std::filesystem::path& path) const {
    struct stat status{};
    if (::fstat(descriptor_, &status) != 0) fail_reading(path);
    if (!S_ISREG(status.st_mode)) {
      throw Error(Error::Kind::kInput, path.string() + ": is not a regular file");
    }
    return static_cast<std::size_t>(status.st_size);
  }

 private:
  int descriptor_;
};

}  // namespace

namespace {

std::vector<std::byte> read_bytes(const Descriptor& file, std::size_t size,
                                  const std::filesystem::path& path) {
  std::vector<std::byte> bytes(size);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto count = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_reading(path);
    if (count == 0) break;  // the file shrank while it was read
    done += static_cast<std::size_t>(count);
  }
  bytes.resize(done);
  return bytes;
}

}  // namespace

std::vector<std::byte> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  const Descriptor file(path);
  const std::size_t size = file.regular_size(path);
  if (size > max_bytes) {
    throw Error(Error::Kind::kInput, path.string() + ": has " + std::to_string(size) +
                                         " bytes; at most " + std::to_string(max_bytes) +
                                         " are read");
  }
  return read_bytes(file, size, path);
}

std::vector<std::byte> read_head(const std::filesystem::path& path, std::size_t bytes) {
  const Descriptor file(path);
  return read_bytes(file, std::min(bytes, file.regular_size(path)), path);
}

MappedFile::MappedFile(const std::filesystem::path& path) {
  const Descriptor file(path);
  const std::size_t size = file.regular_size(path);
  if (size == 0) return;  // nothing to map; mmap refuses a length of 0
  void* start = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (start == MAP_FAILED) fail_reading(path);
  bytes_ = {static_cast<const std::byte*>(start), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

void MappedFile::release_pages() const noexcept {
  if (bytes_.empty()) return;
  // A hint: where it is refused, nothing is lost but memory.
  (void)::madvise(const_cast<std::byte*>(bytes_.data()), bytes_.size(), MADV_DONTNEED);
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

AtomicFile::AtomicFile(std::filesystem::path path)
    : path_(std::move(path)), temporary_(path_.string() + ".tmp") {
  descriptor_ = ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor_ < 0) fail("cannot be created");
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
}

void AtomicFile::fail(std::string_view doing) const {
  throw Error(Error::Kind::kUnavailable, path_.string() + ": " + std::string(doing) + ": " +
                                             std::generic_category().message(errno));
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("cannot be written");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    written_ += static_cast<std::size_t>(count);
  }
  if (written_ - flushing_ < kFlushBytes) return;
  // Only a hint that lets the disk begin while we go on; commit() is what makes sure.
  ::sync_file_range(descriptor_, static_cast<off_t>(flushing_),
                    static_cast<off_t>(written_ - flushing_), SYNC_FILE_RANGE_WRITE);
  flushing_ = written_;
}

void AtomicFile::write_at(std::size_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count =
        ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("cannot be written");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::size_t>(count);
  }
}

void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) fail("cannot be flushed");
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail("cannot be renamed into place");
  ::close(std::exchange(descriptor_, -1));
  flush_folder(path_.parent_path());
}

void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  write_file(path, std::as_bytes(std::span(text)));
}

}  // namespace likeness
