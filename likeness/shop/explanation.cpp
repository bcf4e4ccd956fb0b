#include "likeness/shop/explanation.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace likeness {
namespace {

double squared_distance(std::span<const float> one, std::span<const float> other) {
  assert(one.size() == other.size());
  double sum = 0.0;
  for (std::size_t d = 0; d < one.size(); ++d) {
    const double difference = double{one[d]} - double{other[d]};
    sum += difference * difference;
  }
  return sum;
}

}  // namespace

Explainer::Explainer(std::span<const Part> parts, std::size_t dimensions, const Taste& taste,
                     const std::vector<ItemTag>& liked_tags)
    : parts_(parts), taste_(taste), query_(query_of(taste, dimensions)) {
  for (const ItemTag& tag : liked_tags) liked_tags_.emplace(tag.name, tag.value);
}

Explanation Explainer::of(std::span<const float> vector, const std::vector<ItemTag>& tags) const {
  Explanation explanation{
      .parts = distances_by_part(vector), .nearest = nearest_liked(vector), .common_tags = {}};
  for (const ItemTag& tag : tags) {
    if (liked_tags_.contains({tag.name, tag.value})) explanation.common_tags.push_back(tag.name);
  }
  return explanation;
}

// Several runs of numbers may be of one part.
std::vector<Explanation::PartDistance> Explainer::distances_by_part(
    std::span<const float> vector) const {
  std::vector<Explanation::PartDistance> distances;
  for (const Part& run : parts_) {
    auto part = std::ranges::find(distances, run.name, &Explanation::PartDistance::part);
    if (part == distances.end()) part = distances.insert(part, {.part = run.name});
    part->distance += squared_distance(std::span(query_).subspan(run.begin, run.size),
                                       vector.subspan(run.begin, run.size));
  }
  for (auto& part : distances) part.distance = std::sqrt(part.distance);
  return distances;
}

std::size_t Explainer::nearest_liked(std::span<const float> vector) const {
  const Rows liked(taste_.liked, query_.size());
  std::size_t nearest = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < liked.count(); ++i) {
    const double distance = squared_distance(liked.row(i), vector);
    if (distance >= least) continue;
    least = distance;
    nearest = i;
  }
  return nearest;
}

}  // namespace likeness
