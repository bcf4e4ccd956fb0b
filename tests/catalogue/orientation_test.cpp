// EXIF's orientation in all the spellings that cameras and programs have for it.
#include "likeness/catalogue/orientation.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/jpeg_markers.hpp"
#include "tests/catalogue/picture_files.hpp"
#include "tests/catalogue/pictures.hpp"

namespace likeness {
namespace {

using namespace std::string_literals;
using File = std::vector<std::byte>;

constexpr Size kStored{.width = 24, .height = 16};

std::string number(std::uint64_t value, std::size_t width, bool little) {
  std::string bytes;
  for (std::size_t i = 0; i < width; ++i) {
    bytes += static_cast<char>(value >> (8 * (little ? i : width - 1 - i)) & 0xffU);
  }
  return bytes;
}

// EXIF data with a tag before the orientation and one behind; type 1 is BYTE, 3 SHORT, 4 LONG.
std::string exif(int orientation, unsigned type, bool little) {
  const auto entry = [&](unsigned tag, unsigned kind, unsigned value) {
    const std::size_t width = kind == 1 ? 1 : kind == 3 ? 2 : 4;
    return number(tag, 2, little) + number(kind, 2, little) + number(1, 4, little) +
           number(value, width, little) + std::string(4 - width, '\0');
  };
  return (little ? "II"s : "MM"s) + number(42, 2, little) + number(8, 4, little) +
         number(3, 2, little) + entry(256, 4, 24) +
         entry(274, type, static_cast<unsigned>(orientation)) + entry(296, 3, 2) +
         number(0, 4, little);
}

std::string text_of(const File& file) {
  return {reinterpret_cast<const char*>(file.data()), file.size()};
}

File bytes_of(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

std::string segment(unsigned marker, const std::string& content) {
  return "\xff"s + static_cast<char>(marker) + number(content.size() + 2, 2, false) + content;
}

std::string exif_segment(const std::string& tiff) { return segment(0xe1, "Exif\0\0"s + tiff); }

// A JPEG without EXIF data, into which segments are put behind its first ones.
class JpegText {
 public:
  JpegText() {
    const auto file = sampled_jpeg(scene_image(kStored), ChromaSampling::k444);
    text_ = text_of(file);
  }
  [[nodiscard]] int orientation_with(const std::string& before_jfif,
                                     const std::string& behind_jfif) const {
    const std::size_t jfif = 2 + 2 + 16;
    const File file = bytes_of(text_.substr(0, 2) + before_jfif + text_.substr(2, jfif - 2) +
                               behind_jfif + text_.substr(jfif));
    const int orientation = read_jpeg_markers(file).orientation;
    EXPECT_EQ(decode_image(file).size, turned(kStored, orientation));
    return orientation;
  }

 private:
  std::string text_;
};

TEST(Orientation, IsReadInEveryTypeAndByteOrder) {
  const JpegText jpeg;
  for (int orientation = 1; orientation <= 8; ++orientation) {
    for (const unsigned type : {1U, 3U, 4U}) {
      for (const bool little : {false, true}) {
        EXPECT_EQ(jpeg.orientation_with("", exif_segment(exif(orientation, type, little))),
                  orientation)
            << type << little;
      }
    }
  }
  for (const int invalid : {0, 9, 255}) {
    EXPECT_EQ(jpeg.orientation_with("", exif_segment(exif(invalid, 3, true))), 1);
  }
}

TEST(Orientation, IsReadWhereverItsSegmentStands) {
  const JpegText jpeg;
  const std::string six = exif_segment(exif(6, 3, false));
  const std::string xmp = segment(0xe1, "http://ns.adobe.com/xap/1.0/\0<x/>"s);
  EXPECT_EQ(jpeg.orientation_with(six, ""), 6);
  EXPECT_EQ(jpeg.orientation_with(xmp, six), 6);
  EXPECT_EQ(jpeg.orientation_with("", segment(0xed, "Photoshop 3.0") + xmp + six), 6);
  EXPECT_EQ(jpeg.orientation_with("", "\xff\xff"s + six), 6);  // fill bytes
  EXPECT_EQ(jpeg.orientation_with("", "\x12\x34"s + six), 6);  // bytes that belong to nothing
}

TEST(Orientation, OfSeveralSegmentsIsTheFirst) {
  const JpegText jpeg;
  const std::string six = exif_segment(exif(6, 3, false));
  const std::string three = exif_segment(exif(3, 4, true));
  EXPECT_EQ(jpeg.orientation_with(six + three, ""), 6);
  EXPECT_EQ(jpeg.orientation_with(three, six), 3);
  EXPECT_EQ(jpeg.orientation_with("", exif_segment("no TIFF at all") + six + three), 6);
}

TEST(Orientation, IsReadInPngAndWebp) {
  const Image image = scene_image(kStored);
  const std::string png = text_of(picture_file(image, {.suffix = ".png[strip]"}));
  std::string webp = text_of(picture_file(image, {.suffix = ".webp[lossless,strip]"}));
  webp = webp.substr(0, webp.find("EXIF"));  // some versions of libvips write it all the same
  constexpr std::size_t kHead = 33;          // signature and IHDR
  for (const std::string& preamble : {""s, "Exif\0\0"s}) {
    for (int orientation = 1; orientation <= 8; ++orientation) {
      const std::string data = preamble + exif(orientation, 3, orientation % 2 == 0);
      const std::string checked = "eXIf" + data;
      const auto sum = crc32(0, reinterpret_cast<const Bytef*>(checked.data()),
                             static_cast<uInt>(checked.size()));
      const Image upright_image = upright(image, orientation);
      EXPECT_TRUE(decode_image(bytes_of(png.substr(0, kHead) + number(data.size(), 4, false) +
                                        checked + number(sum, 4, false) + png.substr(kHead)))
                      .pixels == upright_image.pixels)
          << "PNG " << orientation;
      const std::string chunk = "EXIF" + number(data.size(), 4, true) + data;
      EXPECT_TRUE(decode_image(bytes_of("RIFF" + number(webp.size() + chunk.size() - 8, 4, true) +
                                        webp.substr(8) + chunk))
                      .pixels == upright_image.pixels)
          << "WebP " << orientation;
    }
  }
}

TEST(Orientation, OfATiffIsReadInEitherTiff) {
  const Image image = scene_image(kStored);
  for (const char* suffix : {".tif", ".tif[bigtiff]", ".tif[tile]"}) {
    for (int orientation = 1; orientation <= 8; ++orientation) {
      const auto file = picture_file(image, {.suffix = suffix, .orientation = orientation});
      EXPECT_EQ(decode_image(file).pixels, upright(image, orientation).pixels)
          << suffix << orientation;
    }
  }
}

TEST(Orientation, SurvivesDataThatIsCut) {
  const std::string whole = exif(6, 3, true);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const int orientation = exif_orientation(bytes_of(whole.substr(0, length)));
    EXPECT_TRUE(orientation == 1 || orientation == 6);
  }
}

}  // namespace
}  // namespace likeness
