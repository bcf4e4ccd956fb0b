#include "likeness/neighbours/linear_map.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cassert>

#include "likeness/neighbours/matrices.hpp"

namespace likeness {
namespace {

constexpr Eigen::Index kRows = 1024;  // of one task

}  // namespace

std::vector<float> LinearMap::project(const Rows& rows, std::size_t threads) const {
  assert(rows.dimensions() == dimensions);
  const FloatView from = view_of(rows);
  const FloatView along = view_of(Rows(directions, dimensions));
  const Eigen::Map<const Eigen::RowVectorXf> middle(mean.data(), from.cols());
  std::vector<float> projected(rows.count() * count());
  Eigen::Map<FloatMatrix> to(projected.data(), from.rows(), along.rows());
  const Eigen::Index tasks = (from.rows() + kRows - 1) / kRows;
  parallel_for(static_cast<std::size_t>(tasks), threads, [&](std::size_t task) {
    const Eigen::Index first = static_cast<Eigen::Index>(task) * kRows;
    const Eigen::Index part = std::min(kRows, from.rows() - first);
    const FloatMatrix centred = from.middleRows(first, part).rowwise() - middle;
    to.middleRows(first, part).noalias() = centred * along.transpose();
  });
  return projected;
}

std::vector<float> fit_way_back(const LinearMap& map, const Rows& rows, std::size_t threads) {
  const auto projected = map.project(rows, threads);
  const Eigen::MatrixXd projections = view_of(Rows(projected, map.count())).cast<double>();
  const Eigen::Map<const Eigen::RowVectorXf> middle(map.mean.data(), view_of(rows).cols());
  const Eigen::MatrixXd centred = (view_of(rows).rowwise() - middle).cast<double>();
  // Directions along which no row differs tell nothing: hence no plain inverse.
  const FloatMatrix back = (projections.transpose() * projections)
                               .completeOrthogonalDecomposition()
                               .solve(projections.transpose() * centred)
                               .cast<float>();
  return {back.data(), back.data() + back.size()};
}

}  // namespace likeness
