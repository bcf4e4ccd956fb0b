#include "likeness/plot/sheet.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "likeness/base/file.hpp"
#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/vips_image.hpp"

namespace likeness {
namespace {

Image plain(Size size, std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  Image image{.size = size, .pixels = {}};
  for (int i = 0; i < size.width * size.height; ++i) {
    image.pixels.insert(image.pixels.end(), {red, green, blue});
  }
  return image;
}

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
                     .picture = plain({.width = 30, .height = 40}, 200, 0, 0)});
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
  wide[1].picture = plain({.width = 90, .height = 30}, 200, 0, 0);
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

// The stored picture was looked at. Letters differ between versions of the font and of what draws
// them, so a hundredth of the mean level is allowed; a missing line or frame is more.
TEST(Sheet, LooksLikeTheStoredOne) {
  std::vector<Tile> some = tiles(3);
  some[0].frame = Tile::Frame::kAccent;
  some[0].title = "Source";
  some[1].picture = plain({.width = 40, .height = 20}, 0, 90, 160);
  some[2].caption = "a key";
  const Image sheet = draw_sheet(some, {.picture = {.width = 90, .height = 60}, .columns = 2});
  const auto file = std::filesystem::path(LIKENESS_STORED_PICTURES) / "sheet.png";
  if (std::getenv("LIKENESS_STORE_PICTURES") != nullptr) write_file(file, encode_png(sheet));
  const Image stored = decode_image(read_file(file));
  ASSERT_EQ(sheet.size, stored.size);
  double difference = 0.0;
  for (std::size_t i = 0; i < sheet.pixels.size(); ++i) {
    difference += std::abs(int{sheet.pixels[i]} - int{stored.pixels[i]});
  }
  EXPECT_LT(difference / static_cast<double>(sheet.pixels.size()), 2.55);
}

}  // namespace
}  // namespace likeness
