#include <gtest/gtest.h>

#include <string_view>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/jpeg.hpp"
#include "likeness/catalogue/vips_image.hpp"

namespace likeness {
namespace {

constexpr std::string_view kRedLeftHalf =
    R"(<svg xmlns="http://www.w3.org/2000/svg" width="10" height="20">
       <rect width="5" height="20" fill="#ff0000"/></svg>)";

TEST(RenderSvg, DrawsAtTheAskedSizeOnWhite) {
  const Image image = render_svg(kRedLeftHalf, {.width = 30, .height = 60});
  ASSERT_EQ(image.size, (Size{.width = 30, .height = 60}));
  ASSERT_EQ(image.pixels.size(), 30U * 60U * 3U);
  const std::vector<std::uint8_t> left(image.pixels.begin(), image.pixels.begin() + 3);
  const std::vector<std::uint8_t> right(image.pixels.end() - 3, image.pixels.end());
  EXPECT_EQ(left, (std::vector<std::uint8_t>{255, 0, 0}));
  EXPECT_EQ(right, (std::vector<std::uint8_t>{255, 255, 255}));
}

TEST(RenderSvg, RefusesWhatIsNoSvgAndWhatHasOtherProportions) {
  EXPECT_THROW((void)render_svg("<svg", {.width = 30, .height = 60}), Error);
  EXPECT_THROW((void)render_svg("", {.width = 30, .height = 60}), Error);
  EXPECT_THROW((void)render_svg(kRedLeftHalf, {.width = 30, .height = 30}), Error);
}

TEST(EncodePicture, WritesTheFormatsThatTheNamesPromise) {
  const Image image = render_svg(kRedLeftHalf, {.width = 30, .height = 60});
  const auto jpeg = encode_jpeg(image, 90);
  const auto png = encode_png(image);
  ASSERT_GT(jpeg.size(), 100U);
  ASSERT_GT(png.size(), 60U);
  EXPECT_EQ(jpeg[0], std::byte{0xff});
  EXPECT_EQ(jpeg[1], std::byte{0xd8});
  EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(png.data()) + 1, 3), "PNG");
}

}  // namespace
}  // namespace likeness
