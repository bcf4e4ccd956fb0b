// Rows as Eigen sees them, for the .cpp files of this module that solve for directions.
#pragma once

#include <Eigen/Core>
#include <Eigen/QR>
#include <cstddef>

#include "likeness/neighbours/rows.hpp"

namespace likeness {

using FloatMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using FloatView = Eigen::Map<const FloatMatrix>;

[[nodiscard]] FloatView view_of(const Rows& rows);

[[nodiscard]] Eigen::VectorXd mean_of(const FloatView& rows);

// D x D of (N, D): the sums of products of how the rows differ from `from`, summed in double. The
// lower triangle, which is all that solvers read; the rest is 0. The same for any number of
// threads.
[[nodiscard]] Eigen::MatrixXd sums_of_products(const Eigen::Ref<const FloatMatrix>& rows,
                                               const Eigen::RowVectorXf& from, std::size_t threads);

// Orthonormal columns, `count` of them, which span all that `columns` do: as many at least as those
// and at most as they have numbers.
template <typename Matrix>
[[nodiscard]] Matrix orthonormal(const Matrix& columns, Eigen::Index count) {
  const Eigen::HouseholderQR<Matrix> qr(columns);
  return qr.householderQ() * Matrix::Identity(columns.rows(), count);
}

// `direction` or its negative, so that its largest number is positive and signs are fixed.
[[nodiscard]] Eigen::VectorXd with_fixed_sign(const Eigen::VectorXd& direction);

}  // namespace likeness
