#include "likeness/neighbours/files_search.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/neighbours/recommend.hpp"
#include "tests/neighbours/plain.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

constexpr std::size_t kFilesDimensions = 17;

class FilesSearchTest : public testing::Test {
 protected:
  // Divides the rows into files of so many rows each.
  FilesSearch search_of(const std::vector<std::size_t>& counts) {
    std::size_t total = 0;
    for (const std::size_t count : counts) total += count;
    values_ = random_mixture(total, kFilesDimensions, 7, 5);
    std::vector<FilesSearch::File> files;
    std::size_t begin = 0;
    for (const std::size_t count : counts) {
      const auto path = folder_.path() / std::to_string(files.size());
      const auto part =
          std::span(values_).subspan(begin * kFilesDimensions, count * kFilesDimensions);
      write_latents(path, {.weights = 1, .pack = 1}, Rows(part, kFilesDimensions), 2);
      files.push_back({.latents = std::make_shared<const LatentsFile>(path)});
      begin += count;
    }
    return FilesSearch(std::move(files));
  }
  // The row, among all, of an item.
  static std::size_t row_of(const FilesSearch& search, std::size_t item) {
    const auto place = search.place_of(item);
    std::size_t before = 0;
    for (std::size_t file = 0; file < place.file; ++file) before += search.file(file).count();
    return before + place.row;
  }
  static std::vector<Neighbour> in_rows(const FilesSearch& search, std::vector<Neighbour> found) {
    for (Neighbour& near : found) near.item = row_of(search, near.item);
    return found;
  }
  [[nodiscard]] Rows rows() const { return {values_, kFilesDimensions}; }
  [[nodiscard]] std::filesystem::path file(std::size_t i) const {
    return folder_.path() / std::to_string(i);
  }

 private:
  TemporaryFolder folder_;
  std::vector<float> values_;
};

TEST_F(FilesSearchTest, AnswersAsOneSearchOfAllRows) {
  for (const auto& counts : {std::vector<std::size_t>{500}, {1, 499}, {64, 65, 371}, {3, 1, 496}}) {
    const FilesSearch search = search_of(counts);
    const Search all(rows(), {.method = SearchOptions::Method::kExact});
    for (std::size_t q = 0; q < 500; q += 37) {
      const NearestOptions options{.count = 11, .threads = 2};
      EXPECT_EQ(in_rows(search, search.nearest(rows().row(q), options)),
                all.nearest(rows().row(q), options));
    }
    EXPECT_EQ(search.items().count(), 500U);
    for (const std::size_t item : search.items().items()) {
      EXPECT_TRUE(std::ranges::equal(search.row(item), rows().row(row_of(search, item))));
      EXPECT_EQ(search.item_at(search.place_of(item)), item);
    }
  }
}

TEST_F(FilesSearchTest, LooksOnlyAtTheItemsThatAreAskedFor) {
  const FilesSearch search = search_of({70, 200, 30});
  const Search all(rows(), {.method = SearchOptions::Method::kExact});
  ItemSet among(search.count(), ItemSet::Start::kEmpty);
  ItemSet among_all(rows().count(), ItemSet::Start::kEmpty);
  for (const std::size_t item : search.items().items()) {
    if (item % 7 != 0 || search.place_of(item).file == 2) continue;
    among.insert(item);
    among_all.insert(row_of(search, item));
  }
  const auto found = search.nearest(rows().row(5), {.count = 300, .among = &among, .threads = 1});
  EXPECT_EQ(found.size(), among.count());
  EXPECT_EQ(in_rows(search, found),
            all.nearest(rows().row(5), {.count = 300, .among = &among_all, .threads = 1}));
}

TEST_F(FilesSearchTest, AnswersEachOfSeveralAsIfItWereAlone) {
  const FilesSearch search = search_of({70, 1, 200, 30});
  EXPECT_EQ(search.code_bytes(), 301 * kFilesDimensions);
  ItemSet among(search.count(), ItemSet::Start::kEmpty);
  for (const std::size_t item : search.items().items()) {
    if (search.place_of(item).file == 2) among.insert(item);
  }
  std::vector<NearestQuery> queries;
  queries.reserve(9);
  for (std::size_t q = 0; q < 9; ++q) {
    queries.push_back(
        {.vector = rows().row(q),
         .options = {.count = q * 50, .among = q % 2 == 0 ? nullptr : &among, .threads = 1}});
  }
  const auto found = search.nearest_of_each(queries);
  ASSERT_EQ(found.size(), queries.size());
  for (std::size_t q = 0; q < queries.size(); ++q) {
    EXPECT_EQ(found[q], search.nearest(queries[q].vector, queries[q].options)) << "query " << q;
  }
  EXPECT_TRUE(search.nearest_of_each({}).empty());
}

TEST_F(FilesSearchTest, RecommendsAsOneSearchOfAllRows) {
  const FilesSearch search = search_of({100, 100});
  const Search all(rows(), {.method = SearchOptions::Method::kExact});
  const Relevance relevance = sample_relevance(all.space());
  const std::size_t liked = search.item_at({.file = 1, .row = 3});
  const auto vector = search.row(liked);
  Taste taste{.liked = {vector.begin(), vector.end()}, .unliked = {}, .items = {liked}};
  const ItemSet items = search.items();
  const auto found = recommend(search, relevance, taste,
                               {.count = 8, .diversity = 0.4, .among = &items, .threads = 1});
  taste.items = {103};
  const auto expected =
      recommend(all, relevance, taste, {.count = 8, .diversity = 0.4, .threads = 1});
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(row_of(search, found[i].item), expected[i].item);
    EXPECT_EQ(found[i].distance, expected[i].distance);
  }
}

TEST_F(FilesSearchTest, IsForManyThreads) {
  const FilesSearch search = search_of({300, 211});
  const auto expected = search.nearest(rows().row(1), {.count = 20, .threads = 1});
  std::vector<std::vector<Neighbour>> found(8);
  std::vector<std::thread> threads;
  threads.reserve(found.size());
  for (auto& one : found) {
    threads.emplace_back([&] { one = search.nearest(rows().row(1), {.count = 20, .threads = 1}); });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& one : found) EXPECT_EQ(one, expected);
}

TEST_F(FilesSearchTest, DamageOfWhatIsReadIsTold) {
  (void)search_of({200});
  auto bytes = read_file(file(0));
  bytes[bytes.size() - 2000] ^= std::byte{1};
  write_file(file(0), bytes);
  std::vector<FilesSearch::File> files;
  files.push_back({.latents = std::make_shared<const LatentsFile>(file(0))});
  const FilesSearch search(std::move(files));
  EXPECT_THROW((void)search.nearest(rows().row(0), {.count = 1}), Error);
}

TEST_F(FilesSearchTest, RefusesFilesOfDifferentSizes) {
  (void)search_of({20, 20});
  const auto other = random_mixture(5, 3, 2, 1);
  write_latents(file(1), {}, Rows(other, 3), 1);
  std::vector<FilesSearch::File> files;
  files.push_back({.latents = std::make_shared<const LatentsFile>(file(0))});
  files.push_back({.latents = std::make_shared<const LatentsFile>(file(1))});
  EXPECT_THROW(FilesSearch{std::move(files)}, Error);
}

}  // namespace
}  // namespace likeness
