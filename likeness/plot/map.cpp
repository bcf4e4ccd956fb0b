#include "likeness/plot/map.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "likeness/plot/canvas.hpp"

namespace likeness {
namespace {

constexpr double kProportion = 4.0 / 3.0;  // of the whole map

struct Cells {
  std::size_t column = 0;
  std::size_t row = 0;
  std::size_t columns = 0;
  std::size_t rows = 0;
};

// Points and places are halved together, across the longer side of what is left, until one place
// is left for each point: a k-d tree of both.
class Halving {
 public:
  Halving(std::span<const float> positions, const MapGrid& grid)
      : positions_(positions), grid_(grid), places_(positions.size() / 2) {}

  std::vector<std::size_t> places() {
    std::vector<std::size_t> points(places_.size());
    std::iota(points.begin(), points.end(), 0);
    halve(points, {.columns = grid_.columns, .rows = grid_.rows});
    return std::move(places_);
  }

 private:
  // y is upwards, and rows are downwards.
  [[nodiscard]] float coordinate(std::size_t point, std::size_t axis) const {
    return axis == 0 ? positions_[2 * point] : -positions_[2 * point + 1];
  }

  void halve(std::span<std::size_t> points, const Cells& cells) {
    if (points.empty()) return;
    if (cells.columns * cells.rows == 1) {
      places_[points.front()] = cells.row * grid_.columns + cells.column;
      return;
    }
    const bool across = cells.columns >= cells.rows;
    Cells first = cells;
    Cells second = cells;
    if (across) {
      first.columns = cells.columns / 2;
      second.columns -= first.columns;
      second.column += first.columns;
    } else {
      first.rows = cells.rows / 2;
      second.rows -= first.rows;
      second.row += first.rows;
    }
    // What stays empty comes last: at the right of the lowest rows.
    const std::size_t count = std::min(points.size(), first.columns * first.rows);
    const std::size_t axis = across ? 0 : 1;
    std::ranges::nth_element(
        points, points.begin() + static_cast<std::ptrdiff_t>(count), {},
        [&](std::size_t point) { return std::pair(coordinate(point, axis), point); });
    halve(points.first(count), first);
    halve(points.subspan(count), second);
  }

  std::span<const float> positions_;
  MapGrid grid_;
  std::vector<std::size_t> places_;
};

}  // namespace

MapGrid map_grid(std::size_t count, Size thumbnail) {
  assert(count > 0);
  const double wanted = kProportion * thumbnail.height / thumbnail.width;
  const double side = std::sqrt(wanted * static_cast<double>(count));
  // Of the widths that are about right, the one that leaves the fewest places empty.
  const auto least = std::clamp<std::size_t>(static_cast<std::size_t>(0.9 * side), 1, count);
  const auto most = std::clamp<std::size_t>(static_cast<std::size_t>(1.1 * side), least, count);
  const auto rows = [count](std::size_t columns) { return (count + columns - 1) / columns; };
  std::size_t best = least;
  for (std::size_t columns = least; columns <= most; ++columns) {
    if (columns * rows(columns) < best * rows(best)) best = columns;
  }
  return {.columns = best, .rows = rows(best)};
}

std::vector<std::size_t> map_places(std::span<const float> positions, const MapGrid& grid) {
  assert(positions.size() % 2 == 0 && positions.size() / 2 <= grid.columns * grid.rows);
  return Halving(positions, grid).places();
}

Image draw_map(std::span<const std::size_t> places, const MapGrid& grid,
               const std::function<Image(std::size_t point)>& picture, const MapOptions& options) {
  assert(!places.empty() && places.size() <= kMostMapPictures);
  const int width = options.thumbnail.width + options.gap;
  const int height = options.thumbnail.height + options.gap;
  Image map{.size = {.width = options.gap + static_cast<int>(grid.columns) * width,
                     .height = options.gap + static_cast<int>(grid.rows) * height},
            .pixels = {}};
  map.pixels.assign(
      3 * static_cast<std::size_t>(map.size.width) * static_cast<std::size_t>(map.size.height),
      255);
  for (std::size_t point = 0; point < places.size(); ++point) {
    const auto column = static_cast<int>(places[point] % grid.columns);
    const auto row = static_cast<int>(places[point] / grid.columns);
    put_fitted(picture(point),
               {.left = options.gap + column * width,
                .top = options.gap + row * height,
                .size = options.thumbnail},
               map);
  }
  return map;
}

}  // namespace likeness
