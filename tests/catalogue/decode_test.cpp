#include "likeness/catalogue/decode.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/jpeg.hpp"
#include "likeness/catalogue/orientation.hpp"
#include "likeness/catalogue/resize.hpp"
#include "tests/catalogue/picture_files.hpp"
#include "tests/catalogue/pictures.hpp"

namespace likeness {
namespace {

constexpr Size kSmall{.width = 31, .height = 23};

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

std::string reason_for(std::span<const std::byte> file, const DecodeOptions& options = {}) {
  try {
    (void)decode_image(file, options);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kInput);
    return error.what();
  }
  return "no error";
}

TEST(Decode, GivesTheExactPixelsOfLosslessFormats) {
  const Image image = noise_image(kSmall, 1);
  for (const char* suffix : {".png", ".png[interlace]", ".webp[lossless]", ".tif",
                             ".tif[compression=lzw,tile]", ".tif[compression=deflate]"}) {
    EXPECT_EQ(decode_image(picture_file(image, {.suffix = suffix})).pixels, image.pixels) << suffix;
  }
  const Image few_colours = plain_image(kSmall, 77);
  EXPECT_EQ(decode_image(picture_file(few_colours, {.suffix = ".gif"})).pixels, few_colours.pixels);
}

TEST(Decode, GivesNearlyThePixelsOfLossyFormats) {
  const Image image = scene_image({.width = 120, .height = 160});
  for (const char* suffix : {".jpg[Q=95]", ".jpg[Q=95,interlace]", ".jpg[Q=95,subsample_mode=off]",
                             ".webp[Q=95]", ".avif[Q=90]"}) {
    const Difference difference =
        compare(decode_image(picture_file(image, {.suffix = suffix})), image);
    EXPECT_LE(difference.mean, 4.0) << suffix;
  }
}

TEST(Decode, LaysAlphaOnWhite) {
  const Image image = plain_image(kSmall, 100);
  for (const char* suffix : {".png", ".webp[lossless]", ".tif"}) {
    for (const bool sixteen_bits : {false, true}) {
      if (sixteen_bits && std::string_view(suffix).starts_with(".webp")) continue;
      const auto file = picture_file(
          image, {.suffix = suffix, .alpha = 51, .sixteen_bits = sixteen_bits});  // a fifth
      const Image decoded = decode_image(file);
      EXPECT_LE(compare(decoded, plain_image(kSmall, 224)).largest, 1.0) << suffix;
    }
  }
  const Image nothing = decode_image(picture_file(image, {.alpha = 0}));
  EXPECT_EQ(nothing.pixels, plain_image(kSmall, 255).pixels);
  const Image grey = decode_image(picture_file(image, {.alpha = 51, .grey = true}));
  EXPECT_LE(compare(grey, plain_image(kSmall, 224)).largest, 1.0);
}

TEST(Decode, MakesGreyAndSixteenBitsToRgb) {
  const Image grey = plain_image(kSmall, 100);
  for (const char* suffix : {".png", ".jpg", ".tif", ".webp[lossless]"}) {
    const Image decoded = decode_image(picture_file(grey, {.suffix = suffix, .grey = true}));
    EXPECT_LE(compare(decoded, grey).largest, 1.0) << suffix;
  }
  const Image image = noise_image(kSmall, 2);
  for (const char* suffix : {".png", ".tif"}) {
    EXPECT_EQ(decode_image(picture_file(image, {.suffix = suffix, .sixteen_bits = true})).pixels,
              image.pixels);
    const auto file = picture_file(grey, {.suffix = suffix, .grey = true, .sixteen_bits = true});
    EXPECT_EQ(decode_image(file).pixels, grey.pixels) << suffix;
  }
}

TEST(Decode, HonoursAProfileThatIsNotSrgb) {
  Image image = plain_image(kSmall, 0);
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) image.pixels[i] = 240;  // red
  for (const char* suffix : {".png", ".jpg[Q=100,subsample_mode=off]", ".tif", ".webp[lossless]"}) {
    const auto file = picture_file(image, {.suffix = suffix, .profile = "p3"});
    EXPECT_LE(compare(decode_image(file), image).mean, 3.0) << suffix;
  }
}

