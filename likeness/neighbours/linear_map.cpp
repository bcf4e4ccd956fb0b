#include "likeness/neighbours/linear_map.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cassert>

#include "likeness/neighbours/matrices.hpp"

namespace likeness {
namespace {

constexpr Eigen::Index kMappedRows = 1024;  // of one task

}  // namespace

std::vector<float> LinearMap::project(const Rows& rows, std::size_t threads) const {
  assert(rows.dimensions() == dimensions);
  const FloatView from = view_of(rows);
  const FloatView along = view_of(Rows(directions, dimensions));
  const Eigen::Map<const Eigen::RowVectorXf> middle(mean.data(), from.cols());
  std::vector<float> projected(rows.count() * count());
  Eigen::Map<FloatMatrix> to(projected.data(), from.rows(), along.rows());
  const Eigen::Index tasks = (from.rows() + kMappedRows - 1) / kMappedRows;
  parallel_for(static_cast<std::size_t>(tasks), threads, [&](std::size_t task) {
    const Eigen::Index first = static_cast<Eigen::Index>(task) * kMappedRows;
    const Eigen::Index part = std::min(kMappedRows, from.rows() - first);
    const FloatMatrix centred = from.middleRows(first, part).rowwise() - middle;
    to.middleRows(first, part).noalias() = centred * along.transpose();
  });
  return projected;
}

WayBack fit_way_back(const Rows& numbers, const Rows& rows) {
  assert(numbers.count() == rows.count());
  const Eigen::MatrixXd told = view_of(numbers).cast<double>();
  const Eigen::MatrixXd wanted = view_of(rows).cast<double>();
  const Eigen::RowVectorXd middle_told = told.colwise().mean();
  const Eigen::RowVectorXd middle_wanted = wanted.colwise().mean();
  const Eigen::MatrixXd from = told.rowwise() - middle_told;
  // Numbers that are the same of all rows tell nothing: hence no plain inverse.
  const Eigen::MatrixXd directions =
      (from.transpose() * from)
          .completeOrthogonalDecomposition()
          .solve(from.transpose() * (wanted.rowwise() - middle_wanted));
  const Eigen::RowVectorXd offset = middle_wanted - middle_told * directions;
  WayBack back{.directions = std::vector<float>(static_cast<std::size_t>(directions.size())),
               .offset = std::vector<float>(rows.dimensions())};
  Eigen::Map<FloatMatrix>(back.directions.data(), directions.rows(), directions.cols()) =
      directions.cast<float>();
  Eigen::Map<Eigen::RowVectorXf>(back.offset.data(), offset.cols()) = offset.cast<float>();
  return back;
}

}  // namespace likeness
