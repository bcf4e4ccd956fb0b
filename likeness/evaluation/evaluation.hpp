// What an evaluation is asked and what it finds out, as plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/neighbours/bootstrap.hpp"
#include "likeness/neighbours/clustering_quality.hpp"
#include "likeness/neighbours/list_quality.hpp"
#include "likeness/neighbours/quality.hpp"
#include "likeness/shop/part_weights.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/shop/tag_filter.hpp"

namespace likeness {

struct EvaluateRequest {
  ShopFiles files;
  std::vector<std::string> by;  // one tag or two
  std::uint64_t queries = 2000;
  std::uint64_t seed = 1;
  std::vector<TagFilter> where;
  std::vector<std::string> models;  // the active one where none is named
  enum class What { kAll, kBaselines, kModels };
  What what = What::kAll;
  std::vector<PartWeight> weights;  // of the models' parts; none: as the models have them
  std::vector<std::uint64_t> pca;   // further numbers of components, beside the models' sizes
  std::uint64_t starts = 3;         // of k-means
};

// What answers are compared with: the values of a tag, or of two tags at once.
struct AskedLabels {
  std::string name;                    // "colour", "kind+colour"
  std::vector<std::uint32_t> of_item;  // of each evaluated item, or kNoLabel
  std::size_t items = 0;               // that have one
  std::size_t values = 0;              // different ones
  std::size_t tags = 1;                // that it is made of
};

// The items that match `where` and have at least one of the tags.
struct EvaluatedItems {
  std::vector<std::size_t> places;  // in Shop::items(), ascending
  std::vector<AskedLabels> labels;  // of each tag, and of both last where there are two
};

enum class MethodKind {
  kModel,
  kPixels,
  kPixelPca,
  kHistogram,
  kGradients,
  kGradientsAndColours,
  kReducedGradientsAndColours,
  kUntrained,
};

// A way to describe pictures by vectors.
struct Method {
  MethodKind kind = MethodKind::kModel;
  std::string name;
  std::size_t dimensions = 0;
  StoredModel model = {};  // of a model, or the one whose network is not trained
};

struct MethodReport {
  Method method;
  std::vector<Retrieval> by;                               // of each of the labels
  std::vector<std::optional<ClusteringQuality>> clusters;  // the same; nothing where left out
  ListQuality lists;
  std::optional<double> milliseconds;  // to describe a picture, by one thread; see methods.hpp
};

// Of the same queries, precision at 10 of a model less that of a baseline.
struct Comparison {
  std::string model;
  std::string baseline;
  std::string by;
  Interval difference;
  bool same_size = false;  // the baseline has no more numbers than the model
  // Only where chance alone is no explanation.
  [[nodiscard]] bool beats() const noexcept { return difference.low > 0.0; }
};

struct Evaluation {
  EvaluatedItems items;
  std::vector<MethodReport> methods;
  std::vector<Comparison> comparisons;
  std::vector<std::string> notes;  // what was left out, and why
  std::uint64_t seed = 1;
};

[[nodiscard]] Json to_json(const Evaluation& evaluation);

}  // namespace likeness