TEST(Decode, MakesCmykToRgb) {
  const Image image = scene_image({.width = 60, .height = 80});
  for (const char* suffix : {".jpg[Q=95]", ".tif"}) {
    const auto file = picture_file(image, {.suffix = suffix, .profile = "cmyk"});
    EXPECT_LE(compare(decode_image(file), image).mean, 12.0) << suffix;  // print has fewer colours
  }
}

TEST(Decode, AppliesEveryExifOrientation) {
  Image image = plain_image({.width = 48, .height = 32}, 128);
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 16; ++x) {
      set_pixel(image, x, y, {0, 0, 0});             // the stored top left is black
      set_pixel(image, 32 + x, y, {255, 255, 255});  // the top right white
    }
  }
  struct Corners {
    int orientation;
    const char* black;
    const char* white;
  };
  const std::vector<Corners> expected = {
      {.orientation = 1, .black = "top left", .white = "top right"},
      {.orientation = 2, .black = "top right", .white = "top left"},
      {.orientation = 3, .black = "bottom right", .white = "bottom left"},
      {.orientation = 4, .black = "bottom left", .white = "bottom right"},
      {.orientation = 5, .black = "top left", .white = "bottom left"},
      {.orientation = 6, .black = "top right", .white = "bottom right"},
      {.orientation = 7, .black = "bottom right", .white = "top right"},
      {.orientation = 8, .black = "bottom left", .white = "top left"}};
  const auto level_at = [](const Image& picture, std::string_view corner) {
    const int x = corner.ends_with("left") ? 4 : picture.size.width - 5;
    const int y = corner.starts_with("top") ? 4 : picture.size.height - 5;
    return int{pixel_at(picture, x, y)[0]};
  };
  for (const auto& [orientation, black, white] : expected) {
    for (const char* suffix : {".jpg[Q=95]", ".webp[lossless]", ".tif"}) {
      const Image decoded =
          decode_image(picture_file(image, {.suffix = suffix, .orientation = orientation}));
      EXPECT_EQ(decoded.size, turned(image.size, orientation)) << suffix << orientation;
      EXPECT_LE(level_at(decoded, black), 5) << suffix << " " << orientation;
      EXPECT_GE(level_at(decoded, white), 250) << suffix << " " << orientation;
    }
  }
}

TEST(Decode, AtAReducedScaleAgreesWithThePlainReference) {
  const Size to{.width = 60, .height = 80};
  for (const Size from : {Size{.width = 401, .height = 533}, Size{.width = 967, .height = 1289}}) {
    const Image image = scene_image(from);
    for (const char* suffix : {".jpg[Q=95]", ".jpg[Q=95,subsample_mode=off]", ".png", ".webp"}) {
      for (const int orientation : {1, 6}) {
        const auto file = picture_file(image, {.suffix = suffix, .orientation = orientation});
        const Image full = decode_image(file);
        const Image reduced = decode_image(file, {.at_least = to});
        EXPECT_LE(reduced.size.width, full.size.width / (from.width > 900 ? 2 : 1));
        EXPECT_GE(reduced.size.width, to.width);
        EXPECT_GE(reduced.size.height, to.height);
        const Difference difference =
            compare(resize(reduced, to, Fit::kStretch), plain_resize(full, to));
        EXPECT_LE(difference.mean, 2.0) << suffix << " " << orientation;
      }
    }
  }
}

// What decode_resized() is to give, with no part of the fast road.
Image plain_decode_resized(std::span<const std::byte> file, Size size, Fit fit) {
  const Image full = decode_image(file);
  return fit == Fit::kStretch ? plain_resize(full, size) : resize(full, size, fit);
}

