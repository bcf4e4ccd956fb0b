// The sheets that show what was learned: reconstructions by epoch and by size of the latent,
// clusters with their most central pictures, queries that were answered wrongly.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "likeness/catalogue/image.hpp"

namespace likeness {

// Room for a picture of this size: enlarged by a whole number, so that small ones can be looked at,
// or reduced to at most 160 pixels a side.
[[nodiscard]] Size shown_size(Size picture);

struct KeyedPicture {
  std::string key;
  Image picture;  // without pixels: only its texts are shown
};

struct Reconstruction {
  KeyedPicture source;
  Image picture;
};

struct ReconstructionTitle {
  std::string model;
  std::size_t epoch = 0;  // 0: before the first
  std::optional<double> validation_mae;
  std::size_t best_epoch = 0;  // told where it is this one
};

// A row for each: source, reconstruction. The size depends only on the number and the size of the
// pictures, so that sheets of several epochs make an animation. At least one.
[[nodiscard]] Image draw_reconstructions(std::span<const Reconstruction> pictures,
                                         const ReconstructionTitle& title);

struct ComparedModel {
  std::string name;
  std::size_t latent = 0;
  std::optional<double> validation_mae;
  std::vector<Image> reconstructions;  // one for each source
};

// A row for each source, a column for it and one for each model, in the order given.
[[nodiscard]] Image draw_comparison(std::span<const KeyedPicture> sources,
                                    std::span<const ComparedModel> models);

struct ShownCluster {
  std::size_t cluster = 0;        // its number, as people read it
  std::size_t size = 0;           // items
  double share = 0.0;             // of all items, 0 to 1
  std::vector<std::string> tags;  // over-represented: "colour: red, 80 % (x 4.1)"; 5 are shown
  std::vector<KeyedPicture> central;
};

inline constexpr std::size_t kMostShownClusters = 50;

// A row for each cluster; of more than kMostShownClusters the first ones.
[[nodiscard]] Image draw_clusters(std::span<const ShownCluster> clusters);

struct GivenAnswer {
  KeyedPicture item;
  std::string value;  // of the tag that was asked for
  double distance = 0.0;
  bool right = false;
};

struct FailedQuery {
  KeyedPicture item;
  std::string value;
  std::vector<GivenAnswer> answers;  // nearest first; wrong ones are framed
};

// A row for each query: its picture and value, then its answers. `tag` names what the values are
// of.
[[nodiscard]] Image draw_failures(std::span<const FailedQuery> queries, const std::string& tag);

}  // namespace likeness
