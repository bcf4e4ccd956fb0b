#include "likeness/neighbours/files_search.hpp"

#include <algorithm>
#include <cassert>
#include <functional>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/parallel.hpp"
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
    if (part.graph) ++graphs_;
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
  const NearestQuery one{.vector = query, .options = options};
  return std::move(nearest_of_each(std::span(&one, 1)).front());
}

std::vector<std::vector<Neighbour>> FilesSearch::nearest_of_each(
    std::span<const NearestQuery> queries) const {
  std::size_t threads = 1;
  for (const NearestQuery& query : queries) threads = std::max(threads, query.options.threads);
  std::vector<Found> of_parts(parts_.size());
  const auto search = [&](std::size_t i) { of_parts[i] = nearest_in(parts_[i], queries); };
  // A graph is walked by one thread, so files are shared out; codes are read by all.
  std::vector<std::size_t> walked;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (parts_[i].graph) {
      walked.push_back(i);
    } else {
      search(i);
    }
  }
  parallel_for(walked.size(), threads, [&](std::size_t i) { search(walked[i]); });
  Found found(queries.size());
  for (std::size_t q = 0; q < queries.size(); ++q) {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      for (const Neighbour& near : of_parts[i][q]) {
        found[q].push_back({.item = parts_[i].first + near.item, .distance = near.distance});
      }
    }
    std::ranges::sort(found[q], std::less());
    found[q].resize(std::min(found[q].size(), queries[q].options.count));
  }
  return found;
}

FilesSearch::Found FilesSearch::nearest_in(const Part& part,
                                           std::span<const NearestQuery> queries) const {
  std::vector<NearestQuery> of_part;
  std::vector<std::size_t> numbers;  // which of the queries those are
  std::vector<ItemSet> among;        // to which they point
  among.reserve(queries.size());
  for (std::size_t q = 0; q < queries.size(); ++q) {
    NearestQuery query = queries[q];
    if (const ItemSet* all = query.options.among) {
      query.options.among = &among.emplace_back(all->part(part.first, part.file->count()));
      if (among.back().count() == 0) continue;
    }
    of_part.push_back(query);
    numbers.push_back(q);
  }
  Found found(queries.size());
  if (of_part.empty()) return found;
  if (part.graph) {
    for (std::size_t i = 0; i < of_part.size(); ++i) {
      found[numbers[i]] = nearest_by_graph(part, of_part[i]);
    }
    return found;
  }
  auto near = nearest_by_codes(part, of_part);
  for (std::size_t i = 0; i < near.size(); ++i) found[numbers[i]] = std::move(near[i]);
  return found;
}

std::vector<Neighbour> FilesSearch::nearest_by_graph(const Part& part,
                                                     const NearestQuery& query) const {
  const auto& [vector, options] = query;
  const std::vector<float> placed = part.space->place(Rows(vector, vector.size()));
  const std::size_t rows = part.file->count();
  const std::size_t matching = options.among == nullptr ? rows : options.among->count();
  auto found = nearest_matching(
      [&](std::size_t count, std::size_t breadth) {
        return part.graph->nearest(*part.space, placed, count, breadth);
      },
      rows, matching, options, breadth_of_each(graphs_));
  if (found.size() >= std::min(options.count, matching)) return found;
  return std::move(nearest_by_codes(part, std::span(&query, 1)).front());
}

std::vector<std::vector<Neighbour>> FilesSearch::nearest_by_codes(
    const Part& part, std::span<const NearestQuery> queries) {
  const auto& [vector, options] = queries.front();
  part.file->check_codes(options.threads);
  const ExactSearch search(*part.space, part.file->codes());
  if (queries.size() > 1) return search.nearest_of_each(queries);
  return search.nearest(Rows(vector, vector.size()), options);
}

std::size_t FilesSearch::code_bytes() const noexcept {
  std::size_t bytes = 0;
  for (const Part& part : parts_) {
    if (!part.graph) bytes += part.file->count() * part.file->dimensions();
  }
  return bytes;
}

float FilesSearch::distance_between(std::size_t item, std::size_t other) const {
  return distance(Metric::kEuclidean, row(item), row(other));
}

}  // namespace likeness
