// Files of latents searched side by side, as if all their rows lay in one: those that have a graph
// by that, the others exactly.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "likeness/neighbours/graph_file.hpp"
#include "likeness/neighbours/index.hpp"
#include "likeness/neighbours/item_set.hpp"
#include "likeness/neighbours/latents_file.hpp"

namespace likeness {

// Nothing is read until it is searched, and then every code and each row that is looked at is
// compared with its checksum, once. For any number of threads.
class FilesSearch : public Index {
 public:
  // One file or more, of the same number of dimensions, each with its graph or none.
  // Error::kCorrupt if they differ.
  struct File {
    std::shared_ptr<const LatentsFile> latents;
    std::shared_ptr<const GraphFile> graph = {};
  };
  explicit FilesSearch(std::vector<File> files);

  // Where an item lies. A file's items begin at a multiple of kBlockItems, so that some numbers in
  // between belong to no row.
  struct Place {
    std::size_t file = 0;
    std::size_t row = 0;
  };
  [[nodiscard]] Place place_of(std::size_t item) const noexcept;
  [[nodiscard]] std::size_t item_at(const Place& place) const noexcept {
    return parts_[place.file].first + place.row;
  }
  [[nodiscard]] const LatentsFile& file(std::size_t i) const noexcept { return *parts_[i].file; }
  [[nodiscard]] std::size_t files() const noexcept { return parts_.size(); }
  // Those numbers that belong to a row.
  [[nodiscard]] ItemSet items() const;
  [[nodiscard]] std::span<const float> row(std::size_t item) const;

  [[nodiscard]] std::size_t count() const noexcept override { return count_; }
  [[nodiscard]] std::size_t dimensions() const noexcept override;
  [[nodiscard]] std::vector<Neighbour> nearest(std::span<const float> query,
                                               const NearestOptions& options) const override;
  // The same of several queries, which files without a graph answer in one pass over their codes.
  [[nodiscard]] std::vector<std::vector<Neighbour>> nearest_of_each(
      std::span<const NearestQuery> queries) const;
  // Of the codes that such a pass reads.
  [[nodiscard]] std::size_t code_bytes() const noexcept;
  [[nodiscard]] float distance_between(std::size_t item, std::size_t other) const override;

 private:
  struct Part {
    std::shared_ptr<const LatentsFile> file;
    std::shared_ptr<const GraphFile> graph;
    std::size_t first = 0;  // item
    std::unique_ptr<const Space> space;
  };

  // Of those of a file, in its rows.
  using Found = std::vector<std::vector<Neighbour>>;  // for each query
  [[nodiscard]] Found nearest_in(const Part& part, std::span<const NearestQuery> queries) const;
  [[nodiscard]] std::vector<Neighbour> nearest_by_graph(const Part& part,
                                                        const NearestQuery& query) const;
  [[nodiscard]] static std::vector<std::vector<Neighbour>> nearest_by_codes(
      const Part& part, std::span<const NearestQuery> queries);

  std::vector<Part> parts_;
  std::size_t count_ = 0;
  std::size_t graphs_ = 0;  // files that have one
};

}  // namespace likeness
