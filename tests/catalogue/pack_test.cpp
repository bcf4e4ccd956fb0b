#include "likeness/catalogue/pack.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/pack_writer.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

constexpr Size kPackedSize{.width = 3, .height = 2};
constexpr std::size_t kHeaderBytes = 64;
constexpr std::size_t kEntryBytes = 40;
constexpr std::size_t kRecordBytes = 18;

std::vector<std::uint8_t> pixels_of_item(std::size_t i) {
  std::vector<std::uint8_t> pixels(kRecordBytes);
  for (std::size_t k = 0; k < pixels.size(); ++k) {
    pixels[k] = static_cast<std::uint8_t>(40 * i + k);
  }
  return pixels;
}

void write_pack(const std::filesystem::path& path, const std::vector<std::string>& keys) {
  PackWriter writer(path, kPackedSize, Fit::kCrop);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto pixels = pixels_of_item(i);
    writer.add({.key = keys[i],
                .source = "folder/" + keys[i] + ".jpg",
                .digest = {.high = i, .low = ~i},
                .checksum = checksum(std::as_bytes(std::span(pixels))),
                .pixels = pixels});
  }
  writer.commit();
}

// A small pack's bytes, to be damaged.
class PackBytes : public testing::Test {
 protected:
  PackBytes() {
    write_pack(folder_.path() / "a.pack", {"ankle boot", "bag", "coat"});
    bytes_ = read_file(folder_.path() / "a.pack");
  }

  template <typename Number>
  void set(std::size_t offset, Number number) {
    std::memcpy(bytes_.data() + offset, &number, sizeof(number));
  }

  // Makes the checksums right again, as a forger would.
  void forge_checksums() {
    const std::size_t index = kHeaderBytes + 3 * kRecordBytes;
    set(48, checksum(std::span(bytes_).subspan(index)));
    set(56, checksum(std::span(bytes_).first(56)));
  }

  void expect_corrupt(const std::string& reason) const {
    try {
      (void)Pack(bytes_, "a.pack");
      FAIL() << "opened although " << reason;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kCorrupt);
      const std::string message = error.what();
      EXPECT_TRUE(message.starts_with("a.pack: ")) << message;
      EXPECT_NE(message.find(reason), std::string::npos) << message;
    }
  }

  TemporaryFolder folder_;
  std::vector<std::byte> bytes_;
};

TEST_F(PackBytes, AreReadBackAsTheyWereWritten) {
  const Pack pack(folder_.path() / "a.pack");
  ASSERT_EQ(pack.count(), 3U);
  EXPECT_EQ(pack.size(), kPackedSize);
  EXPECT_EQ(pack.fit(), Fit::kCrop);
  EXPECT_EQ(pack.entry(1).key, "bag");
  EXPECT_EQ(pack.entry(1).source, "folder/bag.jpg");
  EXPECT_EQ(pack.entry(1).digest, (Digest{.high = 1, .low = ~std::uint64_t{1}}));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(std::ranges::equal(pack.record(i), pixels_of_item(i)));
  }
  EXPECT_TRUE(damaged_records(pack, 2).empty());
}

TEST_F(PackBytes, AreFoundByKey) {
  const Pack pack(bytes_, "a.pack");
  EXPECT_EQ(pack.find("ankle boot"), 0U);
  EXPECT_EQ(pack.find("bag"), 1U);
  EXPECT_EQ(pack.find("coat"), 2U);
  for (const char* key : {"", "a", "bag ", "cape", "zip"}) {
    EXPECT_FALSE(pack.find(key).has_value()) << key;
  }
}

TEST_F(PackBytes, CutOffAnywhereAreAnError) {
  for (std::size_t length = 0; length < bytes_.size(); ++length) {
    EXPECT_THROW((void)Pack(std::span(bytes_).first(length), "cut"), Error) << length;
  }
}

