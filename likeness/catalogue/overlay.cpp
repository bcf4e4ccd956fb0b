#include "likeness/catalogue/overlay.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

namespace likeness {
namespace {

constexpr double kDamping = 1e-3;   // of the matrix's mean diagonal: a side without edges stays
constexpr double kHopeless = 1.5;   // times the limit, foretold after a step: fits no more
constexpr double kSettled = 0.002;  // a step that moves nothing by more of a side is the last

using Four = std::array<double, 4>;
using Matrix = std::array<double, 16>;

double position_of(int cell, int cells) { return (cell + 0.5) / cells - 0.5; }

Sampling::Side side_of(int cells, double scale, double shift) {
  Sampling::Side side;
  for (int cell = 0; cell < cells; ++cell) {
    const double at = (scale * position_of(cell, cells) + shift + 0.5) * cells - 0.5;
    const bool inside = at > -0.5 && at < cells - 0.5;
    // Half a cell at the border is as its middle.
    const double held = std::clamp(at, 0.0, cells - 1.0);
    const int first = std::min(static_cast<int>(held), std::max(0, cells - 2));
    side.cells.push_back(inside ? first : -1);
    side.further.push_back(static_cast<float>(held - first));
  }
  return side;
}

// By Gauss and Jordan; the matrix is positive definite, so that no rows need to be exchanged.
Matrix inverse_of(Matrix matrix) {
  Matrix inverse{};
  for (std::size_t i = 0; i < 4; ++i) inverse[i * 5] = 1.0;
  for (std::size_t column = 0; column < 4; ++column) {
    const double pivot = matrix[column * 5];
    for (std::size_t i = 0; i < 4; ++i) {
      matrix[column * 4 + i] /= pivot;
      inverse[column * 4 + i] /= pivot;
    }
    for (std::size_t row = 0; row < 4; ++row) {
      if (row == column) continue;
      const double factor = matrix[row * 4 + column];
      for (std::size_t i = 0; i < 4; ++i) {
        matrix[row * 4 + i] -= factor * matrix[column * 4 + i];
        inverse[row * 4 + i] -= factor * inverse[column * 4 + i];
      }
    }
  }
  return inverse;
}

Four times(const Matrix& matrix, const Four& vector) {
  Four product{};
  for (std::size_t row = 0; row < 4; ++row) {
    for (std::size_t i = 0; i < 4; ++i) product[row] += matrix[row * 4 + i] * vector[i];
  }
  return product;
}

double dot(const Four& a, const Four& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
}

// A step may lead too far where a side has few edges: it goes on from the border.
void hold(double& scale, double& shift) {
  scale = std::clamp(scale, 1.0 - kMostCrop, 1.0 / (1.0 - kMostCrop));
  shift = std::clamp(shift, -kMostCrop / 2.0, kMostCrop / 2.0);
}

}  // namespace

Sampling::Sampling(Size size, const Overlay& overlay)
    : across_(side_of(size.width, overlay.scale_x, overlay.shift_x)),
      down_(side_of(size.height, overlay.scale_y, overlay.shift_y)) {}

Fitting::Fitting(Grid grid) : grid_(std::move(grid)) {
  assert(std::ssize(grid_.values) == std::ptrdiff_t{grid_.size.width} * grid_.size.height);
  take_slopes();
  Matrix products{};
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 4; ++j) {
      products[i * 4 + j] =
          std::inner_product(slopes_[i].begin(), slopes_[i].end(), slopes_[j].begin(), 0.0);
    }
  }
  const double mean = (products[0] + products[5] + products[10] + products[15]) / 4.0;
  for (std::size_t i = 0; i < 4; ++i) products[i * 5] += kDamping * mean + 1e-9;
  inverse_ = inverse_of(products);
}

void Fitting::take_slopes() {
  const int width = grid_.size.width;
  const int height = grid_.size.height;
  const auto at = [&](int x, int y) {
    return grid_.values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                        static_cast<std::size_t>(x)];
  };
  for (auto& slope : slopes_) slope.reserve(grid_.values.size());
  for (int y = 0; y < height; ++y) {
    const int above = std::max(y - 1, 0);
    const int below = std::min(y + 1, height - 1);
    for (int x = 0; x < width; ++x) {
      const int left = std::max(x - 1, 0);
      const int right = std::min(x + 1, width - 1);
      const auto across = (at(right, y) - at(left, y)) * static_cast<float>(width) /
                          static_cast<float>(std::max(1, right - left));
      const auto down = (at(x, below) - at(x, above)) * static_cast<float>(height) /
                        static_cast<float>(std::max(1, below - above));
      slopes_[0].push_back(across * static_cast<float>(position_of(x, width)));
      slopes_[1].push_back(across);
      slopes_[2].push_back(down * static_cast<float>(position_of(y, height)));
      slopes_[3].push_back(down);
    }
  }
}

Fitting::Residual Fitting::residual_of(const Grid& other, const Overlay& overlay) const {
  const Sampling sampling(grid_.size, overlay);
  const auto& [columns, right] = sampling.across();
  const auto& [rows, beneath] = sampling.down();
  const auto width = static_cast<std::size_t>(grid_.size.width);
  const std::size_t next = width > 1 ? 1 : 0;
  const std::size_t below = grid_.size.height > 1 ? width : 0;
  Residual residual;
  for (std::size_t y = 0; y < rows.size(); ++y) {
    if (rows[y] < 0) continue;
    const float* row = other.values.data() + static_cast<std::size_t>(rows[y]) * width;
    std::array<float, 4> slope{};
    float squares = 0.0F;
    for (std::size_t x = 0; x < width; ++x) {
      if (columns[x] < 0) continue;
      const float* from = row + columns[x];
      const float upper = from[0] + right[x] * (from[next] - from[0]);
      const float lower = from[below] + right[x] * (from[below + next] - from[below]);
      const std::size_t cell = y * width + x;
      const float rest = grid_.values[cell] - (upper + beneath[y] * (lower - upper));
      for (std::size_t i = 0; i < 4; ++i) slope[i] += slopes_[i][cell] * rest;
      squares += rest * rest;
      residual.cells += 1.0;
    }
    for (std::size_t i = 0; i < 4; ++i) residual.slope[i] += double{slope[i]};
    residual.squares += double{squares};
  }
  return residual;
}

std::optional<Fitted> Fitting::fit(const Grid& other, const Overlay& start,
                                   const Options& options) const {
  assert(other.size == grid_.size);
  Overlay overlay = start;
  for (int step = 0; step < options.steps; ++step) {
    const Residual residual = residual_of(other, overlay);
    if (residual.cells == 0.0) return std::nullopt;
    const Four move = times(inverse_, residual.slope);
    const double foretold = std::max(0.0, residual.squares - dot(move, residual.slope));
    if (std::sqrt(foretold / residual.cells) > kHopeless * options.most_error) return std::nullopt;
    overlay.scale_x += move[0];
    overlay.shift_x += move[1];
    overlay.scale_y += move[2];
    overlay.shift_y += move[3];
    hold(overlay.scale_x, overlay.shift_x);
    hold(overlay.scale_y, overlay.shift_y);
    const auto largest =
        std::max({std::abs(move[0]), std::abs(move[1]), std::abs(move[2]), std::abs(move[3])});
    if (largest < kSettled) break;
  }
  const Residual residual = residual_of(other, overlay);
  if (residual.cells == 0.0) return std::nullopt;
  const double error = std::sqrt(residual.squares / residual.cells);
  if (error > options.most_error) return std::nullopt;
  return Fitted{.overlay = overlay, .error = error};
}

}  // namespace likeness
