// Databases that answer as one: each has items of its own by the same model, is asked at the same
// time as the others, and what they find is merged.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "likeness/postgres/published.hpp"

namespace likeness {

class PublishedTogether {
 public:
  // All of a database is of one moment, from here to its end. Error::kUnavailable if their models
  // have not the same weights; errors as of Published().
  explicit PublishedTogether(std::span<Postgres* const> databases);

  [[nodiscard]] std::size_t size() const noexcept { return databases_.size(); }
  [[nodiscard]] const PublishedModel& model(std::size_t database = 0) const {
    return databases_.at(database)->published.model();
  }
  [[nodiscard]] const Published& published(std::size_t database) const {
    return databases_.at(database)->published;
  }
  [[nodiscard]] std::size_t items() const noexcept;  // of all
  // As the database with the most items has it.
  [[nodiscard]] const Relevance& relevance() const noexcept;
  [[nodiscard]] Relevance relevance(const Weighing& weighing) const;
  // Of the model. Errors as of Published.
  [[nodiscard]] std::vector<Part> parts() const {
    return databases_.front()->published.parts().parts;
  }

  [[nodiscard]] bool can_weigh() const;
  [[nodiscard]] bool has_pictures() const;

  // Error::kInput for a key that is in two of them.
  [[nodiscard]] std::optional<PublishedRow> find(const std::string& key) const;
  // Of each row; in the order of its numbers.
  [[nodiscard]] std::vector<std::vector<ItemTag>> tags_of(
      std::span<const PublishedRow* const> rows) const;

  // Of each row; empty where it is not there.
  [[nodiscard]] std::vector<std::string> pictures_of(
      std::span<const PublishedRow* const> rows) const;

  // As of Published, of the first database that has it.
  [[nodiscard]] std::optional<Size> picture_size() const;
  [[nodiscard]] std::vector<std::string> tag_names() const;  // of all, each once, by its letters

  // For each database, as its numbers differ: of one tag any of the values, of different tags all.
  // Error::kNotFound for a tag or a value that is in none of them.
  using Conditions = std::vector<Published::Condition>;
  [[nodiscard]] Conditions where(std::span<const TagFilter> filters) const;
  // As of Published; Error::kInput for several databases.
  [[nodiscard]] std::optional<Clustering> clusters() const;

  // As of Published, of all together. RequestError for an offset that many would be read for.
  [[nodiscard]] std::vector<PublishedRow> list(const Published::Listed& listed,
                                               const Conditions& conditions) const;
  [[nodiscard]] std::size_t count(const Published::Listed& listed,
                                  const Conditions& conditions) const;
  [[nodiscard]] std::map<std::string, Published::CountedValues> value_counts(
      const Conditions& conditions, std::span<const TagFilter> chosen, std::size_t most) const;

  // So many of each, by key. Error::kInput for a key that is in two of them; other errors as of
  // Published.
  [[nodiscard]] std::vector<PublishedRow> nearest(const Published::Wanted& wanted,
                                                  const Conditions& conditions) const;

 private:
  struct Answering {
    explicit Answering(Postgres& database);
    PostgresTransaction of_one_moment;
    Published published;
  };
  [[nodiscard]] const Published& largest() const noexcept;
  std::vector<std::unique_ptr<const Answering>> databases_;
};

}  // namespace likeness
