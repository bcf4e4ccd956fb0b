// What a database answers from: the items that were published there by its active model. The SQL of
// every question stands in published.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "likeness/neighbours/kmeans.hpp"
#include "likeness/neighbours/relevance.hpp"
#include "likeness/postgres/postgres.hpp"
#include "likeness/postgres/schema.hpp"
#include "likeness/shop/tag_filter.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

struct PublishedRow {
  std::string key;
  std::string source;
  std::vector<std::int32_t> tags;
  std::optional<std::int32_t> cluster;
  std::vector<float> vector;  // of half precision
};

class Published {
 public:
  // Whoever asks is in one transaction all the time, so that all is of one moment. Error::kNotFound
  // if nothing answers there yet.
  explicit Published(Postgres& database);

  [[nodiscard]] const PublishedModel& model() const noexcept { return model_; }
  [[nodiscard]] std::size_t items() const noexcept { return items_; }
  // As the shop with the most items has it.
  [[nodiscard]] const Relevance& relevance() const noexcept { return relevance_; }

  [[nodiscard]] std::optional<PublishedRow> find(const std::string& key) const;
  // In the order of the numbers.
  [[nodiscard]] std::vector<ItemTag> tags_of(std::span<const std::int32_t> numbers) const;

  // Which items may be found, as a condition of SQL; empty: all.
  using Condition = std::string;
  // Of one tag any of the values, of different tags all. Error::kNotFound for a tag or a value that
  // is not there, with what is.
  [[nodiscard]] Condition where(std::span<const TagFilter> filters) const;
  // Those in a cluster; none was made: nothing. Error::kInput where several shops were published,
  // each of which has its own.
  [[nodiscard]] std::optional<Clustering> clusters() const;

  // So many, where there are as many, in no order: nearly all of the nearest by the graph, or just
  // the nearest where few items fit the condition.
  [[nodiscard]] std::vector<PublishedRow> nearest(std::span<const float> query, std::size_t count,
                                                  const Condition& condition) const;

 private:
  [[nodiscard]] std::vector<PublishedRow> rows(const Answer& answer) const;
  [[nodiscard]] std::int32_t number_of(const TagFilter& filter, std::string& tag) const;
  [[noreturn]] void fail(const TagFilter& filter) const;
  [[nodiscard]] double estimate(const Condition& condition) const;

  Postgres& database_;
  PublishedModel model_;
  std::size_t items_ = 0;
  Relevance relevance_;
};

}  // namespace likeness
