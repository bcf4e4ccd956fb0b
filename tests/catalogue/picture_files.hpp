// Picture files of every kind, made by the tests themselves.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "likeness/catalogue/image.hpp"

namespace likeness {

struct FileKind {
  std::string suffix = ".png";    // as libvips writes it, with options: ".webp[lossless]"
  int alpha = -1;                 // one level for the whole picture; -1: none
  const char* profile = nullptr;  // "p3" or "cmyk": colours are converted and it is embedded
  bool grey = false;
  bool sixteen_bits = false;
  int orientation = 1;  // written as it is; the pixels are not turned
};

[[nodiscard]] std::vector<std::byte> picture_file(const Image& image, const FileKind& kind);

// The head of a PNG of four bands of 16 bits, with hardly anything behind it.
[[nodiscard]] std::vector<std::byte> png_head(Size size);

// How many of a JPEG's colour samples are kept.
enum class ChromaSampling { k444, k422, k420, k440, k411 };
[[nodiscard]] std::vector<std::byte> sampled_jpeg(const Image& image, ChromaSampling sampling);

}  // namespace likeness
