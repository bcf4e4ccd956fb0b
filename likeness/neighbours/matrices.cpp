#include "likeness/neighbours/matrices.hpp"

#include <algorithm>

#include "likeness/base/parallel.hpp"

namespace likeness {
namespace {

constexpr Eigen::Index kSummedRows = 1024;  // summed up in float before they are added in double
constexpr Eigen::Index kColumns = 64;       // of one task

}  // namespace

FloatView view_of(const Rows& rows) {
  return {rows.values().data(), static_cast<Eigen::Index>(rows.count()),
          static_cast<Eigen::Index>(rows.dimensions())};
}

Eigen::VectorXd mean_of(const FloatView& rows) {
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(rows.cols());
  for (Eigen::Index i = 0; i < rows.rows(); ++i) mean += rows.row(i).transpose().cast<double>();
  return mean / static_cast<double>(rows.rows());
}

// Columns are independent tasks.
Eigen::MatrixXd sums_of_products(const Eigen::Ref<const FloatMatrix>& rows,
                                 const Eigen::RowVectorXf& from, std::size_t threads) {
  const Eigen::Index size = rows.cols();
  Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(size, size);
  const Eigen::Index tasks = (size + kColumns - 1) / kColumns;
  parallel_for(static_cast<std::size_t>(tasks), threads, [&](std::size_t task) {
    const Eigen::Index first = static_cast<Eigen::Index>(task) * kColumns;
    const Eigen::Index width = std::min(kColumns, size - first);
    for (Eigen::Index row = 0; row < rows.rows(); row += kSummedRows) {
      // A copy of all differences would take as much memory as the rows.
      const FloatMatrix part =
          rows.block(row, first, std::min(kSummedRows, rows.rows() - row), size - first).rowwise() -
          from.tail(size - first);
      const Eigen::MatrixXf product = part.transpose() * part.leftCols(width);
      sums.block(first, first, size - first, width) += product.cast<double>();
    }
  });
  // Within a task's columns the product reaches above the diagonal, too.
  sums.triangularView<Eigen::StrictlyUpper>().setZero();
  return sums;
}

Eigen::VectorXd with_fixed_sign(const Eigen::VectorXd& direction) {
  Eigen::Index largest = 0;
  direction.cwiseAbs().maxCoeff(&largest);
  return direction[largest] < 0.0 ? -direction : direction;
}

}  // namespace likeness
