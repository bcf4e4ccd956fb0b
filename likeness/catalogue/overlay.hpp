// Lays one picture over another: finds the stretch and the shift of each side by which they fit
// best. Gauss and Newton's steps on the squared difference, coarse to fine (Lucas and Kanade, IJCAI
// 1981, with the gradients of the picture that stays).
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "likeness/catalogue/image.hpp"

namespace likeness {

// Where the other picture shows what this one has at (x, y): at scale * (x, y) + shift. Both sides
// of both pictures run from -0.5 to 0.5, so that it holds for grids of any size.
struct Overlay {
  double scale_x = 1.0;
  double shift_x = 0.0;
  double scale_y = 1.0;
  double shift_y = 0.0;
};

// One number for each cell of a grid, row by row.
struct Grid {
  Size size;
  std::vector<float> values;
};

// So much of a side of one picture the other may lack.
inline constexpr double kMostCrop = 0.08;

// Where an overlay finds the cells of a grid in another of the same size: in the one given, and by
// a share in the next.
class Sampling {
 public:
  Sampling(Size size, const Overlay& overlay);

  struct Side {
    std::vector<int> cells;      // -1 where the other picture has ended
    std::vector<float> further;  // the next cell's share
  };
  [[nodiscard]] const Side& across() const noexcept { return across_; }
  [[nodiscard]] const Side& down() const noexcept { return down_; }

 private:
  Side across_;
  Side down_;
};

struct Fitted {
  Overlay overlay;
  double error = 0.0;  // root of the mean square of the difference that is left
};

// The picture that stays, ready for any number of others of its size.
class Fitting {
 public:
  explicit Fitting(Grid grid);

  struct Options {
    int steps = 4;            // that improve an overlay, at most
    double most_error = 0.0;  // see Fitted
  };
  // Nothing if the pictures do not fit with so small an error, as soon as that is plain.
  [[nodiscard]] std::optional<Fitted> fit(const Grid& other, const Overlay& start,
                                          const Options& options) const;

 private:
  struct Residual {
    std::array<double, 4> slope{};
    double squares = 0.0;
    double cells = 0.0;
  };
  void take_slopes();
  [[nodiscard]] Residual residual_of(const Grid& other, const Overlay& overlay) const;

  Grid grid_;
  std::array<std::vector<float>, 4> slopes_;  // of the values by each number of the overlay
  std::array<double, 16> inverse_{};          // of the matrix of their products
};

}  // namespace likeness
