#include "likeness/plot/sheet.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/plot/stored_picture.hpp"

namespace likeness {
namespace {

std::vector<std::uint8_t> pixel(const Image& image, int x, int y) {
  const auto first = image.pixels.begin() + std::ptrdiff_t{3} * (y * image.size.width + x);
  return {first, first + 3};
}

const std::vector<std::uint8_t> kRed = {200, 0, 0};
const std::vector<std::uint8_t> kWhite = {255, 255, 255};

std::vector<Tile> tiles(std::size_t count) {
  std::vector<Tile> tiles;
  tiles.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    tiles.push_back({.title = "Dist: 0.24",
                     .caption = "<script>\"'&\n" + std::string(300, 'x'),
                     .picture = plain_picture({.width = 30, .height = 40}, 200, 0, 0)});
  }
  return tiles;
}

TEST(Sheet, WrapsAfterItsColumns) {
  const SheetOptions options{.picture = {.width = 60, .height = 80}, .columns = 3};
  EXPECT_EQ(draw_sheet(tiles(1), options).size, (Size{.width = 80, .height = 136}));
  EXPECT_EQ(draw_sheet(tiles(3), options).size, (Size{.width = 220, .height = 136}));
  EXPECT_EQ(draw_sheet(tiles(4), options).size, (Size{.width = 220, .height = 262}));
}

TEST(Sheet, ShowsEachPictureWholeInTheMiddleOfItsPlace) {
  auto wide = tiles(2);
  wide[1].picture = plain_picture({.width = 90, .height = 30}, 200, 0, 0);
  const Image sheet = draw_sheet(wide, {.picture = {.width = 60, .height = 80}, .columns = 2});
  EXPECT_EQ(pixel(sheet, 10, 25), kRed);  // the first fills its place
  EXPECT_EQ(pixel(sheet, 69, 104), kRed);
  EXPECT_EQ(pixel(sheet, 70, 50), kWhite);
  EXPECT_EQ(pixel(sheet, 110, 54), kWhite);  // the second lies in the middle: 60x20
  EXPECT_EQ(pixel(sheet, 110, 55), kRed);
  EXPECT_EQ(pixel(sheet, 139, 74), kRed);
  EXPECT_EQ(pixel(sheet, 139, 75), kWhite);
}

TEST(Sheet, ATileWithoutAPictureIsOnlyItsTexts) {
  std::vector<Tile> empty(1);
  empty[0].title = "gone";
  const Image sheet = draw_sheet(empty, {});
  EXPECT_EQ(pixel(sheet, 70, 100), kWhite);
}

TEST(Sheet, LooksLikeTheStoredOne) {
  std::vector<Tile> some = tiles(3);
  some[0].frame = Tile::Frame::kAccent;
  some[0].title = "Source";
  some[1].picture = plain_picture({.width = 40, .height = 20}, 0, 90, 160);
  some[2].caption = "a key";
  expect_like_stored(draw_sheet(some, {.picture = {.width = 90, .height = 60}, .columns = 2}),
                     "sheet");
}

}  // namespace
}  // namespace likeness
