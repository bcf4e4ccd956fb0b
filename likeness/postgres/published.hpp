// What a database answers from: the items that were published there by its active model. The SQL of
// every question stands in published.cpp and, of tags, in published_tags.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "likeness/catalogue/image.hpp"
#include "likeness/neighbours/kmeans.hpp"
#include "likeness/neighbours/relevance.hpp"
#include "likeness/postgres/model_parts.hpp"
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
  std::size_t database = 0;   // of several that are asked together
};

// How much each part counts: the square of a distance is the sum of those by each part, each
// multiplied by the square of its weight.
struct Weighing {
  std::vector<Part> parts;      // of the model; none: what is near by the model itself is asked for
  std::vector<double> weights;  // of these
};

// Where parts count more or less, what is exact costs less than several graphs up to here.
inline constexpr double kExactWeighted = 20'000.0;

class Published {
 public:
  // Whoever asks is in one transaction all the time, so that all is of one moment.
  // Error::kUnavailable if nothing answers there yet.
  explicit Published(Postgres& database);

  [[nodiscard]] const std::string& name() const noexcept { return database_.name(); }
  [[nodiscard]] const PublishedModel& model() const noexcept { return model_; }
  [[nodiscard]] std::size_t items() const noexcept { return items_; }
  // As the shop with the most items has it.
  [[nodiscard]] const Relevance& relevance() const noexcept { return relevance_; }
  // The same where parts count more or less. Errors as of parts().
  [[nodiscard]] Relevance relevance(const Weighing& weighing) const;
  // Of the model. Error::kNotFound where they were not published.
  [[nodiscard]] PublishedParts parts() const;
  // Whether those of all items can be weighed: they are known, and have graphs or few items.
  [[nodiscard]] bool can_weigh() const;
  // Whether the pictures of all items were published.
  [[nodiscard]] bool has_pictures() const;

  [[nodiscard]] std::optional<PublishedRow> find(const std::string& key) const;
  // By key, those that are there of the compared_colours() of these items. Error::kCorrupt for one
  // of another size.
  [[nodiscard]] std::map<std::string, std::string> pictures(
      std::span<const std::string> keys) const;
  // Of the shop's pictures; nothing where an older likeness published them.
  [[nodiscard]] std::optional<Size> picture_size() const;
  [[nodiscard]] std::vector<std::string> tag_names() const;
  // What these numbers stand for.
  [[nodiscard]] std::map<std::int32_t, ItemTag> tags(std::span<const std::int32_t> numbers) const;

  // A value that is there, and the tag that it is of: its name may hold '=', too.
  struct KnownValue {
    std::string tag;
    std::int32_t number = 0;
  };
  [[nodiscard]] std::optional<KnownValue> find(const TagFilter& filter) const;
  // By its numbers. Error::kNotFound for a tag that is not there.
  [[nodiscard]] std::map<std::int32_t, std::string> values_of(const std::string& tag) const;
  // Error::kNotFound for a filter that is not there, with what is.
  [[noreturn]] void fail(const TagFilter& filter) const;

  // Which items may be found, as a condition of SQL; empty: all.
  using Condition = std::string;
  // Which of those a page shows, in the order of their keys.
  struct Listed {
    std::string in_key = {};  // a part of it
    std::string after = {};   // a key; empty: from the first
    std::uint64_t offset = 0;
    std::uint64_t count = 0;
  };
  [[nodiscard]] std::vector<PublishedRow> list(const Listed& listed,
                                               const Condition& condition) const;
  // On all pages.
  [[nodiscard]] std::size_t count(const Listed& listed, const Condition& condition) const;
  // How many of those have each value of a tag.
  struct CountedValues {
    std::map<std::string, std::size_t> items = {};  // by value: the most frequent, and the chosen
    std::size_t different = 0;                      // values that items have
  };
  // By tag.
  [[nodiscard]] std::map<std::string, CountedValues> value_counts(const Condition& condition,
                                                                  std::span<const TagFilter> chosen,
                                                                  std::size_t most) const;
  // All of those, by key, some at a time.
  void visit(const Condition& condition,
             const std::function<void(const PublishedRow&)>& on_row) const;
  // Those in a cluster; none was made: nothing. Error::kInput where several shops were published,
  // each of which has its own.
  [[nodiscard]] std::optional<Clustering> clusters() const;

  // What is asked for: the nearest of a vector of the model.
  struct Wanted {
    std::span<const float> query;
    std::size_t count = 0;
    Weighing weighing = {};
    double exact_weighted = kExactWeighted;  // so few weighted items are compared one by one
  };
  // So many, where there are as many, in no order: nearly all of the nearest by the graph, or just
  // the nearest where few items fit the condition. Where parts count more or less, so many by each
  // graph; Error::kNotFound where those would be needed and are not there.
  [[nodiscard]] std::vector<PublishedRow> nearest(const Wanted& wanted,
                                                  const Condition& condition) const;

 private:
  // An expression of SQL that is a distance, and the values that stand in it as $1, $2 ...
  struct Distance {
    std::string sql;
    std::vector<std::string> values;
  };
  [[nodiscard]] Distance distance_of(std::span<const float> query) const;
  [[nodiscard]] static Distance distance_of(std::span<const float> query, const Part& part);
  [[nodiscard]] static Distance square_of(std::span<const float> query, const Weighing& weighing);
  [[nodiscard]] std::vector<PublishedRow> by_graph(const Distance& distance, std::size_t count,
                                                   const Condition& condition) const;
  [[nodiscard]] std::vector<PublishedRow> by_all(const Distance& distance, std::size_t count,
                                                 const Condition& condition) const;
  [[nodiscard]] std::vector<PublishedRow> nearest_weighted(const Wanted& wanted,
                                                           const Condition& condition) const;
  [[nodiscard]] std::vector<PublishedRow> rows(const Answer& answer) const;
  [[nodiscard]] double estimate(const Condition& condition) const;
  [[nodiscard]] bool has_tag_items() const;

  Postgres& database_;
  PublishedModel model_;
  std::size_t items_ = 0;
  Relevance relevance_;
};

}  // namespace likeness
