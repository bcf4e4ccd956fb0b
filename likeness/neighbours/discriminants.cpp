#include "likeness/neighbours/discriminants.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cassert>

#include "likeness/base/random.hpp"
#include "likeness/neighbours/matrices.hpp"

namespace likeness {
namespace {

using Eigen::MatrixXd;
using Eigen::MatrixXf;

constexpr double kRidge = 0.4;          // r, in mean variances of the items (docs/quality.md)
constexpr Eigen::Index kMore = 8;       // directions that go along, so that the last is found soon
constexpr int kRounds = 8;              // of the iteration
constexpr double kLeastTelling = 1e-9;  // of what the first direction tells

MatrixXd random_columns(Eigen::Index rows, Eigen::Index columns) {
  Random random(1);
  return MatrixXd::NullaryExpr(rows, columns, [&] { return random.uniform(-1.0, 1.0); });
}

// The columns v of the largest v'Cv / v'Rv, the best first, with v'Rv = 1. Of both matrices the
// lower triangles are read; the second one's is changed.
MatrixXd most_telling(const MatrixXd& covariance, MatrixXd& within, Eigen::Index count) {
  const auto c = covariance.selfadjointView<Eigen::Lower>();
  const Eigen::LLT<Eigen::Ref<MatrixXd>> root(within);
  const Eigen::Index width = std::min(count + kMore, covariance.rows());
  MatrixXd space = orthonormal(random_columns(covariance.rows(), width), width);
  for (int round = 0; round < kRounds; ++round) {
    const MatrixXd spread = c * root.matrixU().solve(space);
    space = orthonormal<MatrixXd>(root.matrixL().solve(spread), width);
  }
  const MatrixXd columns = root.matrixU().solve(space);
  // Ascending, so that the best are the last.
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(columns.transpose() * (c * columns));
  const auto& telling = solver.eigenvalues();
  MatrixXd best = MatrixXd::Zero(covariance.rows(), count);
  for (Eigen::Index k = 0; k < std::min(count, telling.size()); ++k) {
    const Eigen::Index from = telling.size() - 1 - k;
    if (telling[from] <= kLeastTelling * telling[telling.size() - 1]) break;
    best.col(k) = columns * solver.eigenvectors().col(from);
  }
  return best;
}

// Few vectors span a space of fewer dimensions than they have numbers, and in it lies all that
// tells them apart: its orthonormal basis, as columns.
MatrixXf basis_of(const FloatMatrix& items, const FloatView& differences) {
  MatrixXf vectors(items.cols(), items.rows() + differences.rows());
  vectors << items.transpose(), differences.transpose();
  return orthonormal(vectors, vectors.cols());
}

}  // namespace

LinearMap fit_discriminants(const Rows& items, const Rows& differences, std::size_t count,
                            std::size_t threads) {
  assert(items.dimensions() == differences.dimensions());
  assert(items.count() > 0 && differences.count() > 0);
  check_rows(items, "items");
  check_rows(differences, "differences of views");
  const FloatView all = view_of(items);
  const Eigen::VectorXd mean = mean_of(all);
  const Eigen::RowVectorXf middle = mean.transpose().cast<float>();
  const auto item_count = static_cast<double>(items.count());
  const auto view_count = static_cast<double>(differences.count());
  const double variance = (all.rowwise() - middle).cast<double>().squaredNorm() / item_count;
  const auto columns = static_cast<Eigen::Index>(count);
  MatrixXd directions = MatrixXd::Zero(all.cols(), columns);
  if (variance > 0.0) {
    const double ridge = kRidge * variance / static_cast<double>(items.dimensions());
    const auto directions_of = [&](const Eigen::Ref<const FloatMatrix>& of_items,
                                   const Eigen::RowVectorXf& from,
                                   const Eigen::Ref<const FloatMatrix>& of_views) {
      const Eigen::RowVectorXf nothing = Eigen::RowVectorXf::Zero(of_views.cols());
      MatrixXd within = sums_of_products(of_views, nothing, threads);
      within /= 2.0 * view_count;
      within.diagonal().array() += ridge;
      MatrixXd covariance = sums_of_products(of_items, from, threads);
      covariance /= item_count;
      return most_telling(covariance, within, columns);
    };
    if (items.count() + differences.count() < items.dimensions()) {
      const FloatMatrix few = all.rowwise() - middle;
      const MatrixXf basis = basis_of(few, view_of(differences));
      directions =
          basis.cast<double>() * directions_of(few * basis, Eigen::RowVectorXf::Zero(basis.cols()),
                                               view_of(differences) * basis);
    } else {
      directions = directions_of(all, middle, view_of(differences));
    }
  }
  LinearMap map;
  map.dimensions = items.dimensions();
  for (const double value : mean) map.mean.push_back(static_cast<float>(value));
  for (Eigen::Index k = 0; k < columns; ++k) {
    for (const double value : with_fixed_sign(directions.col(k))) {
      map.directions.push_back(static_cast<float>(value));
    }
  }
  return map;
}

}  // namespace likeness
