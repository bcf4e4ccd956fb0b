#include "likeness/encoder/pictures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace likeness {
namespace {

struct Numbered {
  std::vector<std::vector<std::uint8_t>> memory;
  Pictures pictures;
  // Pictures of 2 x 2 pixels; picture i has the value values[i] everywhere.
  explicit Numbered(const std::vector<int>& values) {
    for (const int value : values) memory.emplace_back(12, static_cast<std::uint8_t>(value));
    pictures.assign(memory.begin(), memory.end());
  }
};

std::vector<int> numbers(int count) {
  std::vector<int> values(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) values[static_cast<std::size_t>(i)] = i;
  return values;
}

TEST(SplitPictures, PutsEachPictureOnOneSide) {
  const Numbered numbered(numbers(100));
  const auto split = split_pictures(numbered.pictures, 0.1, 1);
  EXPECT_EQ(split.validation.size(), 10U);
  std::set<std::size_t> all(split.training.begin(), split.training.end());
  all.insert(split.validation.begin(), split.validation.end());
  EXPECT_EQ(all.size(), 100U);
}

TEST(SplitPictures, KeepsTheSamePicturesTogether) {
  std::vector<int> values(90);
  for (std::size_t i = 0; i < 90; ++i) values[i] = static_cast<int>(i / 3);
  const Numbered numbered(values);
  const auto split = split_pictures(numbered.pictures, 0.3, 1);
  std::set<int> validation;
  for (const auto i : split.validation) validation.insert(values[i]);
  for (const auto i : split.training) EXPECT_FALSE(validation.contains(values[i]));
  EXPECT_EQ(split.validation.size(), 27U);
}

TEST(SplitPictures, LeavesSomethingToTrainOn) {
  EXPECT_EQ(split_pictures(Numbered(numbers(2)).pictures, 0.99, 1).training.size(), 1U);
  EXPECT_EQ(split_pictures(Numbered({7, 7, 7}).pictures, 0.1, 1).validation.size(), 3U);
}

TEST(Batches, BringEachPictureOnceAndTheLastBatchSmaller) {
  const Numbered numbered(numbers(23));
  std::vector<std::size_t> positions(23);
  for (std::size_t i = 0; i < 23; ++i) positions[i] = i;
  std::vector<std::size_t> sizes;
  std::multiset<int> seen;
  std::vector<int> order;
  Batches batches(numbered.pictures, positions, {.batch = 5, .height = 2, .width = 2});
  for (auto batch = batches.next(); !batch.empty(); batch = batches.next()) {
    sizes.push_back(batch.size() / 12);
    for (std::size_t i = 0; i < batch.size(); i += 12) {
      seen.insert(batch[i]);
      order.push_back(batch[i]);
    }
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{5, 5, 5, 5, 3}));
  EXPECT_EQ(std::set<int>(seen.begin(), seen.end()).size(), 23U);
  EXPECT_EQ(seen.size(), 23U);
  EXPECT_FALSE(std::ranges::is_sorted(order));
  EXPECT_TRUE(batches.next().empty());
}

TEST(Batches, EndWhenTheReaderGoesAway) {
  const Numbered numbered(numbers(50));
  std::vector<std::size_t> positions(50);
  Batches batches(numbered.pictures, positions, {.batch = 2, .height = 2, .width = 2});
  EXPECT_EQ(batches.next().size(), 24U);
}

TEST(Batches, FlipAndShiftKeepThePixels) {
  // Columns 0 and 9, so that a flip shows.
  const std::vector<std::uint8_t> picture{0, 0, 0, 9, 9, 9, 0, 0, 0, 9, 9, 9};
  const Pictures pictures(200, picture);
  std::vector<std::size_t> positions(200);
  for (std::size_t i = 0; i < 200; ++i) positions[i] = i;
  Batches batches(pictures, positions,
                  {.batch = 200, .height = 2, .width = 2, .augmentation = {.flip = true}});
  const auto batch = batches.next();
  int flipped = 0;
  for (std::size_t i = 0; i < batch.size(); i += 12) {
    ASSERT_EQ(batch[i] + batch[i + 3], 9);
    if (batch[i] == 9) ++flipped;
  }
  EXPECT_GT(flipped, 60);
  EXPECT_LT(flipped, 140);
}

}  // namespace
}  // namespace likeness
