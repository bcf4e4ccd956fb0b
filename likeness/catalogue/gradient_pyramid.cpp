#include "likeness/catalogue/gradient_pyramid.hpp"

#include <array>
#include <cassert>
#include <cstdint>
#include <numeric>
#include <span>

#include "likeness/catalogue/gradients.hpp"

namespace likeness {
namespace {

// How much edge of each direction there is in each cell: rows x columns x kPyramidDirections.
struct Cells {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<float> sums{};

  Cells(std::size_t rows_of_it, std::size_t columns_of_it)
      : rows(rows_of_it), columns(columns_of_it), sums(rows * columns * kPyramidDirections) {}
  [[nodiscard]] float* cell(std::size_t row, std::size_t column) {
    return sums.data() + (row * columns + column) * kPyramidDirections;
  }
};

// Which cell each of so many pixels in a line belongs to.
std::vector<std::size_t> cells_of(std::size_t pixels, std::size_t cells) {
  std::vector<std::size_t> cell_of_pixel(pixels);
  for (std::size_t i = 0; i < pixels; ++i) cell_of_pixel[i] = i * cells / pixels;
  return cell_of_pixel;
}

// `place` lies between two directions; 24 is 0 again.
void add_softly(float strength, float place, float* cell) {
  const auto before = static_cast<std::size_t>(place);
  const float beyond = strength * (place - static_cast<float>(before));
  cell[before % kPyramidDirections] += strength - beyond;
  cell[(before + 1) % kPyramidDirections] += beyond;
}

Cells finest_cells(const PixelView& picture) {
  const auto width = static_cast<std::size_t>(picture.size.width);
  const auto height = static_cast<std::size_t>(picture.size.height);
  assert(picture.pixels.size() == width * height * 3);
  std::vector<std::int32_t> luma(width * height);
  take_luma(picture.pixels, luma);
  Cells cells(static_cast<std::size_t>(kPyramidLevels[0].cells.height),
              static_cast<std::size_t>(kPyramidLevels[0].cells.width));
  const auto cell_of_row = cells_of(height, cells.rows);
  const auto cell_of_column = cells_of(width, cells.columns);
  GradientRow gradients(width);
  std::vector<float> strengths(width);
  std::vector<float> places(width);
  for (std::size_t y = 0; y < height; ++y) {
    gradients.take(luma, y);
    measure_gradients(gradients, float{kPyramidDirections}, strengths, places);
    for (std::size_t x = 0; x < width; ++x) {
      if (strengths[x] == 0.0F) continue;  // as much of a product picture is
      add_softly(strengths[x], places[x], cells.cell(cell_of_row[y], cell_of_column[x]));
    }
  }
  return cells;
}

// Of four cells each one.
Cells halved(Cells& fine) {
  Cells coarse(fine.rows / 2, fine.columns / 2);
  for (std::size_t row = 0; row < fine.rows; ++row) {
    for (std::size_t column = 0; column < fine.columns; ++column) {
      const float* const from = fine.cell(row, column);
      float* const to = coarse.cell(row / 2, column / 2);
      for (std::size_t i = 0; i < kPyramidDirections; ++i) to[i] += from[i];
    }
  }
  return coarse;
}

// Summed by direction, so that no sum waits for the one before.
float total_of(const Cells& cells) {
  std::array<float, kPyramidDirections> sums{};
  for (std::size_t at = 0; at < cells.sums.size(); at += kPyramidDirections) {
    for (std::size_t i = 0; i < kPyramidDirections; ++i) sums[i] += cells.sums[at + i];
  }
  return std::accumulate(sums.begin(), sums.end(), 0.0F);
}

// All levels have the same total: coarse cells are sums of fine ones.
void append_level(const PyramidLevel& level, const Cells& cells, float total,
                  std::vector<float>& numbers) {
  const std::size_t turn = level.is_whole_turn ? kPyramidDirections : kPyramidDirections / 2;
  const std::size_t of_one = turn / level.orientations;  // directions of an orientation
  const std::size_t first = numbers.size();
  for (std::size_t at = 0; at < cells.sums.size(); at += kPyramidDirections) {
    for (std::size_t begin = 0; begin < turn; begin += of_one) {
      float sum = 0.0F;
      for (std::size_t direction = begin; direction < kPyramidDirections; direction += turn) {
        for (std::size_t i = 0; i < of_one; ++i) sum += cells.sums[at + direction + i];
      }
      numbers.push_back(sum);
    }
  }
  if (total > 0.0F) take_roots_of_shares(total, std::span(numbers).subspan(first));
}

}  // namespace

std::vector<float> gradient_pyramid(const PixelView& picture) {
  std::vector<float> numbers;
  numbers.reserve(kPyramidNumbers);
  Cells cells = finest_cells(picture);
  const float total = total_of(cells);
  append_level(kPyramidLevels[0], cells, total, numbers);
  for (std::size_t level = 1; level < kPyramidLevels.size(); ++level) {
    cells = halved(cells);
    append_level(kPyramidLevels[level], cells, total, numbers);
  }
  return numbers;
}

}  // namespace likeness