TEST(Decode, ResizesAsThePlainReferenceDoes) {
  const Size to{.width = 30, .height = 40};
  for (const Size from : {Size{.width = 401, .height = 533}, Size{.width = 173, .height = 97},
                          Size{.width = 60, .height = 80}, Size{.width = 1031, .height = 1289},
                          Size{.width = 31, .height = 17}, Size{.width = 122, .height = 163}}) {
    const Image image = scene_image(from);
    for (const char* suffix :
         {".jpg[Q=95]", ".jpg[Q=95,subsample_mode=off]", ".jpg[Q=90,interlace]", ".png"}) {
      for (const auto& [orientation, grey] :
           {std::pair{1, false}, std::pair{3, false}, std::pair{6, false}, std::pair{1, true}}) {
        const auto file =
            picture_file(image, {.suffix = suffix, .grey = grey, .orientation = orientation});
        for (const Fit fit : {Fit::kStretch, Fit::kPad, Fit::kCrop}) {
          const Difference difference =
              compare(decode_resized(file, to, fit), plain_decode_resized(file, to, fit));
          EXPECT_LE(difference.mean, 2.0) << from.width << "x" << from.height << " " << suffix
                                          << " " << orientation << " " << name_of(fit);
        }
      }
    }
  }
}

TEST(Decode, GivesALargerPictureAndNothingOfAnyOther) {
  const Image image = scene_image({.width = 48, .height = 30});
  const Size to{.width = 20, .height = 31};
  for (const char* suffix : {".jpg[Q=95]", ".png", ".webp[lossless]"}) {
    for (const int orientation : {1, 6}) {
      const auto file = picture_file(image, {.suffix = suffix, .orientation = orientation});
      const Size stored = decode_image(file).size;
      const auto found = [&](Size than) { return decode_larger(file, than, to, Fit::kPad); };
      EXPECT_FALSE(found(stored)) << suffix << orientation;
      EXPECT_FALSE(found({.width = stored.width + 9, .height = stored.height}));
      for (const Size than : {Size{.width = stored.width - 1, .height = stored.height + 9},
                              Size{.width = stored.width + 9, .height = stored.height - 1}}) {
        const auto larger = found(than);
        ASSERT_TRUE(larger) << suffix << orientation;
        EXPECT_EQ(larger->size, to);
        EXPECT_EQ(larger->pixels, decode_resized(file, to, Fit::kPad).pixels) << suffix;
      }
    }
  }
  EXPECT_THROW((void)decode_larger(bytes_of("words"), to, to, Fit::kPad), Error);
}

TEST(Decode, ResizesEverySamplingOfColoursAsThePlainReferenceDoes) {
  const Size to{.width = 30, .height = 40};
  for (const Size from : {Size{.width = 83, .height = 121}, Size{.width = 401, .height = 533}}) {
    for (const ChromaSampling sampling :
         {ChromaSampling::k444, ChromaSampling::k422, ChromaSampling::k420, ChromaSampling::k440,
          ChromaSampling::k411}) {
      const auto file = sampled_jpeg(scene_image(from), sampling);
      const Image expected = plain_decode_resized(file, to, Fit::kStretch);
      const Difference difference = compare(decode_resized(file, to, Fit::kStretch), expected);
      EXPECT_LE(difference.mean, 2.0) << from.width << " " << static_cast<int>(sampling);
    }
  }
}

TEST(Decode, SaysWhyAFileIsNoPicture) {
  EXPECT_EQ(reason_for({}), "is empty");
  for (const std::string_view text :
       {"x", "no picture at all, only words", "%PDF-1.7 ...", "P6 2 2 255 abcdefghijkl",
        R"(<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>)"}) {
    EXPECT_EQ(reason_for(bytes_of(text)), "is not a picture that can be read") << text;
  }
}

