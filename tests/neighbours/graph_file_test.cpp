#include "likeness/neighbours/graph_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/neighbours/approximate_search.hpp"
#include "likeness/neighbours/files_search.hpp"
#include "tests/neighbours/plain.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

// Gives changed bytes the checksums that belong to them.
void reseal(std::vector<std::byte>& file) {
  constexpr std::size_t kBlock = 4096;
  const auto put = [&](std::size_t place, std::uint64_t sum) {
    std::memcpy(file.data() + place, &sum, sizeof sum);
  };
  // n bytes have ceil(n / 4,096) sums of 8 behind them.
  std::size_t bytes = file.size() - kBlock;
  while (bytes + (bytes + kBlock - 1) / kBlock * 8 > file.size() - kBlock) bytes -= 4;
  const auto summed = std::span(file).subspan(kBlock, bytes);
  const std::size_t sums = kBlock + bytes;
  for (std::size_t i = 0; i * kBlock < bytes; ++i) {
    put(sums + i * 8, checksum(summed.subspan(i * kBlock, std::min(kBlock, bytes - i * kBlock))));
  }
  put(kBlock - 16, checksum(std::span(file).subspan(sums)));
  put(kBlock - 8, checksum(std::span(file).first(kBlock - 8)));
}

class GraphFileTest : public testing::Test {
 protected:
  // Latents that look like those of a catalogue, and their graph.
  void write(std::size_t count, std::size_t dimensions, const GraphOptions& options = {}) {
    values_ = random_mixture(count, dimensions, 9, 5);
    write_latents(path("a.latents"), {.weights = 1, .pack = 1}, Rows(values_, dimensions), 2);
    latents_ = std::make_shared<const LatentsFile>(path("a.latents"));
    write_graph(path("a.graph"), *latents_, options);
  }
  [[nodiscard]] Space space() const {
    return {latents_->rows(), [this](std::size_t row) { latents_->check_row(row); }};
  }
  [[nodiscard]] std::filesystem::path path(const std::string& name) const {
    return folder_.path() / name;
  }
  // Reads all there is.
  void check() const {
    const GraphFile graph(path("a.graph"));
    graph.check_all(1);
  }

  std::vector<float> values_;
  std::shared_ptr<const LatentsFile> latents_;

 private:
  TemporaryFolder folder_;
};

// Fewer candidates are looked at in each of many files.
TEST_F(GraphFileTest, ManyFilesAreSearchedSideBySideByAnyNumberOfThreads) {
  constexpr std::size_t kFiles = 10;
  constexpr std::size_t kRows = 1000;  // of each
  constexpr std::size_t kDimensions = 24;
  const auto values = random_mixture(kFiles * kRows, kDimensions, 9, 5);
  std::vector<FilesSearch::File> exact;
  std::vector<FilesSearch::File> walked;
  for (std::size_t i = 0; i < kFiles; ++i) {
    const auto latents = path(std::to_string(i) + ".latents");
    const auto part = std::span(values).subspan(i * kRows * kDimensions, kRows * kDimensions);
    write_latents(latents, {.weights = 1, .pack = 1}, Rows(part, kDimensions), 2);
    exact.push_back({.latents = std::make_shared<const LatentsFile>(latents)});
    write_graph(path(std::to_string(i) + ".graph"), *exact.back().latents, {});
    walked.push_back(
        {.latents = exact.back().latents,
         .graph = std::make_shared<const GraphFile>(path(std::to_string(i) + ".graph"))});
  }
  const FilesSearch all(std::move(exact));
  const FilesSearch graphs(std::move(walked));
  std::size_t found = 0;
  constexpr std::size_t kQueries = 100;
  for (std::size_t q = 0; q < kQueries; ++q) {
    const auto query = std::span(values).subspan(q * 97 * kDimensions, kDimensions);
    const auto near = graphs.nearest(query, {.count = 10, .threads = 1});
    EXPECT_EQ(graphs.nearest(query, {.count = 10, .threads = 3}), near);
    for (const Neighbour& one : all.nearest(query, {.count = 10, .threads = 1})) {
      if (std::ranges::find(near, one.item, &Neighbour::item) != near.end()) ++found;
    }
  }
  EXPECT_GE(found, kQueries * 98 / 10);  // of 1,000
}

TEST_F(GraphFileTest, FindsWhatTheSearchInMemoryFinds) {
  for (const std::size_t count : {1U, 2U, 3U, 17U, 4000U}) {
    write(count, 21);
    const GraphFile graph(path("a.graph"));
    const Space mapped = space();
    const ApproximateSearch expected(mapped, {});
    for (std::size_t q = 0; q < 40; ++q) {
      const auto query = random_mixture(1, 21, 9, 100 + q);
      EXPECT_EQ(graph.nearest(mapped, query, 10, 60), expected.nearest(query, 10, 60)) << count;
    }
  }
}

