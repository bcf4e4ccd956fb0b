#include "likeness/web/snapshot_tar.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <ctime>
#include <string_view>
#include <utility>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

constexpr std::size_t kBlock = 512;

// Of a head's fields (POSIX.1-2017, pax, "ustar Interchange Format"): where each begins, and its
// bytes.
struct Field {
  std::size_t begin = 0;
  std::size_t bytes = 0;
};
constexpr Field kName{.begin = 0, .bytes = 100};
constexpr Field kMode{.begin = 100, .bytes = 8};
constexpr Field kOwner{.begin = 108, .bytes = 8};
constexpr Field kGroup{.begin = 116, .bytes = 8};
constexpr Field kSize{.begin = 124, .bytes = 12};
constexpr Field kTime{.begin = 136, .bytes = 12};
constexpr Field kChecksum{.begin = 148, .bytes = 8};
constexpr Field kMagic{.begin = 257, .bytes = 8};
constexpr Field kFolder{.begin = 345, .bytes = 155};

void put(std::string& head, const Field& field, std::string_view text) {
  assert(text.size() <= field.bytes);
  head.replace(field.begin, text.size(), text);
}

// In octal digits; what is too large for them as GNU tar writes it, in binary with a first bit.
void put_number(std::string& head, const Field& field, std::uint64_t number) {
  if (number >> 3U * (field.bytes - 1) == 0)
    return put(head, field, fmt::format("{:0{}o}", number, field.bytes - 1));
  for (std::size_t i = field.bytes; i-- > 1; number >>= 8U) {
    head[field.begin + i] = static_cast<char>(number & 0xffU);
  }
  head[field.begin] = '\x80';
}

std::string head_of(const SnapshotFile& file, std::time_t now) {
  std::string head(kBlock, '\0');
  const std::size_t slash = file.name.rfind('/');
  if (slash == std::string::npos) {
    put(head, kName, file.name);
  } else {
    put(head, kFolder, file.name.substr(0, slash));
    put(head, kName, file.name.substr(slash + 1));
  }
  put_number(head, kMode, 0644);
  put_number(head, kOwner, 0);
  put_number(head, kGroup, 0);
  put_number(head, kSize, file.bytes);
  put_number(head, kTime, static_cast<std::uint64_t>(now));
  head[kChecksum.begin + kChecksum.bytes] = '0';  // the type: a file
  put(head, kMagic, std::string_view("ustar\00000", kMagic.bytes));
  put(head, kChecksum, "        ");  // as which it counts itself
  unsigned sum = 0;
  for (const char letter : head) sum += static_cast<unsigned char>(letter);
  put(head, kChecksum, fmt::format("{:06o}", sum) + '\0');
  return head;
}

std::size_t read_file_at(const SnapshotFile& file, std::uint64_t offset, std::span<char> to) {
  const ssize_t count =
      ::pread(file.file.descriptor(), to.data(), to.size(), static_cast<off_t>(offset));
  if (count > 0) return static_cast<std::size_t>(count);
  throw Error(Error::Kind::kUnavailable,
              file.name + ": cannot be read, or has become shorter: the snapshot is not whole");
}

}  // namespace

SnapshotTar::SnapshotTar(std::vector<SnapshotFile> files) : files_(std::move(files)) {
  const std::time_t now = std::time(nullptr);
  for (const SnapshotFile& file : files_) {
    parts_.push_back({.head = head_of(file, now),
                      .file = &file,
                      .zeros = (kBlock - file.bytes % kBlock) % kBlock});
    bytes_ += parts_.back().head.size() + file.bytes + parts_.back().zeros;
  }
  parts_.push_back({.head = {}, .zeros = 2 * kBlock});
  bytes_ += parts_.back().zeros;
}

std::size_t SnapshotTar::read(std::span<char> to) {
  std::size_t done = 0;
  while (done < to.size() && part_ < parts_.size()) {
    const std::size_t count = read_part(to.subspan(done));
    done += count;
    offset_ += count;
    if (count > 0) continue;
    ++part_;
    offset_ = 0;
  }
  return done;
}

// Nothing at the end of the part.
std::size_t SnapshotTar::read_part(std::span<char> to) {
  const Part& part = parts_[part_];
  std::uint64_t offset = offset_;
  const auto fits = [&](std::uint64_t bytes) {
    return static_cast<std::size_t>(std::min<std::uint64_t>(to.size(), bytes - offset));
  };
  if (offset < part.head.size()) return part.head.copy(to.data(), fits(part.head.size()), offset);
  offset -= part.head.size();
  const std::size_t file_bytes = part.file == nullptr ? 0 : part.file->bytes;
  if (offset < file_bytes) return read_file_at(*part.file, offset, to.first(fits(file_bytes)));
  offset -= file_bytes;
  const std::size_t zeros = fits(part.zeros);
  std::ranges::fill(to.first(zeros), '\0');
  return zeros;
}

}  // namespace likeness
