// The bytes of a file of latents. All numbers are little-endian, all offsets count from the file's
// start, and each section begins at a multiple of 64, with zeros before it.
//
//   header   128 bytes
//     0  magic "likelats"               32  pack i64           72  offset u64 of the codes
//     8  version u32, now 1             40  step F32           80  offset u64 of the squares
//    12  dimensions u32, D              44  largest square F32 88  offset u64 of the errors
//    16  rows u64, N                    48  block items u32    96  offset u64 of the checksums
//    24  checksum u64 of the model      52  block bytes u32   104  checksum u64 of the checksums
//                                       56  offset u64 of     112  zero u64
//                                           the rows          120  checksum u64 of the header's
//                                       64  of the centre          first 120 bytes
//   rows       N x D F32: row i is the latent of the pack's record i
//   centre     D F32, codes, squares, errors: see codes.hpp
//   checksums  a u64 for each 4 KiB of the file before them, the header left out: XXH3-64
//   end of file: nothing follows
//
// Rows come first, so that numpy.memmap(FILE, "<f4", "r", 128, (N, D)) has them. Blocks of 4 KiB,
// because a search looks at few rows: what it does not read is not compared.
#include "likeness/neighbours/latents_file.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <string_view>

#include "likeness/base/bytes.hpp"
#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"

namespace likeness {
namespace {

constexpr std::string_view kLatentsMagic = "likelats";
constexpr std::uint32_t kLatentsVersion = 1;
constexpr std::size_t kLatentsHeaderBytes = 128;
constexpr std::size_t kAlignment = kCodeAlignment;
constexpr std::size_t kLatentsBlockBytes = 4096;
constexpr std::size_t kMostRows = std::size_t{1} << 32U;

static_assert(std::endian::native == std::endian::little, "numbers are read where they lie");

std::size_t aligned(std::size_t offset) {
  return (offset + kAlignment - 1) / kAlignment * kAlignment;
}

// Where each section begins; all follows from the numbers of rows and of dimensions, which are
// small enough not to overflow.
struct Layout {
  Layout(std::size_t count, std::size_t dimensions) {
    const std::size_t items = (count + kBlockItems - 1) / kBlockItems * kBlockItems;
    centre = aligned(kLatentsHeaderBytes + count * dimensions * sizeof(float));
    codes = aligned(centre + dimensions * sizeof(float));
    squares = aligned(codes + items * ((dimensions + 1) / 2 * 2));
    errors = aligned(squares + items * sizeof(float));
    sums = aligned(errors + items * sizeof(float));
    end =
        sums + count_blocks(sums - kLatentsHeaderBytes, kLatentsBlockBytes) * sizeof(std::uint64_t);
    item_count = items;
  }