TEST_F(GraphFileTest, FindsNearlyAllOfTheNearest) {
  write(20'000, 32);
  const GraphFile graph(path("a.graph"));
  const Space mapped = space();
  std::size_t found = 0;
  for (std::size_t q = 0; q < 100; ++q) {
    const auto query = latents_->rows().row(q * 199);
    const auto truth = plain_nearest(Metric::kEuclidean, latents_->rows(), query, 10, nullptr);
    for (const Neighbour& near : graph.nearest(mapped, query, 10, 100)) {
      found += static_cast<std::size_t>(std::ranges::count(truth, near));
    }
  }
  EXPECT_GE(found, 980U);
}

TEST_F(GraphFileTest, IsTheSameForAnyNumberOfThreads) {
  write(3000, 8, {.threads = 1});
  const auto one = read_file(path("a.graph"));
  write(3000, 8, {.threads = 2});
  EXPECT_EQ(read_file(path("a.graph")), one);
}

TEST_F(GraphFileTest, BelongsToItsOwnRowsOnly) {
  write(300, 8);
  const GraphFile graph(path("a.graph"));
  EXPECT_TRUE(graph.belongs_to(*latents_));
  auto other = values_;
  other.back() += 1.0F;
  write_latents(path("b.latents"), {}, Rows(other, 8), 1);
  EXPECT_FALSE(graph.belongs_to(LatentsFile(path("b.latents"))));
}

TEST_F(GraphFileTest, EveryByteFlippedOrCutOffIsTold) {
  write(200, 3, {.links = 2});
  const auto whole = read_file(path("a.graph"));
  for (std::size_t i = 0; i < whole.size(); i += i < 4000 ? 13 : 1) {
    auto flipped = whole;
    flipped[i] ^= std::byte{0x10};
    write_file(path("a.graph"), flipped);
    EXPECT_THROW(check(), Error) << i;
  }
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    write_file(path("a.graph"), std::span(whole).first(size));
    EXPECT_THROW(check(), Error) << size;
  }
}

// A forged file, whose checksums are right.
TEST_F(GraphFileTest, ALinkToARowThatThereIsNotIsTold) {
  write(3000, 8);
  auto bytes = read_file(path("a.graph"));
  const std::size_t links_end = 4096 + std::size_t{3000} * 32 * 4;
  for (std::size_t i = 4096; i < links_end; i += 128) bytes[i + 2] = std::byte{0x7F};
  reseal(bytes);
  write_file(path("a.graph"), bytes);
  const GraphFile graph(path("a.graph"));
  EXPECT_NO_THROW(check());
  EXPECT_THROW((void)graph.nearest(space(), latents_->rows().row(0), 10, 100), Error);
}

TEST_F(GraphFileTest, AnswersFilesSideBySideAsTheExactSearchDoes) {
  write(5000, 16);
  const auto graph = std::make_shared<const GraphFile>(path("a.graph"));
  std::vector<FilesSearch::File> files{{.latents = latents_, .graph = graph},
                                       {.latents = latents_}};
  const FilesSearch with_graph(files);
  files.front().graph = nullptr;
  const FilesSearch exact(files);
  ItemSet among(exact.count(), ItemSet::Start::kEmpty);
  for (const std::size_t item : exact.items().items()) {
    if (item % 50 != 0) among.insert(item);
  }
  std::size_t same = 0;
  const NearestOptions options{.count = 6, .among = &among, .threads = 1};
  std::vector<NearestQuery> queries;
  queries.reserve(50);
  for (std::size_t q = 0; q < 50; ++q) {
    queries.push_back({.vector = latents_->rows().row(q * 97), .options = options});
  }
  const auto together = with_graph.nearest_of_each(queries);
  for (std::size_t q = 0; q < 50; ++q) {
    const auto query = queries[q].vector;
    const auto found = with_graph.nearest(query, options);
    EXPECT_EQ(found.size(), 6U);
    EXPECT_EQ(found, together[q]);
    same += found == exact.nearest(query, options) ? 1 : 0;
  }
  EXPECT_GE(same, 48U);
}

TEST_F(GraphFileTest, AFilterThatLeavesFewIsAnsweredExactly) {
  write(5000, 16);
  const FilesSearch search(
      {{.latents = latents_, .graph = std::make_shared<const GraphFile>(path("a.graph"))}});
  ItemSet among(search.count(), ItemSet::Start::kEmpty);
  for (const std::size_t item : {7U, 1999U, 4321U}) among.insert(item);
  const auto query = latents_->rows().row(7);
  EXPECT_EQ(search.nearest(query, {.count = 10, .among = &among, .threads = 1}),
            plain_nearest(Metric::kEuclidean, latents_->rows(), query, 10, &among));
}

}  // namespace
}  // namespace likeness
