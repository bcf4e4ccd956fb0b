#include "likeness/neighbours/layout.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "likeness/base/random.hpp"
#include "likeness/neighbours/pca.hpp"
#include "likeness/neighbours/search.hpp"

namespace likeness {
namespace {

// The curve 1 / (1 + a d^2b) that fits UMAP's default: a least distance of 0.1 (its section 3.2).
constexpr float kA = 1.577F;
constexpr float kB = 0.895F;
constexpr float kFurthestStep = 4.0F;
constexpr std::size_t kPushes = 5;     // other items pushed away for each that is pulled near
constexpr double kStartExtent = 10.0;  // half of the plane's width at the start

struct Edge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  double weight = 0.0;
};

// Section 3.1: the nearest neighbour has weight 1, and the sum of all is log2 of their number.
std::vector<double> weights_of(std::span<const Neighbour> neighbours) {
  double nearest = 0.0;
  for (const Neighbour& each : neighbours) {
    if (each.distance > 0.0F) {
      nearest = each.distance;
      break;
    }
  }
  std::vector<double> weights(neighbours.size(), 1.0);
  const double wanted = std::log2(static_cast<double>(neighbours.size()) + 1.0);
  double low = 0.0;
  double high = std::numeric_limits<double>::infinity();
  double scale = 1.0;
  for (int step = 0; step < 64; ++step) {
    double sum = 0.0;
    for (std::size_t i = 0; i < neighbours.size(); ++i) {
      weights[i] = std::exp(-std::max(0.0, neighbours[i].distance - nearest) / scale);
      sum += weights[i];
    }
    (sum > wanted ? high : low) = scale;
    scale = std::isinf(high) ? 2.0 * scale : (low + high) / 2.0;
    if (scale < 1e-12 || scale > 1e15) break;  // all are equally near
  }
  return weights;
}

// Both directions of each pair, by item.
std::vector<Edge> edges_of(const Rows& rows, const LayoutOptions& options) {
  const std::size_t count = std::min(options.neighbours, rows.count() - 1);
  const Search search(rows, {.threads = options.threads});
  const auto found = search.nearest(rows, {.count = count + 1, .threads = options.threads});
  std::vector<Edge> directed;
  for (std::size_t i = 0; i < found.size(); ++i) {
    std::vector<Neighbour> others;
    for (const Neighbour& each : found[i]) {
      if (each.item != i && others.size() < count) others.push_back(each);
    }
    const auto weights = weights_of(others);
    for (std::size_t k = 0; k < others.size(); ++k) {
      const auto from = static_cast<std::uint32_t>(i);
      const auto to = static_cast<std::uint32_t>(others[k].item);
      directed.push_back({.from = from, .to = to, .weight = weights[k]});
      directed.push_back({.from = to, .to = from, .weight = weights[k]});
    }
  }
  std::ranges::stable_sort(directed, {},
                           [](const Edge& edge) { return std::pair(edge.from, edge.to); });
  std::vector<Edge> edges;
  for (const Edge& edge : directed) {
    const bool again =
        !edges.empty() && edges.back().from == edge.from && edges.back().to == edge.to;
    if (again) {
      double& weight = edges.back().weight;
      weight += edge.weight - weight * edge.weight;
    } else {
      edges.push_back(edge);
    }
  }
  return edges;
}

// A little noise, so that equal items can be pushed apart.
std::vector<float> start(const Rows& rows, const LayoutOptions& options, Random& random) {
  const std::size_t components = std::min<std::size_t>(2, rows.dimensions());
  const auto projected = fit_pca(rows, components, options.threads).project(rows, options.threads);
  float extent = 0.0F;
  for (const float value : projected) extent = std::max(extent, std::abs(value));
  const double scale = extent > 0.0F ? kStartExtent / extent : 0.0;
  std::vector<float> plane(2 * rows.count());
  for (std::size_t i = 0; i < rows.count(); ++i) {
    for (std::size_t axis = 0; axis < 2; ++axis) {
      const double at = axis < components ? scale * projected[i * components + axis] : 0.0;
      plane[2 * i + axis] = static_cast<float>(at + 1e-3 * random.normal());
    }
  }
  return plane;
}

class Descent {
 public:
  Descent(std::vector<float> plane, const LayoutOptions& options, Random& random)
      : plane_(std::move(plane)), epochs_(options.epochs), random_(random) {}

  // Each edge takes its turn as often as its weight says, the heaviest ones in every epoch.
  std::vector<float> run(const std::vector<Edge>& edges) {
    double heaviest = 0.0;
    for (const Edge& edge : edges) heaviest = std::max(heaviest, edge.weight);
    std::vector<double> due(edges.size(), 0.0);
    for (std::size_t epoch = 0; epoch < epochs_; ++epoch) {
      rate_ = 1.0F - static_cast<float>(epoch) / static_cast<float>(epochs_);
      for (std::size_t i = 0; i < edges.size(); ++i) {
        due[i] += edges[i].weight / heaviest;
        if (due[i] < 1.0) continue;
        due[i] -= 1.0;
        pull(edges[i].from, edges[i].to);
        for (std::size_t k = 0; k < kPushes; ++k) push(edges[i].from);
      }
    }
    return std::move(plane_);
  }

 private:
  using Step = std::array<float, 2>;

  [[nodiscard]] Step difference(std::size_t a, std::size_t b) const {
    return {plane_[2 * a] - plane_[2 * b], plane_[2 * a + 1] - plane_[2 * b + 1]};
  }
  void move(std::size_t item, const Step& direction, float factor) {
    for (std::size_t axis = 0; axis < 2; ++axis) {
      plane_[2 * item + axis] +=
          rate_ * std::clamp(factor * direction[axis], -kFurthestStep, kFurthestStep);
    }
  }
  void pull(std::size_t a, std::size_t b) {
    const Step apart = difference(a, b);
    const float square = apart[0] * apart[0] + apart[1] * apart[1];
    if (square == 0.0F) return;
    const float power = std::pow(square, kB);
    const float factor = -2.0F * kA * kB * power / (square * (1.0F + kA * power));
    move(a, apart, factor);
    move(b, apart, -factor);
  }
  void push(std::size_t a) {
    const std::size_t b = random_.below(plane_.size() / 2);
    const Step apart = difference(a, b);
    const float square = apart[0] * apart[0] + apart[1] * apart[1];
    if (square == 0.0F) return;  // itself, or at the same place
    const float factor = 2.0F * kB / ((0.001F + square) * (1.0F + kA * std::pow(square, kB)));
    move(a, apart, factor);
  }

  std::vector<float> plane_;
  std::size_t epochs_;
  Random& random_;
  float rate_ = 1.0F;
};

}  // namespace

std::vector<float> plane_layout(const Rows& rows, const LayoutOptions& options) {
  check_rows(rows, "layout");
  if (rows.count() == 0) return {};
  if (rows.count() == 1) return {0.0F, 0.0F};
  Random random(options.seed);
  auto plane = start(rows, options, random);
  return Descent(std::move(plane), options, random).run(edges_of(rows, options));
}

}  // namespace likeness