  std::size_t rows = kLatentsHeaderBytes;
  std::size_t centre = 0;
  std::size_t codes = 0;
  std::size_t squares = 0;
  std::size_t errors = 0;
  std::size_t sums = 0;
  std::size_t end = 0;
  std::size_t item_count = 0;  // rows, filled up to whole blocks of codes
};

void write_f32(ByteWriter& out, float value) { out.write_u32(std::bit_cast<std::uint32_t>(value)); }

std::vector<std::byte> header_of(const LatentsOrigin& origin, const Rows& rows,
                                 const CodeTables& codes, const Layout& layout,
                                 std::span<const std::byte> sums) {
  ByteWriter header;
  header.write_text(kLatentsMagic);
  header.write_u32(kLatentsVersion);
  header.write_u32(static_cast<std::uint32_t>(rows.dimensions()));
  header.write_u64(rows.count());
  header.write_u64(origin.weights);
  header.write_u64(static_cast<std::uint64_t>(origin.pack));
  write_f32(header, codes.step);
  write_f32(header, codes.largest_square);
  header.write_u32(kBlockItems);
  header.write_u32(kLatentsBlockBytes);
  for (const std::size_t offset :
       {layout.rows, layout.centre, layout.codes, layout.squares, layout.errors, layout.sums}) {
    header.write_u64(offset);
  }
  header.write_u64(checksum(sums));
  header.write_u64(0);
  header.write_u64(checksum(header.bytes()));
  return {header.bytes().begin(), header.bytes().end()};
}

// The numbers of a section, which the file's length has been compared with.
template <typename Number>
std::span<const Number> section(std::span<const std::byte> bytes, std::size_t offset,
                                std::size_t count) {
  const auto part = bytes.subspan(offset, count * sizeof(Number));
  return {reinterpret_cast<const Number*>(part.data()), count};
}

}  // namespace

void write_latents(const std::filesystem::path& path, const LatentsOrigin& origin, const Rows& rows,
                   std::size_t threads) {
  assert(rows.count() > 0 && rows.count() <= kMostRows);
  const Codes codes(rows, threads);
  const CodeTables tables = codes.tables();
  const Layout layout(rows.count(), rows.dimensions());
  AtomicFile file(path);
  file.write(std::vector<std::byte>(kLatentsHeaderBytes));
  SummedWriter writer(file, kLatentsHeaderBytes, kLatentsBlockBytes);
  writer.write(std::as_bytes(rows.values()));
  writer.fill_up_to(layout.centre);
  writer.write(std::as_bytes(tables.centre));
  writer.fill_up_to(layout.codes);
  writer.write(std::as_bytes(tables.codes));
  writer.fill_up_to(layout.squares);
  writer.write(std::as_bytes(tables.squares));
  writer.fill_up_to(layout.errors);
  writer.write(std::as_bytes(tables.errors));
  writer.fill_up_to(layout.sums);
  const auto sums = writer.finish();
  file.write(sums);
  file.write_at(0, header_of(origin, rows, tables, layout, sums));
  file.commit();
}

LatentsFile::LatentsFile(const std::filesystem::path& path) : file_(path), name_(path.string()) {
  read();
}

void LatentsFile::fail(const std::string& reason) const {
  throw Error(Error::Kind::kCorrupt, name_ + ": is no file of latents that we can read: " + reason,
              {.does = "make it again", .verb = "embed"});
}

// Each number is bounded before it is multiplied.
void LatentsFile::read() {
  const auto bytes = file_.bytes();
  if (bytes.size() < kLatentsHeaderBytes) fail("it ends within its header");
  ByteReader reader(bytes.first(kLatentsHeaderBytes), name_);
  if (reader.read_text(kLatentsMagic.size()) != kLatentsMagic)
    fail("it does not begin with \"likelats\"");
  const std::uint32_t version = reader.read_u32();
  if (version != kLatentsVersion) fail("its version is " + std::to_string(version));
  const std::size_t dimensions = reader.read_u32();
  const std::uint64_t rows = reader.read_u64();
  origin_.weights = reader.read_u64();
  origin_.pack = static_cast<std::int64_t>(reader.read_u64());
  codes_.step = std::bit_cast<float>(reader.read_u32());
  codes_.largest_square = std::bit_cast<float>(reader.read_u32());
  const bool blocks = reader.read_u32() == kBlockItems && reader.read_u32() == kLatentsBlockBytes;
  const std::size_t head = kLatentsHeaderBytes - sizeof(std::uint64_t);
  if (checksum(bytes.first(head)) != ByteReader(bytes.subspan(head, 8), name_).read_u64()) {
    fail("its header is damaged");
  }
  if (!blocks || dimensions == 0 || dimensions > Codes::kMostDimensions || rows == 0 ||
      rows > kMostRows) {
    fail("its header holds a number that cannot be");
  }
  const Layout layout(rows, dimensions);
  for (const std::size_t expected :
       {layout.rows, layout.centre, layout.codes, layout.squares, layout.errors, layout.sums}) {
    if (reader.read_u64() != expected) fail("its header holds an offset that cannot be");
  }
  if (layout.end != bytes.size()) {
    fail("its length is not the one its header tells; it was cut off or added to");
  }
  const auto sums = bytes.subspan(layout.sums);
  fingerprint_ = reader.read_u64();
  if (fingerprint_ != checksum(sums)) fail("its checksums are damaged");
  blocks_ = SummedBlocks(bytes.subspan(kLatentsHeaderBytes, layout.sums - kLatentsHeaderBytes),
                         sums, kLatentsBlockBytes);
  rows_ = Rows(section<float>(bytes, layout.rows, rows * dimensions), dimensions);
  codes_.centre = section<float>(bytes, layout.centre, dimensions);
  codes_.codes =
      section<std::int8_t>(bytes, layout.codes, layout.item_count * ((dimensions + 1) / 2 * 2));
  codes_.squares = section<float>(bytes, layout.squares, layout.item_count);
  codes_.errors = section<float>(bytes, layout.errors, layout.item_count);
}

void LatentsFile::check(std::size_t first, std::size_t end, std::size_t threads) const {
  if (const auto block = blocks_.damage_in(first, end, threads)) {
    fail("block " + std::to_string(*block) + " is damaged");
  }
}

void LatentsFile::check_codes(std::size_t threads) const {
  const std::size_t first = rows_.values().size_bytes();
  if (!blocks_.is_last_sound()) file_.will_read(blocks_.bytes().subspan(first));
  check(first, blocks_.bytes().size(), threads);
}

void LatentsFile::check_row(std::size_t row) const {
  const std::size_t row_bytes = dimensions() * sizeof(float);
  check(row * row_bytes, (row + 1) * row_bytes, 1);
}

void LatentsFile::check_all(std::size_t threads) const {
  check(0, blocks_.bytes().size(), threads);
}

}  // namespace likeness
