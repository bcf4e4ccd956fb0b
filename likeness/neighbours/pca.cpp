#include "likeness/neighbours/pca.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <string>

#include "likeness/base/error.hpp"
#include "likeness/neighbours/matrices.hpp"

namespace likeness {
namespace {

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

// Directions as columns, the variance along each ascending.
struct Directions {
  Eigen::MatrixXd columns;
  Eigen::VectorXd variances;
};

Directions directions_of(const Eigen::Ref<const FloatMatrix>& rows, const Eigen::RowVectorXf& mean,
                         std::size_t threads) {
  const auto freedom = static_cast<double>(std::max<Eigen::Index>(1, rows.rows() - 1));
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(
      sums_of_products(rows, mean, threads) / freedom);
  return {.columns = solver.eigenvectors(), .variances = solver.eigenvalues()};
}

// The same of fewer rows than numbers, solved in a space of `dimensions` that has all the rows.
Directions directions_within(const FloatView& rows, const Eigen::RowVectorXf& mean,
                             Eigen::Index dimensions, std::size_t threads) {
  const Eigen::MatrixXf differences = (rows.rowwise() - mean).transpose();
  const Eigen::MatrixXf basis = orthonormal(differences, dimensions);
  const FloatMatrix few = differences.transpose() * basis;
  Directions found = directions_of(few, Eigen::RowVectorXf::Zero(dimensions), threads);
  found.columns = basis.cast<double>() * found.columns;
  return found;
}

}  // namespace

Pca fit_pca(const Rows& rows, std::size_t components, std::size_t threads) {
  check(rows, components);
  const Eigen::VectorXd mean = mean_of(view_of(rows));
  const Eigen::RowVectorXf middle = mean.transpose().cast<float>();
  const std::size_t needed = std::max(rows.count(), components);
  const Directions found =
      needed < rows.dimensions()
          ? directions_within(view_of(rows), middle, static_cast<Eigen::Index>(needed), threads)
          : directions_of(view_of(rows), middle, threads);
  Pca pca;
  pca.dimensions = rows.dimensions();
  pca.variance = std::max(0.0, found.variances.sum());
  for (const double value : mean) pca.mean.push_back(static_cast<float>(value));
  for (std::size_t k = 0; k < components; ++k) {
    const auto column = found.columns.cols() - 1 - static_cast<Eigen::Index>(k);
    for (const double value : with_fixed_sign(found.columns.col(column))) {
      pca.directions.push_back(static_cast<float>(value));
    }
    pca.variances.push_back(static_cast<float>(std::max(0.0, found.variances[column])));
  }
  return pca;
}

}  // namespace likeness
