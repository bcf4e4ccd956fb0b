#include "likeness/postgres/shop_facts.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <iterator>

#include "likeness/base/error.hpp"
#include "likeness/neighbours/relevance.hpp"

namespace likeness {
namespace {

float distance_by(const Part& part, std::span<const float> one, std::span<const float> other) {
  double squares = 0.0;
  for (std::size_t d = part.begin; d < part.begin + part.size; ++d) {
    const double difference = double{one[d]} - double{other[d]};
    squares += difference * difference;
  }
  return static_cast<float>(std::sqrt(squares));
}

std::vector<float> distances_by_part(const Gallery& gallery, std::span<const Part> parts) {
  if (parts.empty()) return {};
  const auto numbers = gallery.items().items();
  const auto pairs = sample_pairs(numbers.size());
  std::vector<float> distances;
  distances.reserve(pairs.size() * parts.size());
  for (const auto& [item, other] : pairs) {
    const auto one = gallery.vector(numbers[item]);
    const auto another = gallery.vector(numbers[other]);
    for (const Part& part : parts) distances.push_back(distance_by(part, one, another));
  }
  return distances;
}

}  // namespace

ShopFacts facts_of(const Store& store, const Gallery& gallery, std::span<const Part> parts) {
  ShopFacts facts{.centroids = {},
                  .clusters = {},
                  .distances = gallery.relevance().distances,
                  .by_part = distances_by_part(gallery, parts)};
  const auto with_items = store.clusters_with_items(gallery.model().id);
  for (std::size_t i = 0; i < with_items.size(); ++i) {
    if (with_items[i]) facts.clusters.push_back(static_cast<std::int32_t>(i));
  }
  if (!facts.clusters.empty()) facts.centroids = store.centroids(gallery.model().id);
  return facts;
}

std::string bytea_of(std::span<const float> values) {
  std::string text = "\\x";
  for (const std::byte byte : std::as_bytes(values)) {
    fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<unsigned>(byte));
  }
  return text;
}

std::vector<float> floats_of(const std::string& bytes) {
  if (bytes.size() % sizeof(float) != 0) {
    throw Error(Error::Kind::kCorrupt, "PostgreSQL: answers with something else than numbers");
  }
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

}  // namespace likeness
