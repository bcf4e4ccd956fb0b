#include "likeness/plot/space_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "likeness/base/json.hpp"

namespace likeness {
namespace {

Json texts(const std::vector<std::string>& from) { return Json::Array(from.begin(), from.end()); }

Json to_json(const SpaceColouring& colouring) {
  return Json::Object{{"name", colouring.name},
                      {"names", texts(colouring.values)},
                      {"values", texts(colouring.legend)},
                      {"colours", texts(colouring.colours)},
                      {"of_item", Json::Array(colouring.of_item.begin(), colouring.of_item.end())}};
}

// Four digits: more cannot be seen, and the file is a third as long.
std::string numbers(const std::vector<float>& values) {
  std::string list = "[";
  for (const float value : values) list += fmt::format("{:.4g},", value);
  if (!values.empty()) list.pop_back();
  return list + "]";
}

}  // namespace

std::string to_script(const SpaceData& space) {
  assert(space.components.size() == space.keys.size() * space.dimensions);
  Json::Array colourings;
  for (const SpaceColouring& one : space.colourings) colourings.push_back(to_json(one));
  const Json thumbnails = Json::Object{{"file", space.thumbnails},
                                       {"width", space.thumbnail.width},
                                       {"height", space.thumbnail.height},
                                       {"columns", space.thumbnail_columns}};
  return fmt::format(
      "const likenessSpace = {{\n\"axes\":{},\n\"exact\":{},\n\"dimensions\":{},\n"
      "\"components\":{},\n\"keys\":{},\n\"tags\":{},\n\"colourings\":{},\n\"thumbnails\":{}\n}};"
      "\n",
      texts(space.axes).dump(), space.exact, space.dimensions, numbers(space.components),
      texts(space.keys).dump(), texts(space.tags).dump(), Json(std::move(colourings)).dump(),
      thumbnails.dump());
}

Image thumbnail_sheet(const std::vector<Image>& pictures, std::size_t columns) {
  if (pictures.empty()) return {};
  const Size each = pictures.front().size;
  const std::size_t rows = (pictures.size() + columns - 1) / columns;
  Image sheet{.size = {.width = each.width * static_cast<int>(columns),
                       .height = each.height * static_cast<int>(rows)},
              .pixels = {}};
  const std::size_t row_bytes = std::size_t{3} * static_cast<std::size_t>(each.width);
  const std::size_t sheet_row_bytes = row_bytes * columns;
  sheet.pixels.assign(sheet_row_bytes * static_cast<std::size_t>(sheet.size.height), 255);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    assert(pictures[i].size == each);
    for (std::size_t y = 0; y < static_cast<std::size_t>(each.height); ++y) {
      const std::size_t line = (i / columns) * static_cast<std::size_t>(each.height) + y;
      std::copy_n(
          pictures[i].pixels.begin() + static_cast<std::ptrdiff_t>(y * row_bytes), row_bytes,
          sheet.pixels.begin() +
              static_cast<std::ptrdiff_t>(line * sheet_row_bytes + (i % columns) * row_bytes));
    }
  }
  return sheet;
}

}  // namespace likeness
