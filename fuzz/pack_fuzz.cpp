// Any bytes as a pack: one Error, or a pack of which every entry and record can be read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "likeness/base/bytes.hpp"
#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"
#include "likeness/catalogue/pack.hpp"
#include "likeness/catalogue/pack_layout.hpp"

namespace {

using Bytes = std::vector<std::byte>;

void check(std::span<const std::byte> bytes) {
  const likeness::Pack pack(bytes, "fuzz.pack");
  for (std::size_t i = 0; i < pack.count(); ++i) {
    if (pack.find(pack.entry(i).key) != i) std::abort();
  }
  if (likeness::damaged_records(pack, 1).size() > pack.count()) std::abort();
}

// The checksums that the bytes would need: without them no invented pack comes past its header.
Bytes with_right_checksums(std::span<const std::byte> bytes) {
  Bytes forged(bytes.begin(), bytes.end());
  if (forged.size() < likeness::pack_layout::kHeaderBytes) return forged;
  const auto put = [&](std::size_t offset, std::uint64_t number) {
    for (std::size_t i = 0; i < 8; ++i) {
      forged[offset + i] = static_cast<std::byte>(number >> (8 * i));
    }
  };
  likeness::ByteReader reader(bytes.subspan(16, 32), "fuzz.pack");
  const std::uint64_t height = reader.read_u32();
  const std::uint64_t width = reader.read_u32();
  (void)reader.read_u64();
  const std::uint64_t count = reader.read_u64();
  const std::uint64_t index = likeness::pack_layout::kHeaderBytes + count * height * width * 3;
  if (index < forged.size()) put(48, likeness::checksum(std::span(forged).subspan(index)));
  put(56, likeness::checksum(std::span(forged).first(56)));
  return forged;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  for (const Bytes& candidate : {Bytes(bytes.begin(), bytes.end()), with_right_checksums(bytes)}) {
    try {
      check(candidate);
    } catch (const likeness::Error&) {
      continue;
    }
  }
  return 0;
}
