#include "likeness/neighbours/pca.hpp"

#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cassert>
#include <string>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

using Index = Eigen::Index;
using FloatMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using FloatView = Eigen::Map<const FloatMatrix>;

constexpr Index kRows = 1024;   // summed up in float before they are added in double
constexpr Index kColumns = 64;  // of the covariance matrix, of one task

FloatView view_of(const Rows& rows) {
  return {rows.values().data(), static_cast<Index>(rows.count()),
          static_cast<Index>(rows.dimensions())};
}

void check(const Rows& rows, std::size_t components) {
  check_rows(rows, "items");
  const auto refuse = [](const std::string& why) {
    throw Error(Error::Kind::kInput, "principal components: " + why);
  };
  if (rows.count() == 0) refuse("there are no items; pack some first");
  if (rows.dimensions() > kMostPcaDimensions) {
    refuse(std::to_string(rows.dimensions()) + " numbers an item; at most 4096 are possible");
  }
  if (components == 0 || components > rows.dimensions()) {
    refuse(std::to_string(components) + " asked of items of " + std::to_string(rows.dimensions()) +
           " numbers; ask for at least 1 and no more than that");
  }
}

Eigen::VectorXd mean_of(const FloatView& rows) {
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(rows.cols());
  for (Index i = 0; i < rows.rows(); ++i) mean += rows.row(i).transpose().cast<double>();
  return mean / static_cast<double>(rows.rows());
}

// The lower triangle, which is all that the solver reads; columns are independent tasks.
Eigen::MatrixXd covariance_of(const FloatMatrix& centred, std::size_t threads) {
  const Index size = centred.cols();
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(size, size);
  const Index tasks = (size + kColumns - 1) / kColumns;
  parallel_for(static_cast<std::size_t>(tasks), threads, [&](std::size_t task) {
    const Index first = static_cast<Index>(task) * kColumns;
    const Index width = std::min(kColumns, size - first);
    for (Index row = 0; row < centred.rows(); row += kRows) {
      const auto part = centred.middleRows(row, std::min(kRows, centred.rows() - row));
      const Eigen::MatrixXf product =
          part.rightCols(size - first).transpose() * part.middleCols(first, width);
      covariance.block(first, first, size - first, width) += product.cast<double>();
    }
  });
  return covariance / static_cast<double>(std::max<Index>(1, centred.rows() - 1));
}

}  // namespace

Pca fit_pca(const Rows& rows, std::size_t components, std::size_t threads) {
  check(rows, components);
  const Eigen::VectorXd mean = mean_of(view_of(rows));
  const FloatMatrix centred = view_of(rows).rowwise() - mean.transpose().cast<float>();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance_of(centred, threads));
  Pca pca;
  pca.dimensions = rows.dimensions();
  pca.variance = std::max(0.0, solver.eigenvalues().sum());
  for (const double value : mean) pca.mean.push_back(static_cast<float>(value));
  for (std::size_t k = 0; k < components; ++k) {
    // The solver sorts ascending.
    const auto column = static_cast<Index>(rows.dimensions() - 1 - k);
    const Eigen::VectorXd component = solver.eigenvectors().col(column);
    Index largest = 0;
    component.cwiseAbs().maxCoeff(&largest);
    const double sign = component[largest] < 0.0 ? -1.0 : 1.0;
    for (const double value : component) pca.components.push_back(static_cast<float>(sign * value));
    pca.variances.push_back(static_cast<float>(std::max(0.0, solver.eigenvalues()[column])));
  }
  return pca;
}

std::vector<float> Pca::project(const Rows& rows, std::size_t threads) const {
  assert(rows.dimensions() == dimensions);
  const FloatView from = view_of(rows);
  const FloatView directions(components.data(), static_cast<Index>(variances.size()),
                             static_cast<Index>(dimensions));
  const Eigen::Map<const Eigen::RowVectorXf> middle(mean.data(), static_cast<Index>(dimensions));
  std::vector<float> projected(rows.count() * variances.size());
  Eigen::Map<FloatMatrix> to(projected.data(), from.rows(), directions.rows());
  const Index tasks = (from.rows() + kRows - 1) / kRows;
  parallel_for(static_cast<std::size_t>(tasks), threads, [&](std::size_t task) {
    const Index first = static_cast<Index>(task) * kRows;
    const Index count = std::min(kRows, from.rows() - first);
    const FloatMatrix centred = from.middleRows(first, count).rowwise() - middle;
    to.middleRows(first, count).noalias() = centred * directions.transpose();
  });
  return projected;
}

}  // namespace likeness
