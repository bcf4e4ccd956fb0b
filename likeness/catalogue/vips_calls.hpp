// What libvips does for us, as a table: our users of libvips are a library of their own, which
// vips_library.cpp loads when the first of these calls is made.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/catalogue/picture_format.hpp"
#include "likeness/catalogue/stored_picture.hpp"

namespace likeness {

// The functions of vips_decode.hpp and vips_image.hpp, which say what each does.
struct VipsCalls {
  const char* built_for;  // kVipsCallsVersion
  std::string (*version)();
  Image (*decode)(std::span<const std::byte> file, PictureFormat format,
                  const DecodeOptions& options);
  Image (*to_srgb)(StoredPicture picture);
  Image (*render_svg)(std::string_view svg, Size size);
  std::vector<std::byte> (*encode_png)(const Image& image);
  std::vector<std::byte> (*encode_gif)(std::span<const Image> frames,
                                       std::span<const int> milliseconds);
  std::vector<std::byte> (*encode_webp)(std::span<const Image> frames,
                                        std::span<const int> milliseconds);
};

inline constexpr const char* kVipsCallsVersion = LIKENESS_VERSION;
// The one function that the library shows.
using GiveVipsCalls = const VipsCalls* (*)();
inline constexpr const char* kGiveVipsCalls = "likeness_vips_calls";

namespace in_vips_library {

std::string version();
Image decode(std::span<const std::byte> file, PictureFormat format, const DecodeOptions& options);
Image to_srgb(StoredPicture picture);
Image render_svg(std::string_view svg, Size size);
std::vector<std::byte> encode_png(const Image& image);
std::vector<std::byte> encode_gif(std::span<const Image> frames, std::span<const int> milliseconds);
std::vector<std::byte> encode_webp(std::span<const Image> frames,
                                   std::span<const int> milliseconds);

}  // namespace in_vips_library
}  // namespace likeness
