#include "likeness/encoder/onnx_descriptors.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <utility>
#include <vector>

#include "likeness/catalogue/descriptors.hpp"
#include "likeness/catalogue/gradient_pyramid.hpp"
#include "likeness/encoder/network.hpp"

namespace likeness {
namespace {

using Dimensions = std::vector<std::int64_t>;

// Of each pixel: what a matrix (out, in) makes of its channels.
std::string mix_channels(OnnxGraphBuilder& graph, const std::string& value, std::size_t out,
                         std::vector<float> matrix) {
  const std::size_t in = matrix.size() / out;
  return graph.add("Conv", {value, graph.constant({out, in, 1, 1}, std::move(matrix))});
}

// (N, 1, H, W): whole numbers, in thousandths of a level.
std::string luma_in_thousandths(OnnxGraphBuilder& graph, const std::string& levels) {
  return mix_channels(graph, levels, 1, {299.0F, 587.0F, 114.0F});
}

// (N, 2, H, W): the luma's central differences across and down, with the border repeated.
std::string gradients_of(OnnxGraphBuilder& graph, const std::string& luma) {
  const std::string bordered =
      graph.add("Pad", {luma, graph.whole_numbers({0, 0, 1, 1, 0, 0, 1, 1})},
                {{"mode", std::string("edge")}});
  const std::string differences = graph.constant({2, 1, 3, 3}, {0, 0, 0, -1, 0, 1, 0, 0, 0,  //
                                                                0, -1, 0, 0, 0, 0, 0, 1, 0});
  return graph.add("Conv", {bordered, differences});
}

// (N, 9, H, W): whether a gradient in the upper half plane lies to the left of each direction that
// begins an orientation, or on it. Gradients are whole numbers of 18 bits, and rounding would put
// some on the other side of a direction they lie next to: 6 bits of a direction are multiplied
// without any, and what comes of the rest is small. The two are compared and never added, for then
// ONNX Runtime would do that within a convolution, and round there.
std::string lie_left_of(OnnxGraphBuilder& graph, const std::string& gradients) {
  std::vector<float> coarse;
  std::vector<float> lacking;
  for (std::size_t i = 0; i < kOrientations; ++i) {
    const double angle = std::numbers::pi * static_cast<double>(i) / double{kOrientations};
    for (const double factor : {-std::sin(angle), std::cos(angle)}) {
      coarse.push_back(static_cast<float>(std::round(factor * 64.0) / 64.0));
      lacking.push_back(static_cast<float>(double{coarse.back()} - factor));
    }
  }
  return graph.add("GreaterOrEqual",
                   {mix_channels(graph, gradients, kOrientations, std::move(coarse)),
                    mix_channels(graph, gradients, kOrientations, std::move(lacking))});
}

// (N, 9, H, W): 1 for the orientation that a gradient has, 0 for the others: the last of those
// whose beginning lies not to its left.
std::string orientations_of(OnnxGraphBuilder& graph, const std::string& gradients) {
  // The sign of what it goes down, or where that is nothing, across: no gradient reaches 1e6.
  const std::string half = graph.add("Sign", {mix_channels(graph, gradients, 1, {1.0F, 1e6F})});
  const std::string upper = graph.add("Mul", {gradients, half});
  const std::string beyond = graph.add("Cast", {lie_left_of(graph, upper)}, {{"to", kOnnxF32}});
  std::vector<float> but_not_next(kOrientations * kOrientations);
  for (std::size_t i = 0; i < kOrientations; ++i) {
    but_not_next[i * kOrientations + i] = 1.0F;
    if (i + 1 < kOrientations) but_not_next[i * kOrientations + i + 1] = -1.0F;
  }
  return mix_channels(graph, beyond, kOrientations, std::move(but_not_next));
}

// (N, 1, H, W)
std::string lengths_of(OnnxGraphBuilder& graph, const std::string& gradients) {
  return graph.add("ReduceL2", {gradients}, {{"axes", Dimensions{1}}});
}

// (cells, pixels): 1 where a pixel of a row or column is of a cell.
std::vector<float> cell_membership(std::size_t cells, std::size_t pixels) {
  std::vector<float> matrix(cells * pixels);
  for (std::size_t i = 0; i < pixels; ++i) matrix[i * cells / pixels * pixels + i] = 1.0F;
  return matrix;
}

std::vector<float> transposed(const std::vector<float>& matrix, std::size_t columns) {
  std::vector<float> result;
  for (std::size_t column = 0; column < columns; ++column) {
    for (std::size_t i = column; i < matrix.size(); i += columns) result.push_back(matrix[i]);
  }
  return result;
}

struct Grid {
  std::size_t rows = 0;
  std::size_t columns = 0;
};
Grid grid_of(const Size& cells) {
  return {.rows = static_cast<std::size_t>(cells.height),
          .columns = static_cast<std::size_t>(cells.width)};
}

// (N, C, rows, columns) summed up over each cell of a coarser grid.
std::string sum_cells(OnnxGraphBuilder& graph, const std::string& value, const Grid& grid,
                      const Grid& cells) {
  const std::string of_columns =
      graph.constant({grid.columns, cells.columns},
                     transposed(cell_membership(cells.columns, grid.columns), grid.columns));
  const std::string of_rows =
      graph.constant({cells.rows, grid.rows}, cell_membership(cells.rows, grid.rows));
  return graph.add("MatMul", {of_rows, graph.add("MatMul", {value, of_columns})});
}

// (N, 24, H, W): how much of each direction's two neighbours a gradient is; as measure_gradients().
std::string shares_of_directions(OnnxGraphBuilder& graph, const std::string& gradients) {
  constexpr float kTurn{kPyramidDirections};
  const std::string across = mix_channels(graph, gradients, 1, {1.0F, 0.0F});
  const std::string down = mix_channels(graph, gradients, 1, {0.0F, 1.0F});
  const std::string width = graph.add("Abs", {across});
  const std::string height = graph.add("Abs", {down});
  const std::string ratio = graph.add("Div", {graph.add("Min", {width, height}),
                                              graph.add("Max", {width, height, graph.number(1)})});
  const auto mirrored = [&](const std::string& where, float axis, const std::string& direction) {
    return graph.add("Where",
                     {where, graph.add("Sub", {graph.number(axis), direction}), direction});
  };
  const std::string zero = graph.number(0);
  std::string direction = graph.add(
      "Mul", {graph.add("Atan", {ratio}), graph.number(kTurn / (2 * std::numbers::pi_v<float>))});
  direction = mirrored(graph.add("Greater", {height, width}), kTurn / 4, direction);
  direction = mirrored(graph.add("Less", {across, zero}), kTurn / 2, direction);
  direction = mirrored(graph.add("Less", {down, zero}), kTurn, direction);
  std::vector<float> directions(kPyramidDirections);
  std::iota(directions.begin(), directions.end(), 0.0F);
  const std::string away =
      graph.add("Abs", {graph.add("Sub", {direction, graph.constant({1, kPyramidDirections, 1, 1},
                                                                    std::move(directions))})});
  const std::string around =
      graph.add("Min", {away, graph.add("Sub", {graph.number(kTurn), away})});
  return graph.add("Relu", {graph.add("Sub", {graph.number(1), around})});
}

// (orientations, 24): 1 where a direction is of an orientation.
std::vector<float> orientation_membership(const PyramidLevel& level) {
  std::vector<float> matrix(level.orientations * kPyramidDirections);
  for (std::size_t i = 0; i < kPyramidDirections; ++i) {
    matrix[orientation_of(level, i) * kPyramidDirections + i] = 1.0F;
  }
  return matrix;
}

// (N, 1, H * W): each pixel's colour as its place in colour_places().
std::string colours_of(OnnxGraphBuilder& graph, const OnnxPictures& pictures) {
  const auto levels = static_cast<float>(kColourLevels);
  const std::string coarse =
      graph.add("Floor", {graph.add("Mul", {pictures.levels, graph.number(levels / 256.0F)})});
  const std::string places = mix_channels(graph, coarse, 1, {levels * levels, levels, 1.0F});
  const std::string flat = graph.reshape(places, {1, pictures.shape.h * pictures.shape.w});
  return graph.add("Cast", {flat}, {{"to", kOnnxI64}});
}

// What each of so many bins has of a value (N, 1, P), in bins: (N, bins, P).
std::string shares_of(OnnxGraphBuilder& graph, const std::string& value, std::size_t bins) {
  std::vector<float> middles(bins);
  std::iota(middles.begin(), middles.end(), 0.0F);
  const std::string middle = graph.constant({1, bins, 1}, std::move(middles));
  const std::string away = graph.add("Abs", {graph.add("Sub", {value, middle})});
  return graph.add("Relu", {graph.add("Sub", {graph.number(1.0F), away})});
}

// (N, D) of sums: their square roots, divided by the length of those.
std::string as_hellinger(OnnxGraphBuilder& graph, const std::string& sums) {
  return add_unit_length(graph, graph.add("Sqrt", {sums}));
}

// (N, C, rows, columns) as (N, rows, columns, C).
std::string cell_by_cell(OnnxGraphBuilder& graph, const std::string& cells) {
  return graph.add("Transpose", {cells}, {{"perm", Dimensions{0, 2, 3, 1}}});
}

}  // namespace

std::string add_luma(OnnxGraphBuilder& graph, const OnnxPictures& pictures) {
  return graph.add("Div", {luma_in_thousandths(graph, pictures.levels), graph.number(255'000.0F)});
}

std::string add_gradient_histogram(OnnxGraphBuilder& graph, const OnnxPictures& pictures) {
  const std::string gradients = gradients_of(graph, luma_in_thousandths(graph, pictures.levels));
  const std::string by_orientation =
      graph.add("Mul", {orientations_of(graph, gradients), lengths_of(graph, gradients)});
  const std::string cells =
      sum_cells(graph, by_orientation, {.rows = pictures.shape.h, .columns = pictures.shape.w},
                grid_of(kGradientCells));
  return as_hellinger(graph, graph.reshape(cell_by_cell(graph, cells), {kGradientNumbers}));
}

std::string add_gradient_pyramid(OnnxGraphBuilder& graph, const OnnxPictures& pictures) {
  const std::string gradients = gradients_of(graph, luma_in_thousandths(graph, pictures.levels));
  std::string cells =
      graph.add("Mul", {shares_of_directions(graph, gradients), lengths_of(graph, gradients)});
  Grid grid{.rows = pictures.shape.h, .columns = pictures.shape.w};
  std::vector<std::string> levels;
  for (const PyramidLevel& level : kPyramidLevels) {
    cells = sum_cells(graph, cells, grid, grid_of(level.cells));
    grid = grid_of(level.cells);
    const std::string oriented =
        mix_channels(graph, cells, level.orientations, orientation_membership(level));
    levels.push_back(
        as_hellinger(graph, graph.reshape(cell_by_cell(graph, oriented), {numbers_of(level)})));
  }
  return graph.add("Concat", std::move(levels), {{"axis", std::int64_t{1}}});
}

std::string add_lab_histogram(OnnxGraphBuilder& graph, const OnnxPictures& pictures, LabBins bins) {
  const std::size_t pixels = pictures.shape.h * pictures.shape.w;
  const std::string colours = colours_of(graph, pictures);
  const auto places = colour_places(bins);
  const auto of_colours = [&](float ColourPlace::* member) {
    std::vector<float> column(places.size());
    std::ranges::transform(places, column.begin(), member);
    return graph.add("Gather", {graph.constant({places.size()}, std::move(column)), colours});
  };
  const Size size{.width = static_cast<int>(pictures.shape.w),
                  .height = static_cast<int>(pictures.shape.h)};
  const std::string weights = graph.add(
      "Mul",
      {of_colours(&ColourPlace::weight), graph.constant({1, 1, pixels}, middle_weights(size))});
  const std::string lightness = graph.add(
      "Mul", {shares_of(graph, of_colours(&ColourPlace::lightness), kLightnessBins), weights});
  const std::string a = shares_of(graph, of_colours(&ColourPlace::a), kChromaBins);
  const std::string b = shares_of(graph, of_colours(&ColourPlace::b), kChromaBins);
  // (N, L, 1, P) times (N, 1, A, P), and that, (N, L * A, P), times (N, P, B).
  const std::string pairs = graph.add("Mul", {graph.reshape(lightness, {kLightnessBins, 1, pixels}),
                                              graph.reshape(a, {1, kChromaBins, pixels})});
  const std::string histogram =
      graph.add("MatMul", {graph.reshape(pairs, {kLightnessBins * kChromaBins, pixels}),
                           graph.add("Transpose", {b}, {{"perm", Dimensions{0, 2, 1}}})});
  return as_hellinger(graph, graph.reshape(histogram, {kLabNumbers}));
}

std::string add_unit_length(OnnxGraphBuilder& graph, const std::string& vectors) {
  const std::string length = graph.add("ReduceL2", {vectors}, {{"axes", Dimensions{1}}});
  return graph.add("Div", {vectors, graph.add("Max", {length, graph.number(kShortestVector)})});
}

}  // namespace likeness
