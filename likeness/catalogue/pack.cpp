#include "likeness/catalogue/pack.hpp"

#include <algorithm>
#include <cassert>
#include <mutex>
#include <utility>

#include "likeness/base/bytes.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/parallel.hpp"
#include "likeness/base/work.hpp"
#include "likeness/catalogue/pack_layout.hpp"

namespace likeness {
namespace {

struct RawEntry {
  Digest digest;
  std::uint64_t checksum = 0;
  std::uint64_t text_offset = 0;
  std::uint32_t key_bytes = 0;
  std::uint32_t source_bytes = 0;
};

RawEntry raw_entry(std::span<const std::byte> index, std::size_t i) {
  using pack_layout::kEntryBytes;
  ByteReader reader(index.subspan(i * kEntryBytes, kEntryBytes), {});
  RawEntry entry;
  entry.digest.high = reader.read_u64();
  entry.digest.low = reader.read_u64();
  entry.checksum = reader.read_u64();
  entry.text_offset = reader.read_u64();
  entry.key_bytes = reader.read_u32();
  entry.source_bytes = reader.read_u32();
  return entry;
}

}  // namespace

Pack::Pack(const std::filesystem::path& path)
    : file_(path), bytes_(file_->bytes()), name_(path.string()) {
  read();
}

Pack::Pack(std::span<const std::byte> bytes, std::string name)
    : bytes_(bytes), name_(std::move(name)) {
  read();
}

void Pack::fail(const std::string& reason) const {
  throw Error(Error::Kind::kCorrupt, name_ + ": is not a pack we can read: " + reason);
}

void Pack::read() {
  read_header();
  check_entries();
}

// Each number is bounded before it is multiplied, and nothing is allocated.
void Pack::read_header() {
  using namespace pack_layout;
  if (bytes_.size() < kHeaderBytes) fail("it ends within its header");
  ByteReader reader(bytes_.first(kHeaderBytes), name_);
  if (reader.read_text(kMagic.size()) != kMagic) fail("it does not begin with \"likepack\"");
  const std::uint32_t version = reader.read_u32();
  if (version != kVersion) {
    fail("its version is " + std::to_string(version) + ", and this program knows only " +
         std::to_string(kVersion));
  }
  const std::uint32_t entry_bytes = reader.read_u32();
  const std::uint32_t height = reader.read_u32();
  const std::uint32_t width = reader.read_u32();
  const std::uint32_t channels = reader.read_u32();
  const std::uint32_t fit = reader.read_u32();
  const std::uint64_t count = reader.read_u64();
  const std::uint64_t texts_bytes = reader.read_u64();
  const std::uint64_t index_checksum = reader.read_u64();
  if (reader.read_u64() != checksum(bytes_.first(kHeaderBytes - sizeof(std::uint64_t)))) {
    fail("its header is damaged");
  }
  if (entry_bytes != kEntryBytes || channels != kChannels || height == 0 || height > kMaxSide ||
      width == 0 || width > kMaxSide || fit > static_cast<std::uint32_t>(Fit::kCrop)) {
    fail("its header holds a number that cannot be");
  }
  record_bytes_ = std::size_t{height} * width * kChannels;
  const std::size_t rest = bytes_.size() - kHeaderBytes;
  if (count == 0 || count > rest / (record_bytes_ + kEntryBytes) ||
      texts_bytes != rest - count * (record_bytes_ + kEntryBytes)) {
    fail("its length is not the one its header tells; it was cut off or added to");
  }
  const auto index = bytes_.last(count * kEntryBytes + texts_bytes);
  if (checksum(index) != index_checksum) fail("its index is damaged");
  count_ = count;
  size_ = {.width = static_cast<int>(width), .height = static_cast<int>(height)};
  fit_ = static_cast<Fit>(fit);
  index_ = index.first(count * kEntryBytes);
  texts_ = index.last(texts_bytes);
}

// Texts lie one after the other, so that one pass finds every offset right or wrong.
void Pack::check_entries() const {
  std::size_t expected_offset = 0;
  std::string_view last_key;
  for (std::size_t i = 0; i < count_; ++i) {
    const RawEntry raw = raw_entry(index_, i);
    const std::size_t text_bytes = std::size_t{raw.key_bytes} + raw.source_bytes;
    if (raw.key_bytes == 0 || raw.key_bytes > pack_layout::kMaxKeyBytes ||
        raw.source_bytes > pack_layout::kMaxSourceBytes || raw.text_offset != expected_offset ||
        text_bytes > texts_.size() - expected_offset) {
      fail("entry " + std::to_string(i) + " of its index cannot be");
    }
    expected_offset += text_bytes;
    const std::string_view key = entry(i).key;
    if (key <= last_key) fail("its keys are not in ascending order");
    last_key = key;
  }
  if (expected_offset != texts_.size()) fail("its index is longer than its entries");
}

PackEntry Pack::entry(std::size_t i) const {
  assert(i < count_);
  const RawEntry raw = raw_entry(index_, i);
  const auto* text = reinterpret_cast<const char*>(texts_.data()) + raw.text_offset;
  return {.key = {text, raw.key_bytes},
          .source = {text + raw.key_bytes, raw.source_bytes},
          .digest = raw.digest,
          .checksum = raw.checksum};
}

std::span<const std::uint8_t> Pack::record(std::size_t i) const {
  assert(i < count_);
  const auto record = bytes_.subspan(pack_layout::kHeaderBytes + i * record_bytes_, record_bytes_);
  return {reinterpret_cast<const std::uint8_t*>(record.data()), record.size()};
}

std::optional<std::size_t> Pack::find(std::string_view key) const {
  std::size_t begin = 0;
  std::size_t end = count_;
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    const std::string_view found = entry(middle).key;
    if (found == key) return middle;
    if (found < key) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return std::nullopt;
}

void Pack::release_pages() const noexcept {
  if (file_) file_->release_pages();
}

bool is_sound(const Pack& pack, std::size_t record) {
  return checksum(std::as_bytes(pack.record(record))) == pack.entry(record).checksum;
}

std::vector<std::size_t> damaged_records(const Pack& pack, std::size_t threads,
                                         const std::stop_token& stop) {
  constexpr std::size_t kBlock = 256;  // records that a thread takes at a time
  std::mutex mutex;
  std::vector<std::size_t> damaged;
  parallel_for((pack.count() + kBlock - 1) / kBlock, threads, [&](std::size_t b) {
    stop_if_asked(stop);
    const std::size_t end = std::min(pack.count(), (b + 1) * kBlock);
    for (std::size_t i = b * kBlock; i < end; ++i) {
      if (is_sound(pack, i)) continue;
      const std::scoped_lock lock(mutex);
      damaged.push_back(i);
    }
  });
  std::ranges::sort(damaged);
  return damaged;
}

}  // namespace likeness
