// The latent space for the page's plot to turn: points, thumbnails and what they are coloured by,
// as a script that sets a constant. A page that is opened as a file may load no other data.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "likeness/catalogue/image.hpp"

namespace likeness {

// What the points can be coloured by: the clusters, or a tag.
struct SpaceColouring {
  std::string name;                  // "cluster", or the tag's
  std::vector<std::string> values;   // the most frequent ones
  std::vector<std::string> legend;   // of each value, with how many items have it
  std::vector<std::string> colours;  // of each value: "#rrggbb"
  std::vector<int> of_item;          // a value's place, or -1
};

struct SpaceData {
  std::vector<std::string> axes;  // three, or fewer where there are fewer dimensions
  std::size_t dimensions = 0;
  std::vector<float> components;  // items x dimensions; the first three are drawn
  bool exact = true;              // distances of these components are those of the latents
  std::vector<std::string> keys;  // of each item
  std::vector<std::string> tags;  // of each item, in one line
  std::vector<SpaceColouring> colourings;
  std::string thumbnails;  // a file beside the page: item i is the i-th, row by row
  Size thumbnail;
  std::size_t thumbnail_columns = 1;
};

[[nodiscard]] std::string to_script(const SpaceData& space);

// Pictures of one size in rows of so many columns, without room between them.
[[nodiscard]] Image thumbnail_sheet(const std::vector<Image>& pictures, std::size_t columns);

}  // namespace likeness