TEST(Decode, RefusesTooManyPixelsFromTheHeadAlone) {
  auto jpeg = encode_jpeg(noise_image(kSmall, 1), 80);
  const std::vector<std::byte> head = {std::byte{0xff}, std::byte{0xc0}};
  const auto found = std::ranges::search(jpeg, head);
  ASSERT_FALSE(found.empty());
  std::fill_n(found.begin() + 5, 4, std::byte{0xea});  // height and width: 60,138 each
  EXPECT_EQ(reason_for(jpeg), "has 60138x60138 pixels; at most 100,000,000 are decoded");
  EXPECT_NE(reason_for(jpeg, {.at_least = {.width = 60, .height = 80}}).find("too many for a file"),
            std::string::npos);
  for (const char* suffix : {".jpg", ".png", ".webp", ".tif", ".gif"}) {
    const auto file = picture_file(noise_image(kSmall, 1), {.suffix = suffix});
    EXPECT_EQ(reason_for(file, {.max_pixels = 712}), "has 31x23 pixels; at most 712 are decoded");
    EXPECT_EQ(reason_for(file, {.max_pixels = 713}), "no error");
  }
  const auto strip = picture_file(plain_image({.width = 65'536, .height = 1}, 9), {});
  EXPECT_NE(reason_for(strip).find("a side"), std::string::npos);
}

TEST(Decode, CountsWhatIsDecodedAndNotWhatTheFileSays) {
  const Image image = scene_image({.width = 320, .height = 240});
  for (const char* suffix : {".jpg", ".jpg[interlace]"}) {
    for (const char* profile : {static_cast<const char*>(nullptr), "p3"}) {
      const auto file = picture_file(image, {.suffix = suffix, .profile = profile});
      const Size to{.width = 12, .height = 9};
      EXPECT_EQ(reason_for(file, {.max_pixels = 2000}),
                "has 320x240 pixels; at most 2,000 are decoded");
      EXPECT_EQ(decode_resized(file, to, Fit::kStretch, {.max_pixels = 2000}).pixels,
                decode_resized(file, to, Fit::kStretch).pixels);
    }
  }
}

TEST(Decode, RefusesAFileThatAsksForMoreThanItsSizeCanMean) {
  const auto file = png_head({.width = 10'000, .height = 10'000});
  EXPECT_EQ(reason_for(file),
            "has 10000x10000 pixels, whose 800,000,000 bytes are too many for a "
            "file of " +
                std::to_string(file.size()) + " bytes");
}

TEST(Decode, SaysWhatTheSystemsLibrariesCannotRead) {
  auto avif = picture_file(noise_image(kSmall, 1), {.suffix = ".avif"});
  const std::string_view kind = "av01";
  const auto* const place = std::as_bytes(std::span(kind)).data();
  const auto found = std::search(avif.begin(), avif.end(), place, place + kind.size());
  ASSERT_NE(found, avif.end());
  *found = std::byte{'x'};  // an item of a kind that nobody knows
  EXPECT_TRUE(reason_for(avif).starts_with("cannot be read by this system's libheif: "))
      << reason_for(avif);
  EXPECT_EQ(reason_for(std::span(avif).first(avif.size() - 9)),
            "is a damaged or truncated HEIF or AVIF");
}

TEST(Decode, ReadsAnAnimatedAvif) {
  const Image image = scene_image({.width = 64, .height = 48});
  auto avif = picture_file(image, {.suffix = ".avif[Q=90]"});
  const Image still = decode_image(avif);
  avif[11] = std::byte{'s'};  // the brand "avis" that animations have
  EXPECT_EQ(decode_image(avif).pixels, still.pixels);
}

TEST(Decode, TakesACutFileOnlyIfNoPixelIsMissing) {
  const Image image = noise_image(kSmall, 3);
  for (const char* suffix : {".png", ".png[interlace]", ".webp[lossless]", ".tif", ".gif",
                             ".tif[compression=lzw]", ".avif"}) {
    const auto file = picture_file(image, {.suffix = suffix});
    const Image whole = decode_image(file);
    for (std::size_t length = 0; length < file.size(); length += 7) {
      try {
        EXPECT_EQ(decode_image(std::span(file).first(length)).pixels, whole.pixels)
            << suffix << " cut to " << length << " of " << file.size();
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), Error::Kind::kInput);
      }
    }
  }
}

TEST(Decode, SurvivesDamagedBytes) {
  const Image image = noise_image({.width = 9, .height = 7}, 4);
  for (const char* suffix : {".jpg", ".png", ".webp", ".tif", ".gif"}) {
    const auto file = picture_file(image, {.suffix = suffix, .orientation = 6});
    for (std::size_t i = 0; i < file.size(); i += 3) {
      auto damaged = file;
      damaged[i] ^= std::byte{0xff};
      try {
        const Image decoded = decode_image(damaged, {.max_pixels = 1'000'000});
        EXPECT_EQ(decoded.pixels.size(), std::size_t{3} *
                                             static_cast<std::size_t>(decoded.size.width) *
                                             static_cast<std::size_t>(decoded.size.height));
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), Error::Kind::kInput);
      }
    }
  }
}

}  // namespace
}  // namespace likeness
