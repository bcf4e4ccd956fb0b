#include "likeness/catalogue/picture_format.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/catalogue/picture_files.hpp"
#include "tests/catalogue/pictures.hpp"

namespace likeness {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

std::optional<PictureFormat> format_of(std::string_view head) {
  return picture_format(std::as_bytes(std::span(head)));
}

TEST(PictureFormat, KnowsEveryFormatThatIsRead) {
  const Image image = noise_image({.width = 9, .height = 7}, 1);
  for (const auto& [suffix, format] :
       {std::pair{".jpg", PictureFormat::kJpeg}, std::pair{".png", PictureFormat::kPng},
        std::pair{".webp", PictureFormat::kWebp}, std::pair{".tif", PictureFormat::kTiff},
        std::pair{".tif[bigtiff]", PictureFormat::kTiff}, std::pair{".gif", PictureFormat::kGif},
        std::pair{".avif", PictureFormat::kHeif}}) {
    EXPECT_EQ(picture_format(picture_file(image, {.suffix = suffix})), format) << suffix;
  }
  EXPECT_EQ(format_of("\0\0\0\x18"
                      "ftypheic\0\0\0\0mif1heic"sv),
            PictureFormat::kHeif);
  EXPECT_EQ(format_of("\0\0\0\x1c"
                      "ftypavis\0\0\0\0avisavifmsf1"sv),
            PictureFormat::kHeif);
  EXPECT_EQ(format_of("\0\0\0\x18"
                      "ftypmiaf\0\0\0\0MA1Bavif"sv),
            PictureFormat::kHeif);
}

TEST(PictureFormat, LeavesOutWhatIsNoPicture) {
  for (const std::string_view head :
       {""sv, "x"sv, "\xff\xd8"sv, "%PDF-1.7\n"sv, "%!PS-Adobe-3.0 EPSF-3.0\n"sv,
        R"(<?xml version="1.0"?><!DOCTYPE plist>)"sv,
        R"(<svg xmlns="http://www.w3.org/2000/svg"/>)"sv, "RIFF\x10\0\0\0WAVEfmt "sv,
        "BM\x36\0\0\0"sv, "8BPS\0\1"sv, "GIF8"sv, "PK\3\4"sv,
        "\0\0\0\x14"
        "ftypqt  \0\0\0\0qt  "sv,
        "\0\0\0\x18"
        "ftypmp42\0\0\0\0isommp42"sv,
        "\0\0\0\x18"
        "ftypcrx \0\0\0\1crx isom"sv,                  // CR3
        "FUJIFILMCCD-RAW 0201"sv, "IIRO\x08\0\0\0"sv,  // RAF, ORF
        "IIU\0\x18\0\0\0"sv, "\0\0\0\0\0\0\0\0\0\0\0\0"sv}) {
    EXPECT_EQ(format_of(head), std::nullopt) << std::string(head);
  }
}

// Little-endian TIFF with one directory of whole numbers, its tags and their values.
std::string tiff(const std::vector<std::pair<unsigned, unsigned>>& tags) {
  const auto number = [](unsigned value, std::size_t width) {
    std::string bytes;
    for (std::size_t i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xffU);
    return bytes;
  };
  std::string file = "II*\0\x08\0\0\0"s + number(static_cast<unsigned>(tags.size()), 2);
  for (const auto& [tag, value] : tags) {
    file += number(tag, 2) + number(4, 2) + number(1, 4) + number(value, 4);
  }
  return file + number(0, 4);
}

TEST(PictureFormat, TellsRawPicturesFromTiff) {
  EXPECT_EQ(format_of(tiff({{254, 0}, {256, 9}, {262, 2}})), PictureFormat::kTiff);
  EXPECT_EQ(format_of(tiff({{254, 0}, {262, 2}, {330, 99}})), PictureFormat::kTiff);
  EXPECT_EQ(format_of(tiff({{254, 1}, {262, 2}})), PictureFormat::kTiff);
  EXPECT_EQ(format_of(tiff({{254, 1}, {262, 2}, {330, 99}})), std::nullopt);  // NEF, ARW
  EXPECT_EQ(format_of(tiff({{262, 2}, {50706, 1}})), std::nullopt);           // DNG
  EXPECT_EQ(format_of(tiff({{262, 32803}})), std::nullopt);                   // PEF
  EXPECT_EQ(format_of("II*\0\x10\0\0\0CR\2\0"sv), std::nullopt);              // CR2
  EXPECT_EQ(format_of("MM\0*\xff\xff\xff\xf0"sv), PictureFormat::kTiff);
}

}  // namespace
}  // namespace likeness
