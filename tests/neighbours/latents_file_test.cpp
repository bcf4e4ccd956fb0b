#include "likeness/neighbours/latents_file.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/neighbours/exact_search.hpp"
#include "tests/neighbours/plain.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

class LatentsFileTest : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "000001.latents"; }
  void write(const std::vector<float>& values, std::size_t dimensions) const {
    write_latents(file(), origin_, Rows(values, dimensions), 2);
  }
  // Everything that a search could read of it.
  static void check(const LatentsFile& latents) {
    latents.check_codes(2);
    for (std::size_t row = 0; row < latents.count(); ++row) latents.check_row(row);
  }

  LatentsOrigin origin_{.weights = 0x0123456789abcdef, .pack = 7};

 private:
  TemporaryFolder folder_;
};

TEST_F(LatentsFileTest, HoldsTheRowsAndAnswersAsAnExactSearchOfThem) {
  for (const std::size_t count : {1U, 3U, 64U, 65U, 1001U}) {
    for (const std::size_t dimensions : {1U, 3U, 17U, 128U}) {
      const auto values = random_mixture(count, dimensions, 5, count + dimensions);
      write(values, dimensions);
      const LatentsFile latents(file());
      check(latents);
      EXPECT_EQ(latents.origin(), origin_);
      ASSERT_EQ(latents.count(), count);
      ASSERT_EQ(latents.dimensions(), dimensions);
      EXPECT_TRUE(std::ranges::equal(latents.rows().values(), values));
      const Space in_memory(Rows(values, dimensions), Metric::kEuclidean, 1);
      const Space mapped(latents.rows(), [&](std::size_t row) { latents.check_row(row); });
      const auto queries = random_mixture(7, dimensions, 5, 3);
      const NearestOptions options{.count = 10, .threads = 2};
      EXPECT_EQ(ExactSearch(mapped, latents.codes()).nearest(Rows(queries, dimensions), options),
                ExactSearch(in_memory, 1).nearest(Rows(queries, dimensions), options));
    }
  }
}

TEST_F(LatentsFileTest, EveryByteFlippedOrCutOffIsTold) {
  write(random_mixture(9, 5, 3, 1), 5);
  const auto whole = read_file(file());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    auto flipped = whole;
    flipped[i] ^= std::byte{0x10};
    write_file(file(), flipped);
    EXPECT_THROW(check(LatentsFile(file())), Error) << i;
  }
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    write_file(file(), std::span(whole).first(size));
    EXPECT_THROW(check(LatentsFile(file())), Error) << size;
  }
  auto longer = whole;
  longer.push_back(std::byte{0});
  write_file(file(), longer);
  EXPECT_THROW(LatentsFile{file()}, Error);
}

TEST_F(LatentsFileTest, DamageOfOneBlockLeavesTheOthersReadable) {
  constexpr std::size_t kDimensions = 128;  // 8 rows a block
  write(random_mixture(1000, kDimensions, 3, 1), kDimensions);
  auto bytes = read_file(file());
  bytes[128 + 300 * kDimensions * sizeof(float)] ^= std::byte{1};
  write_file(file(), bytes);
  const LatentsFile latents(file());
  latents.check_codes(1);
  for (const std::size_t row : {0U, 295U, 304U, 999U}) latents.check_row(row);
  EXPECT_THROW(latents.check_row(300), Error);
  EXPECT_THROW(latents.check_row(296), Error);
}

TEST_F(LatentsFileTest, SaysByDataWhatMendsIt) {
  write_file(file(), std::string_view("something else, and longer than a header would have to be: "
                                      "0123456789012345678901234567890123456789012345678901234567"
                                      "0123456789"));
  try {
    const LatentsFile latents(file());
    FAIL() << "read it";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kCorrupt);
    const auto remedy = error.message().remedy;
    ASSERT_TRUE(remedy.has_value());
    EXPECT_EQ(remedy->verb, "embed");
  }
}

}  // namespace
}  // namespace likeness
