#include "tests/catalogue/picture_files.hpp"

#include <gtest/gtest.h>
#include <turbojpeg.h>
#include <zlib.h>

#include <cstdint>
#include <span>
#include <vips/vips8>

#include "likeness/catalogue/vips_image.hpp"

namespace likeness {

using vips::VImage;

std::vector<std::byte> picture_file(const Image& image, const FileKind& kind) {
  (void)encode_png(image);  // starts libvips
  VImage picture =
      VImage::new_from_memory(const_cast<std::uint8_t*>(image.pixels.data()), image.pixels.size(),
                              image.size.width, image.size.height, 3, VIPS_FORMAT_UCHAR)
          .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
  if (kind.grey) picture = picture.colourspace(VIPS_INTERPRETATION_B_W);
  if (kind.profile != nullptr) {
    picture =
        picture.icc_transform(kind.profile, VImage::option()->set("intent", VIPS_INTENT_RELATIVE));
  }
  if (kind.alpha >= 0) picture = picture.bandjoin_const({static_cast<double>(kind.alpha)});
  if (kind.sixteen_bits) {
    picture =
        (picture * 257)
            .cast(VIPS_FORMAT_USHORT)
            .copy(VImage::option()->set("interpretation", kind.grey ? VIPS_INTERPRETATION_GREY16
                                                                    : VIPS_INTERPRETATION_RGB16));
  }
  picture = picture.copy();
  picture.set(VIPS_META_ORIENTATION, kind.orientation);
  void* bytes = nullptr;
  std::size_t size = 0;
  picture.write_to_buffer(kind.suffix.c_str(), &bytes, &size);
  const auto* first = static_cast<const std::byte*>(bytes);
  std::vector<std::byte> file(first, first + size);
  g_free(bytes);
  return file;
}

std::vector<std::byte> png_head(Size size) {
  std::string file = "\x89PNG\r\n\x1a\n";
  const auto number = [](std::uint64_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xffU);
    return bytes;
  };
  const auto add_chunk = [&](const std::string& name, const std::string& content) {
    const std::string checked = name + content;
    file += number(content.size()) + checked +
            number(crc32(0, reinterpret_cast<const Bytef*>(checked.data()),
                         static_cast<uInt>(checked.size())));
  };
  const auto side = [&](int length) { return number(static_cast<std::uint64_t>(length)); };
  add_chunk("IHDR", side(size.width) + side(size.height) + std::string("\x10\x06\0\0\0", 5));
  add_chunk("IDAT", "x");
  const auto bytes = std::as_bytes(std::span(file));
  return {bytes.begin(), bytes.end()};
}

std::vector<std::byte> sampled_jpeg(const Image& image, ChromaSampling sampling) {
  int subsampling = TJSAMP_444;
  switch (sampling) {
    case ChromaSampling::k444: break;
    case ChromaSampling::k422: subsampling = TJSAMP_422; break;
    case ChromaSampling::k420: subsampling = TJSAMP_420; break;
    case ChromaSampling::k440: subsampling = TJSAMP_440; break;
    case ChromaSampling::k411: subsampling = TJSAMP_411; break;
  }
  const tjhandle compressor = tjInitCompress();
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  EXPECT_EQ(tjCompress2(compressor, image.pixels.data(), image.size.width, 0, image.size.height,
                        TJPF_RGB, &bytes, &size, subsampling, 95, 0),
            0);
  const auto* first = reinterpret_cast<const std::byte*>(bytes);
  std::vector<std::byte> file(first, first + size);
  tjFree(bytes);
  tjDestroy(compressor);
  return file;
}

}  // namespace likeness
