#include "likeness/neighbours/files_search.hpp"

#include <algorithm>
#include <cassert>
#include <functional>
#include <optional>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/neighbours/graph_query.hpp"
#include "likeness/neighbours/kernels.hpp"

namespace likeness {
namespace {

std::size_t whole_blocks(std::size_t items) {
  return (items + kBlockItems - 1) / kBlockItems * kBlockItems;
}

}  // namespace

FilesSearch::FilesSearch(std::vector<File> files) {
  assert(!files.empty());
  parts_.reserve(files.size());
  for (auto& [file, graph] : files) {
    if (!parts_.empty() && file->dimensions() != parts_.front().file->dimensions()) {
      throw Error(Error::Kind::kCorrupt,
                  file->name() + ": its latents are of another size than those of other files",
                  {.does = "make it again", .verb = "embed"});
    }
    Part& part = parts_.emplace_back();
    part.first = count_;
    count_ += whole_blocks(file->count());
    part.space = std::make_unique<const Space>(
        file->rows(), [rows = file.get()](std::size_t row) { rows->check_row(row); });
    part.file = std::move(file);
    part.graph = std::move(graph);
  }
}

std::size_t FilesSearch::dimensions() const noexcept { return parts_.front().file->dimensions(); }

FilesSearch::Place FilesSearch::place_of(std::size_t item) const noexcept {
  const auto after = std::ranges::upper_bound(parts_, item, {}, &Part::first);
  const auto file = static_cast<std::size_t>(after - parts_.begin()) - 1;
  return {.file = file, .row = item - parts_[file].first};
}

ItemSet FilesSearch::items() const {
  ItemSet items(count_, ItemSet::Start::kEmpty);
  for (const Part& part : parts_) {
    for (std::size_t row = 0; row < part.file->count(); ++row) items.insert(part.first + row);
  }
  return items;
}

std::span<const float> FilesSearch::row(std::size_t item) const {
  const auto [file, row] = place_of(item);
  parts_[file].file->check_row(row);
  return parts_[file].file->rows().row(row);
}

std::vector<Neighbour> FilesSearch::nearest(std::span<const float> query,
                                            const NearestOptions& options) const {
  std::vector<Neighbour> found;
  for (const Part& part : parts_) {
    NearestOptions of_part = options;
    std::optional<ItemSet> among;
    if (options.among != nullptr) {
      among = options.among->part(part.first, part.file->count());
      if (among->count() == 0) continue;
      of_part.among = &*among;
    }
    for (const Neighbour& near : nearest_in(part, query, of_part)) {
      found.push_back({.item = part.first + near.item, .distance = near.distance});
    }
  }
  std::ranges::sort(found, std::less());
  found.resize(std::min(found.size(), options.count));
  return found;
}

std::vector<Neighbour> FilesSearch::nearest_in(const Part& part, std::span<const float> query,
                                               const NearestOptions& options) {
  const Rows queries(query, query.size());
  if (part.graph) {
    const std::vector<float> placed = part.space->place(queries);
    const std::size_t rows = part.file->count();
    const std::size_t matching = options.among == nullptr ? rows : options.among->count();
    auto found = nearest_matching(
        [&](std::size_t count, std::size_t breadth) {
          return part.graph->nearest(*part.space, placed, count, breadth);
        },
        rows, matching, options);
    if (found.size() >= std::min(options.count, matching)) return found;
  }
  part.file->check_codes(options.threads);
  return std::move(ExactSearch(*part.space, part.file->codes()).nearest(queries, options).front());
}

float FilesSearch::distance_between(std::size_t item, std::size_t other) const {
  return distance(Metric::kEuclidean, row(item), row(other));
}

}  // namespace likeness
