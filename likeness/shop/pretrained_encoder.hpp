// A pretrained encoder's file, and the model that it becomes in a shop: of "model import".
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "likeness/base/work.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/catalogue/resize.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/encoder/pretrained.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

inline constexpr std::size_t kMostEncoderBytes = std::size_t{2} << 30U;  // what the format allows

struct ColourValues {
  double red = 0.0;
  double green = 0.0;
  double blue = 0.0;
  bool operator==(const ColourValues&) const = default;
};

// What a person says of an encoder where its file does not.
struct PretrainedWish {
  std::optional<ColourValues> mean;  // of its pictures' values from 0 to 1
  std::optional<ColourValues> deviation;
  std::optional<Size> size;  // of the pictures that it looks at
  std::optional<std::string> output;
  std::optional<Fit> fit;               // pad
  std::optional<std::uint64_t> latent;  // 128; alone as many as it gives, if those are fewer
  bool alone = false;                   // without our own parts for shape and colour
  bool originals = false;  // it looks at items' files, where they have more pixels than the shop
  bool operator==(const PretrainedWish&) const = default;
};

// Size, order and range of values are as the file says or, where it does not, as was wished; it has
// looked at two pictures. RequestError for what has to be said and for what the file contradicts,
// Error::kInput for a file that is no encoder of pictures, kUnavailable without ONNX Runtime.
[[nodiscard]] PretrainedEncoder read_pretrained(const std::filesystem::path& file,
                                                const PretrainedWish& wish);

// Reduced to the wished number of values on the shop's pictures (encoder/pretrained_model.hpp).
[[nodiscard]] Model model_of_pretrained(const ShopFiles& files, const std::filesystem::path& file,
                                        const PretrainedWish& wish, const Work& work);

}  // namespace likeness
