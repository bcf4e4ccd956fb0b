// Which items show the same picture, decided by their pixels: for `likeness duplicates` and for
// `likeness recommend --distinct`, so that both mean the same.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "likeness/catalogue/same_picture.hpp"
#include "likeness/neighbours/groups.hpp"

namespace likeness {

using PictureOf = std::function<PixelView(std::size_t)>;  // of an item, by its place
using OutlinedPictureOf = std::function<OutlinedPicture(std::size_t)>;

// The first of `others` that shows the same picture as the item, if any does.
[[nodiscard]] std::optional<std::size_t> first_same_picture(const OutlinedPictureOf& picture_of,
                                                            std::size_t item,
                                                            std::span<const std::size_t> others);

// The same for few items that are asked about again and again: it keeps what spares most
// comparisons. For one thread.
class SamePictures {
 public:
  explicit SamePictures(PictureOf picture_of) : picture_of_(std::move(picture_of)) {}

  [[nodiscard]] std::optional<std::size_t> operator()(std::size_t item,
                                                      std::span<const std::size_t> others);

 private:
  struct Kept {
    std::vector<float> sketch;
    std::vector<std::uint8_t> outline;
  };
  [[nodiscard]] const Kept& kept(std::size_t item);

  PictureOf picture_of_;
  std::unordered_map<std::size_t, Kept> kept_;
};

}  // namespace likeness
