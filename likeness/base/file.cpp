#include "likeness/base/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <string>
#include <system_error>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/folder.hpp"
#include "likeness/base/mapped_file.hpp"

namespace likeness {
namespace {

constexpr std::size_t kFlushBytes = 8U << 20U;

[[noreturn]] void fail_opening(const std::filesystem::path& path, const char* what) {
  const int code = errno;
  const auto kind = code == ENOENT || code == ENOTDIR ? Error::Kind::kNotFound : kind_of(code);
  throw Error(kind, path.string() + ": " + what + ": " + std::generic_category().message(code));
}

[[noreturn]] void fail_reading(const std::filesystem::path& path) {
  fail_opening(path, "cannot be read");
}

[[noreturn]] void fail_irregular(const std::filesystem::path& path) {
  throw Error(Error::Kind::kInput,
              path.string() + ": is not a regular file: name a file, or move it away");
}

// O_NONBLOCK: a pipe that nobody writes to would keep open() waiting. For a regular file it changes
// nothing.
int open_file(const std::filesystem::path& path, RegularFile::For purpose) {
  int flags = O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  flags |= purpose == RegularFile::For::kReading ? O_RDONLY : O_RDWR | O_CREAT;
  if (purpose == RegularFile::For::kMaking) flags |= O_NOFOLLOW;
  return ::open(path.c_str(), flags, 0644);
}

struct stat status_of(const RegularFile& file) {
  struct stat status{};
  if (::fstat(file.descriptor(), &status) != 0) fail_reading(file.path());
  return status;
}

// False once the name belongs to another file: whoever held the file has renamed it.
bool is_still(const RegularFile& file) {
  struct stat there{};
  if (::stat(file.path().c_str(), &there) != 0) return false;
  const auto own = status_of(file);
  return there.st_ino == own.st_ino && there.st_dev == own.st_dev;
}

RegularFile locked_temporary(const std::filesystem::path& path) {
  require_regular_or_absent(path);  // a rename would put an end to a device
  while (true) {
    RegularFile file(path.string() + ".tmp", RegularFile::For::kMaking);
    if (!file.try_lock()) {
      throw Error(Error::Kind::kUnavailable,
                  path.string() + ": another program is writing it: try again when it has ended");
    }
    if (is_still(file)) return file;
  }
}

}  // namespace

RegularFile::RegularFile(std::filesystem::path path, For purpose)
    : path_(std::move(path)), descriptor_(open_file(path_, purpose)) {
  if (descriptor_ < 0) {
    if (errno == ELOOP || errno == ENXIO || errno == EISDIR) fail_irregular(path_);
    fail_opening(path_, purpose == For::kReading ? "cannot be read" : "cannot be created");
  }
  if (!S_ISREG(status_of(*this).st_mode)) {
    ::close(descriptor_);
    fail_irregular(path_);
  }
}

RegularFile::~RegularFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

RegularFile::RegularFile(RegularFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

RegularFile& RegularFile::operator=(RegularFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

std::size_t RegularFile::size() const { return static_cast<std::size_t>(status_of(*this).st_size); }

bool RegularFile::try_lock() const noexcept {
  // A file system without locks must not keep a file from being written.
  return ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

void require_regular_or_absent(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) fail_irregular(path);
}

namespace {

std::vector<std::byte> read_bytes(const RegularFile& file, std::size_t size) {
  std::vector<std::byte> bytes(size);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto count = ::read(file.descriptor(), bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_reading(file.path());
    if (count == 0) break;  // the file shrank while it was read
    done += static_cast<std::size_t>(count);
  }
  bytes.resize(done);
  return bytes;
}

}  // namespace

std::vector<std::byte> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  const RegularFile file(path);
  const std::size_t size = file.size();
  if (size > max_bytes) {
    throw Error(Error::Kind::kInput, path.string() + ": has " + std::to_string(size) +
                                         " bytes; at most " + std::to_string(max_bytes) +
                                         " are read");
  }
  return read_bytes(file, size);
}

std::vector<std::byte> read_head(const std::filesystem::path& path, std::size_t bytes) {
  const RegularFile file(path);
  return read_bytes(file, std::min(bytes, file.size()));
}

FileStamp stamp_of(const std::filesystem::path& path) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  constexpr std::int64_t kSettled = 3 * kSecond;  // the coarsest clock of a file system has 2 s
  struct stat status{};
  timespec now{};
  if (::stat(path.c_str(), &status) != 0 || ::clock_gettime(CLOCK_REALTIME, &now) != 0) return {};
  const auto nanoseconds = [](const timespec& time) {
    return static_cast<std::int64_t>(time.tv_sec) * kSecond + time.tv_nsec;
  };
  const std::int64_t changed = nanoseconds(status.st_ctim);
  const bool settled = changed > 0 && changed < nanoseconds(now) - kSettled;
  return {.bytes = static_cast<std::size_t>(status.st_size), .changed = settled ? changed : 0};
}

AtomicFile::AtomicFile(std::filesystem::path path)
    : path_(std::move(path)), temporary_(locked_temporary(path_)) {
  if (::ftruncate(temporary_.descriptor(), 0) == 0) return;
  const int code = errno;
  ::unlink(temporary_.path().c_str());  // no destructor follows a constructor that throws
  errno = code;
  fail("cannot be created");
}

AtomicFile::~AtomicFile() {
  if (!committed_) ::unlink(temporary_.path().c_str());
}

void AtomicFile::fail(std::string_view doing) const {
  throw Error(kind_of(errno), path_.string() + ": " + std::string(doing) + ": " +
                                  std::generic_category().message(errno));
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(temporary_.descriptor(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("cannot be written");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    written_ += static_cast<std::size_t>(count);
  }
  if (written_ - flushing_ < kFlushBytes) return;
  // Only a hint that lets the disk begin while we go on; commit() is what makes sure.
  ::sync_file_range(temporary_.descriptor(), static_cast<off_t>(flushing_),
                    static_cast<off_t>(written_ - flushing_), SYNC_FILE_RANGE_WRITE);
  flushing_ = written_;
}

void AtomicFile::write_at(std::size_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count =
        ::pwrite(temporary_.descriptor(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("cannot be written");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::size_t>(count);
  }
}

void AtomicFile::flush() const {
  if (::fsync(temporary_.descriptor()) != 0) fail("cannot be flushed");
}

void AtomicFile::rename() {
  if (::rename(temporary_.path().c_str(), path_.c_str()) != 0) fail("cannot be renamed into place");
  committed_ = true;
  flush_folder(path_.parent_path());
}

void AtomicFile::commit() {
  AtomicFile* const self = this;
  commit(std::span(&self, 1));
}

void AtomicFile::commit(std::span<AtomicFile* const> files) {
  require_whole_files();
  for (const AtomicFile* file : files) file->flush();
  for (AtomicFile* file : files) file->rename();
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
