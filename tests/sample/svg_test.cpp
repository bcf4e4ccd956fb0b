#include "likeness/sample/svg.hpp"

#include <gtest/gtest.h>

#include <clocale>
#include <string>

#include "likeness/catalogue/vips_image.hpp"
#include "likeness/sample/fabric.hpp"

namespace likeness {
namespace {

TEST(Path, IsWrittenWithPointsInEveryLocale) {
  const char* set = std::setlocale(LC_ALL, "de_DE.UTF-8");
  EXPECT_EQ(straight({0.5, 1}, {2, 3.25}).text(), "M0.50 1.00C0.50 1.00 2.00 3.25 2.00 3.25");
  if (set != nullptr) std::setlocale(LC_ALL, "C");
}

TEST(Path, ReversedTwiceIsItself) {
  const Path path = Path({1, 2}).curve({3, 4}, {5, 6}, {7, 8}).line({9, 1});
  EXPECT_EQ(path.reversed().reversed().text(), path.text());
  EXPECT_EQ(path.reversed().start().x, 9.0);
  EXPECT_EQ(path.reversed().end().y, 2.0);
}

TEST(Path, SymmetricShapesAreTheirOwnMirrorImage) {
  const Bounds box = symmetric(Path({kMiddle, 10}).line({150, 20}).line({kMiddle, 40})).bounds();
  EXPECT_EQ(box.low.x, 90.0);
  EXPECT_EQ(box.high.x, 150.0);
  EXPECT_EQ(box.height(), 30.0);
}

TEST(Svg, PutsShapesIntoGroupsAndBehindOthers) {
  Svg svg;
  svg.draw(box({0, 0}, 120, 320), {.fill = "#ff0000"});
  svg.wrap(R"-(transform="translate(120 0)")-");
  Svg behind;
  behind.draw(box({0, 0}, 240, 320), {.fill = "#0000ff"});
  svg.put_behind(behind);
  const Image image = render_svg(svg.text({.low = {}, .high = kCanvas}), {.width = 6, .height = 8});
  EXPECT_EQ(image.pixels[0], 0);
  EXPECT_EQ(image.pixels[2], 255);
  EXPECT_EQ(image.pixels[15], 255);
  EXPECT_EQ(image.pixels[17], 0);
}

TEST(Svg, ShowsThePartOfTheCanvasThatIsAsked) {
  Svg svg;
  svg.draw(box({60, 80}, 120, 160), {.fill = "#00ff00"});
  const Image image =
      render_svg(svg.text({.low = {60, 80}, .high = {180, 240}}), {.width = 6, .height = 8});
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) EXPECT_EQ(image.pixels[i], 0);
}

TEST(Colour, IsWrittenAsHexadecimalAndClamped) {
  EXPECT_EQ(css({.red = 1.2, .green = 0.5, .blue = -0.1}), "#ff8000");
  EXPECT_EQ(css(mix(kBlack, kWhite, 0.2)), "#333333");
}

}  // namespace
}  // namespace likeness
