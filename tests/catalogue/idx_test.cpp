#include "likeness/catalogue/idx.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

using Bytes = std::vector<std::byte>;

Bytes idx(const std::vector<std::uint32_t>& dimensions, std::size_t body_bytes) {
  Bytes file = {std::byte{0}, std::byte{0}, std::byte{8},
                static_cast<std::byte>(dimensions.size())};
  for (const auto size : dimensions) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
      file.push_back(static_cast<std::byte>(size >> shift));
    }
  }
  for (std::size_t i = 0; i < body_bytes; ++i) file.push_back(static_cast<std::byte>(i * 7));
  return file;
}

Bytes gzip(const Bytes& plain) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY), Z_OK);
  Bytes packed(deflateBound(&stream, plain.size()));
  Bytes in = plain;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string complaint_of_idx(const Bytes& file) {
  try {
    (void)parse_idx_images(file, "images");
  } catch (const Error& error) {
    return error.what();
  }
  return "no complaint";
}

TEST(Idx, ReadsImagesAndLabelsPlainOrCompressed) {
  const Bytes images = idx({2, 3, 5}, 30);
  for (const auto& file : {images, gzip(images)}) {
    const auto read = parse_idx_images(file, "images");
    EXPECT_EQ(read.count, 2U);
    EXPECT_EQ(read.size, (Size{.width = 5, .height = 3}));
    ASSERT_EQ(read.pixels.size(), 30U);
    for (std::size_t i = 0; i < 30; ++i) EXPECT_EQ(read.pixels[i], i * 7);
  }
  EXPECT_EQ(parse_idx_labels(gzip(idx({3}, 3)), "labels"), (std::vector<std::uint8_t>{0, 7, 14}));
}

TEST(Idx, IsReadFromAFile) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "images";
  write_file(path, gzip(idx({2, 1, 1}, 2)));
  EXPECT_EQ(read_idx_images(path).count, 2U);
  write_file(path, idx({2}, 2));
  EXPECT_EQ(read_idx_labels(path).size(), 2U);
  std::filesystem::remove(path);
  EXPECT_THROW((void)read_idx_images(path), Error);
}

TEST(Idx, EveryTruncationIsAnError) {
  for (const Bytes& file : {idx({2, 3, 5}, 30), gzip(idx({2, 3, 5}, 30))}) {
    for (std::size_t length = 0; length < file.size(); ++length) {
      const Bytes part(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length));
      EXPECT_THROW((void)parse_idx_images(part, "images"), Error) << length;
    }
  }
}

TEST(Idx, EveryFlippedByteOfACompressedFileIsAnErrorOrChangesNothing) {
  const Bytes file = gzip(idx({2, 3, 5}, 30));
  const auto truth = parse_idx_images(file, "images").pixels;
  for (std::size_t at = 0; at < file.size(); ++at) {
    Bytes flipped = file;
    flipped[at] ^= std::byte{0xFF};
    try {
      EXPECT_EQ(parse_idx_images(flipped, "images").pixels, truth) << at;
    } catch (const Error&) {
      SUCCEED();  // the header's time and system are covered by no checksum: those change nothing
    }
  }
}

TEST(Idx, RefusesPromisesBeforeAllocating) {
  const std::uint32_t most = 0xFFFFFFFF;
  EXPECT_EQ(complaint_of_idx(idx({most, most, most}, 30)),
            "images: promises more than 2147483647 bytes, the most that is read");
  EXPECT_EQ(complaint_of_idx(idx({1000, 1000, 1000}, 30)),
            "images: promises 1000000000 bytes but is too short to hold them");
  EXPECT_EQ(complaint_of_idx(gzip(idx({1000, 1000, 1000}, 30))),
            "images: promises 1000000000 bytes but is too short to hold them");
  EXPECT_EQ(complaint_of_idx(idx({0, 28, 28}, 0)), "images: is empty: one of its dimensions is 0");
}

TEST(Idx, StopsAtAStreamThatHoldsMoreThanItPromises) {
  Bytes bomb = idx({1, 2, 2}, 4);
  bomb.resize(50'000'000);
  EXPECT_EQ(complaint_of_idx(gzip(bomb)), "images: goes on after the 4 bytes that it promises");
  EXPECT_EQ(complaint_of_idx(idx({1, 2, 2}, 5)),
            "images: goes on after the 4 bytes that it promises");
  Bytes twice = gzip(idx({1, 2, 2}, 4));
  twice.push_back(std::byte{0});
  EXPECT_EQ(complaint_of_idx(twice), "images: has bytes after its gzip stream");
}

TEST(Idx, TellsImagesFromLabelsAndFromOtherFiles) {
  EXPECT_EQ(complaint_of_idx(idx({4}, 4)),
            "images: has 1 dimensions where images have 3; are images and labels mixed up?");
  const std::string no_idx = "images: is no IDX file of bytes; give one such as Fashion-MNIST's";
  EXPECT_EQ(complaint_of_idx({}), no_idx);
  Bytes floats = idx({1, 1, 1}, 4);
  floats[2] = std::byte{0x0D};
  EXPECT_EQ(complaint_of_idx(floats), no_idx);
}

}  // namespace
}  // namespace likeness
