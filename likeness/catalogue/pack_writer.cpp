// The bytes of a pack. All numbers are little-endian, all offsets count from the file's start.
//
//   header   64 bytes
//     0  magic "likepack"         24  channels u32, always 3      48  checksum u64 of the index,
//     8  version u32, now 1       28  fit u32: 0 stretch,             entries and texts together
//    12  entry bytes u32, 40          1 pad, 2 crop               56  checksum u64 of the header's
//    16  height u32               32  count u64                       first 56 bytes
//    20  width u32                40  texts' length u64
//   records  count x (height x width x 3) bytes: 8-bit sRGB, interleaved, row by row, unpadded
//   entries  count x 40 bytes, ascending by key's bytes
//     0  digest u64 high, u64 low: XXH3-128 of the picture's file
//    16  checksum u64 of the record
//    24  offset u64 of the key in the texts; the source follows it directly
//    32  length of the key u32, of the source u32
//   texts    keys and sources, UTF-8, one after the other without separator or gap
//   end of file: nothing follows
//
// Checksums are XXH3-64. Records come first because they are many and large and their number is
// not known before the last picture has been tried: they are streamed, the index is kept (40
// bytes and two names an item), and the header, zero until then, is written last. Records begin
// at byte 64, so that in memory each begins on a cache line if its size is a multiple of 64.
#include "likeness/catalogue/pack_writer.hpp"

#include <array>
#include <cassert>
#include <utility>

#include "likeness/catalogue/pack_layout.hpp"

namespace likeness {

PackWriter::PackWriter(std::filesystem::path path, Size size, Fit fit)
    : size_(size), fit_(fit), file_(std::move(path)) {
  assert(size.width > 0 && size.height > 0);
  assert(static_cast<std::uint32_t>(size.width) <= pack_layout::kMaxSide);
  assert(static_cast<std::uint32_t>(size.height) <= pack_layout::kMaxSide);
  file_.write(std::array<std::byte, pack_layout::kHeaderBytes>{});
}

namespace {

// A record is small: the system is asked once for many.
constexpr std::size_t kWriteBytes = std::size_t{1} << 20U;

}  // namespace

void PackWriter::add(const Item& item) {
  assert(!item.key.empty() && item.key.size() <= pack_layout::kMaxKeyBytes);
  assert(item.source.size() <= pack_layout::kMaxSourceBytes);
  assert(item.pixels.size() == static_cast<std::size_t>(size_.width) *
                                   static_cast<std::size_t>(size_.height) * pack_layout::kChannels);
  assert(count_ == 0 || last_key_ < item.key);
  index_.write_u64(item.digest.high);
  index_.write_u64(item.digest.low);
  index_.write_u64(item.checksum);
  index_.write_u64(texts_.bytes().size());
  index_.write_u32(static_cast<std::uint32_t>(item.key.size()));
  index_.write_u32(static_cast<std::uint32_t>(item.source.size()));
  texts_.write_text(item.key);
  texts_.write_text(item.source);
  const auto pixels = std::as_bytes(item.pixels);
  pending_.insert(pending_.end(), pixels.begin(), pixels.end());
  if (pending_.size() >= kWriteBytes) write_pending();
  last_key_ = item.key;
  ++count_;
}

void PackWriter::write_pending() {
  file_.write(pending_);
  pending_.clear();
}

void PackWriter::commit() {
  assert(count_ > 0);
  write_pending();
  const std::size_t texts_bytes = texts_.bytes().size();
  index_.write_bytes(texts_.bytes());
  file_.write(index_.bytes());
  ByteWriter header;
  header.write_text(pack_layout::kMagic);
  header.write_u32(pack_layout::kVersion);
  header.write_u32(pack_layout::kEntryBytes);
  header.write_u32(static_cast<std::uint32_t>(size_.height));
  header.write_u32(static_cast<std::uint32_t>(size_.width));
  header.write_u32(pack_layout::kChannels);
  header.write_u32(static_cast<std::uint32_t>(fit_));
  header.write_u64(count_);
  header.write_u64(texts_bytes);
  header.write_u64(checksum(index_.bytes()));
  header.write_u64(checksum(header.bytes()));
  assert(header.bytes().size() == pack_layout::kHeaderBytes);
  file_.write_at(0, header.bytes());
  file_.commit();
}

}  // namespace likeness
