#include "likeness/base/scratch_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

[[noreturn]] void fail(const std::filesystem::path& folder, std::size_t bytes, int code) {
  throw Error(Error::Kind::kUnavailable,
              folder.string() + ": has no room for " + std::to_string((bytes >> 20U) + 1) +
                  " MB: " + std::generic_category().message(code) +
                  ": let TMPDIR name a folder that has, and may be written to");
}

// Mapped; nullptr and errno where something failed.
void* map_new_file(std::string name, std::size_t bytes) {
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) return nullptr;
  ::unlink(name.c_str());
  // Room is taken now: a page that finds none when it is written ends the process.
  int code = ::posix_fallocate(descriptor, 0, static_cast<off_t>(bytes));
  void* mapped = nullptr;
  if (code == 0) {
    mapped = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (mapped == MAP_FAILED) {
      mapped = nullptr;
      code = errno;
    }
  }
  ::close(descriptor);  // the mapping keeps the file
  errno = code;
  return mapped;
}

}  // namespace

ScratchFile::ScratchFile(std::size_t bytes) {
  if (bytes == 0) return;
  std::error_code wrong;
  const auto folder = std::filesystem::temp_directory_path(wrong);
  if (wrong) fail("TMPDIR", bytes, wrong.value());
  void* const mapped = map_new_file((folder / "likeness-XXXXXX").string(), bytes);
  if (mapped == nullptr) fail(folder, bytes, errno);
  bytes_ = {static_cast<std::byte*>(mapped), bytes};
}

ScratchFile::~ScratchFile() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
}

void ScratchFile::release_pages() noexcept {
  if (!bytes_.empty()) (void)::madvise(bytes_.data(), bytes_.size(), MADV_DONTNEED);
}

}  // namespace likeness