TEST_F(PackBytes, WithAnyBitFlippedAreAnErrorOrFoundByVerifying) {
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      auto damaged = bytes_;
      damaged[i] ^= std::byte{1} << bit;
      const bool in_records = i >= kHeaderBytes && i < kHeaderBytes + 3 * kRecordBytes;
      if (in_records) {
        const std::vector<std::size_t> expected = {(i - kHeaderBytes) / kRecordBytes};
        EXPECT_EQ(damaged_records(Pack(damaged, "flipped"), 2), expected) << i;
      } else {
        EXPECT_THROW((void)Pack(damaged, "flipped"), Error) << i;
      }
    }
  }
}

TEST_F(PackBytes, ThatGoOnAfterTheirEndAreAnError) {
  bytes_.push_back(std::byte{0});
  expect_corrupt("its length is not the one");
}

TEST_F(PackBytes, OfAnotherKindOrVersionAreNamed) {
  set(8, std::uint32_t{2});
  expect_corrupt("its version is 2");
  set(0, 'L');
  expect_corrupt("does not begin with");
}

TEST_F(PackBytes, WithNumbersThatOverflowAreAnErrorEvenIfTheirChecksumsAreRight) {
  const auto original = bytes_;
  const auto expect_refused = [&](std::size_t offset, auto number) {
    bytes_ = original;
    set(offset, number);
    forge_checksums();
    EXPECT_THROW((void)Pack(bytes_, "forged"), Error) << offset << ": " << number;
  };
  for (const std::uint64_t large : {0ULL, 2ULL, 4ULL, 1ULL << 32, 1ULL << 60, 1ULL << 63, ~0ULL}) {
    expect_refused(32, large);  // count
    expect_refused(40, large);  // texts' length
  }
  // count and texts' length chosen so that their sum wraps round to the file's true length
  bytes_ = original;
  const std::uint64_t rest = bytes_.size() - kHeaderBytes;
  const std::uint64_t count = (1ULL << 63) + 3;
  set(32, count);
  set(40, rest - count * (kRecordBytes + kEntryBytes));
  forge_checksums();
  expect_corrupt("its length is not the one");
  for (const std::uint32_t side : {0U, 16'385U, 1U << 31, ~0U}) {
    expect_refused(16, side);  // height
    expect_refused(20, side);  // width
  }
  expect_refused(12, std::uint32_t{39});  // entry bytes
  expect_refused(24, std::uint32_t{4});   // channels
  expect_refused(28, std::uint32_t{3});   // fit
}

TEST_F(PackBytes, WithAForgedIndexAreAnErrorEvenIfItsChecksumsAreRight) {
  const auto original = bytes_;
  const std::size_t second = kHeaderBytes + 3 * kRecordBytes + kEntryBytes;
  const auto expect_refused = [&](std::size_t offset, auto number) {
    bytes_ = original;
    set(offset, number);
    forge_checksums();
    EXPECT_THROW((void)Pack(bytes_, "forged"), Error) << offset << ": " << number;
  };
  for (const std::uint64_t offset : {0ULL, 1ULL, 1ULL << 40, ~0ULL}) {
    expect_refused(second + 24, offset);
  }
  for (const std::uint32_t length : {0U, 2U, 256U, ~0U}) {
    expect_refused(second + 32, length);  // key
    expect_refused(second + 36, length);  // source
  }
  const std::size_t first_key = kHeaderBytes + 3 * kRecordBytes + 3 * kEntryBytes;
  bytes_ = original;
  set(first_key, 'z');
  forge_checksums();
  expect_corrupt("ascending order");
}

TEST(PackWriterFile, AppearsOnlyWhenItIsCommitted) {
  const TemporaryFolder folder;
  {
    PackWriter writer(folder.path() / "a.pack", kPackedSize, Fit::kPad);
    writer.add({.key = "a", .source = "a.jpg", .digest = {}, .pixels = pixels_of_item(0)});
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "a.pack"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(PackFile, ThatIsMissingOrAFolderIsAnError) {
  const TemporaryFolder folder;
  EXPECT_THROW((void)Pack(folder.path() / "none.pack"), Error);
  EXPECT_THROW((void)Pack(folder.path()), Error);
}

}  // namespace
}  // namespace likeness
