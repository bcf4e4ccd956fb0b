// Any picture file to upright 8-bit sRGB pixels, or the reason why not. The bytes may be hostile.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "likeness/catalogue/image.hpp"
#include "likeness/catalogue/resize.hpp"

namespace likeness {

class MemoryBudget;

struct DecodeOptions {
  // The picture may come at any reduced scale whose upright sides still cover these: decoding a
  // photograph at full size only to shrink it is most of the work. {0, 0}: full size.
  Size at_least = {};
  // More pixels than this are refused from the file's head alone, before memory is taken. What is
  // decoded counts: a JPEG of 200 megapixels of which an eighth of each side is needed has three.
  std::size_t max_pixels = 100'000'000;
  // What all threads that decode at once share; a large picture waits until there is room for it.
  MemoryBudget* memory = nullptr;
};

// EXIF orientation is applied, alpha is laid on white, grey, CMYK and 16 bits become 8-bit RGB, an
// embedded profile that is not sRGB is honoured. Of an animation or a book, the first page.
// Throws Error::kInput whose message is the reason alone ("is empty"), without a file's name.
// May be called from any number of threads; starts none itself.
[[nodiscard]] Image decode_image(std::span<const std::byte> file,
                                 const DecodeOptions& options = {});

// decode_image() and resize() in one, and faster than one after the other: what a pack keeps of a
// picture. options.at_least does not count.
[[nodiscard]] Image decode_resized(std::span<const std::byte> file, Size size, Fit fit,
                                   DecodeOptions options = {});

// The same of a picture that is wider or higher than `than`; nothing for any other.
[[nodiscard]] std::optional<Image> decode_larger(std::span<const std::byte> file, Size than,
                                                 Size size, Fit fit, DecodeOptions options = {});

}  // namespace likeness
