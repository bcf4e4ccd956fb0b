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

}  // namespace

Pca fit_pca(const Rows& rows, std::size_t components, std::size_t threads) {
  check(rows, components);
  const Eigen::VectorXd mean = mean_of(view_of(rows));
  const auto freedom = static_cast<double>(std::max<std::size_t>(1, rows.count() - 1));
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(
      sums_of_products(view_of(rows), mean.transpose().cast<float>(), threads) / freedom);
  Pca pca;
  pca.dimensions = rows.dimensions();
  pca.variance = std::max(0.0, solver.eigenvalues().sum());
  for (const double value : mean) pca.mean.push_back(static_cast<float>(value));
  for (std::size_t k = 0; k < components; ++k) {
    // The solver sorts ascending.
    const auto column = static_cast<Eigen::Index>(rows.dimensions() - 1 - k);
    for (const double value : with_fixed_sign(solver.eigenvectors().col(column))) {
      pca.directions.push_back(static_cast<float>(value));
    }
    pca.variances.push_back(static_cast<float>(std::max(0.0, solver.eigenvalues()[column])));
  }
  return pca;
}

}  // namespace likeness
