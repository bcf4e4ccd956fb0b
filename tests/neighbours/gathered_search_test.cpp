#include "likeness/neighbours/gathered_search.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "tests/neighbours/plain.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

constexpr std::size_t kGatheredDimensions = 17;
constexpr std::size_t kThreads = 8;
constexpr std::size_t kQueriesOfAThread = 40;

class GatheredSearchTest : public testing::Test {
 protected:
  // In files of so many rows each.
  std::unique_ptr<const FilesSearch> search_of(const std::vector<std::size_t>& counts) {
    std::vector<FilesSearch::File> files;
    for (const std::size_t count : counts) {
      const auto values = random_mixture(count, kGatheredDimensions, 7, files.size());
      const auto path = folder_.path() / std::to_string(files.size());
      write_latents(path, {.weights = 1, .pack = 1}, Rows(values, kGatheredDimensions), 1);
      files.push_back({.latents = std::make_shared<const LatentsFile>(path)});
    }
    return std::make_unique<const FilesSearch>(std::move(files));
  }
  [[nodiscard]] std::filesystem::path file(std::size_t i) const {
    return folder_.path() / std::to_string(i);
  }

 private:
  TemporaryFolder folder_;
};

// Many queries, each with a count and a filter of its own.
class Queries {
 public:
  explicit Queries(const FilesSearch& search)
      : values_(random_mixture(kThreads * kQueriesOfAThread, kGatheredDimensions, 7, 99)) {
    const ItemSet all = search.items();
    for (const std::size_t one_in : {1U, 2U, 50U, 4000U}) {
      filters_.emplace_back(search.count(), ItemSet::Start::kEmpty);
      for (const std::size_t item : all.items()) {
        if (item % one_in == one_in / 2) filters_.back().insert(item);
      }
    }
  }
  [[nodiscard]] NearestQuery query(std::size_t i) const {
    constexpr std::array kCounts = {1UL, 0UL, 3UL, 17UL, 2000UL};
    const std::size_t filter = i % (filters_.size() + 1);
    return {.vector = Rows(values_, kGatheredDimensions).row(i),
            .options = {.count = kCounts[i % kCounts.size()],
                        .among = filter < filters_.size() ? &filters_[filter] : nullptr,
                        .threads = 1}};
  }

 private:
  std::vector<float> values_;
  std::vector<ItemSet> filters_;
};

// Calls ask(i) for each query, by several threads at once.
void ask_by_threads(const std::function<void(std::size_t)>& ask) {
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < kQueriesOfAThread; ++i) ask(i * kThreads + t);
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST_F(GatheredSearchTest, AnswersEachThreadAsTheSearchItself) {
  for (const auto& counts :
       {std::vector<std::size_t>{1}, {17}, {500}, {64, 65, 371}, {3, 1, 8'011}}) {
    const auto plain = search_of(counts);
    const Queries queries(*plain);
    for (const std::size_t passes : {0U, 1U, 2U}) {
      const GatheredSearch search(search_of(counts), passes);
      std::vector<std::vector<Neighbour>> found(kThreads * kQueriesOfAThread);
      ask_by_threads([&](std::size_t i) {
        const auto [vector, options] = queries.query(i);
        found[i] = search.nearest(vector, options);
      });
      for (std::size_t i = 0; i < found.size(); ++i) {
        const auto [vector, options] = queries.query(i);
        EXPECT_EQ(found[i], plain->nearest(vector, options)) << "query " << i;
      }
    }
  }
}

TEST_F(GatheredSearchTest, RefusesOneQueryAndAnswersThoseBesideIt) {
  const std::vector<std::size_t> counts = {20'000, 211};  // so many that others come meanwhile
  const auto plain = search_of(counts);
  const Queries queries(*plain);
  const GatheredSearch search(search_of(counts), 1);
  std::vector<float> wrong(kGatheredDimensions);
  wrong[3] = std::numeric_limits<float>::quiet_NaN();
  const auto is_wrong = [](std::size_t i) { return i % 3 == 0; };
  std::vector<std::vector<Neighbour>> found(kThreads * kQueriesOfAThread);
  std::vector<std::optional<Error::Kind>> refused(found.size());
  ask_by_threads([&](std::size_t i) {
    const auto [vector, options] = queries.query(i);
    try {
      if (is_wrong(i)) {
        (void)search.nearest(wrong, {.count = 5, .threads = 1});
      } else {
        found[i] = search.nearest(vector, options);
      }
    } catch (const Error& error) {
      refused[i] = error.kind();
    }
  });
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto [vector, options] = queries.query(i);
    if (is_wrong(i)) {
      EXPECT_EQ(refused[i], Error::Kind::kInput) << "query " << i;
    } else {
      EXPECT_EQ(refused[i], std::nullopt) << "query " << i;
      EXPECT_EQ(found[i], plain->nearest(vector, options)) << "query " << i;
    }
  }
}

TEST_F(GatheredSearchTest, TellsEachThreadOfDamage) {
  (void)search_of({200});
  auto bytes = read_file(file(0));
  bytes[bytes.size() - 2000] ^= std::byte{1};
  write_file(file(0), bytes);
  std::vector<FilesSearch::File> files;
  files.push_back({.latents = std::make_shared<const LatentsFile>(file(0))});
  const GatheredSearch search(std::make_unique<const FilesSearch>(std::move(files)), 1);
  const std::vector<float> query(kGatheredDimensions);
  ask_by_threads([&](std::size_t) {
    EXPECT_THROW((void)search.nearest(query, {.count = 3, .threads = 1}), Error);
  });
}

}  // namespace
}  // namespace likeness
