#include "tests/catalogue/picture_files.hpp"

#include <gtest/gtest.h>
#include <turbojpeg.h>

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
