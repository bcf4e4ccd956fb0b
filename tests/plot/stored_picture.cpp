#include "tests/plot/stored_picture.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "likeness/base/file.hpp"
#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/vips_image.hpp"

namespace likeness {

void expect_like_stored(const Image& picture, const std::string& name) {
  const auto file = std::filesystem::path(LIKENESS_STORED_PICTURES) / (name + ".png");
  if (std::getenv("LIKENESS_STORE_PICTURES") != nullptr) write_file(file, encode_png(picture));
  const Image stored = decode_image(read_file(file));
  ASSERT_EQ(picture.size, stored.size) << name;
  double difference = 0.0;
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
    difference += std::abs(int{picture.pixels[i]} - int{stored.pixels[i]});
  }
  EXPECT_LT(difference / static_cast<double>(picture.pixels.size()), 2.55) << name;
}

Image plain_picture(Size size, std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  Image image{.size = size, .pixels = {}};
  for (int i = 0; i < size.width * size.height; ++i) {
    image.pixels.insert(image.pixels.end(), {red, green, blue});
  }
  return image;
}

}  // namespace likeness
