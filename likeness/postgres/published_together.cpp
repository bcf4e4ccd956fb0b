#include "likeness/postgres/published_together.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <map>
#include <utility>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

// What `ask` returns for each number below `count`, all asked at once; the first one's error.
template <typename Ask>
auto at_once(std::size_t count, const Ask& ask) {
  std::vector<std::future<decltype(ask(count))>> others;
  for (std::size_t i = 1; i < count; ++i) {
    others.push_back(std::async(std::launch::async, [&ask, i] { return ask(i); }));
  }
  std::vector<decltype(ask(count))> answers;
  answers.push_back(ask(0));
  for (auto& other : others) answers.push_back(other.get());
  return answers;
}

// What nobody waits for any more the server gives up, too.
std::string begin_of(const Postgres& database) {
  std::string begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
  const auto& until = database.answers_by();
  if (!until) return begin;
  using std::chrono::milliseconds;
  const auto left =
      std::chrono::ceil<milliseconds>(*until - std::chrono::steady_clock::now()).count();
  return fmt::format("{}; SET LOCAL statement_timeout = {}", begin,
                     std::max<std::int64_t>(left, 1));
}

[[noreturn]] void refuse_twice(const std::string& key) {
  throw Error(Error::Kind::kInput,
              key +
                  ": is in two of the databases: remove it from one of the shops, and publish "
                  "that one again");
}

}  // namespace

PublishedTogether::Answering::Answering(Postgres& database)
    : of_one_moment(database, begin_of(database)), published(database) {}

PublishedTogether::PublishedTogether(std::span<Postgres* const> databases)
    : databases_(at_once(databases.size(), [databases](std::size_t i) {
        return std::unique_ptr<const Answering>(std::make_unique<Answering>(*databases[i]));
      })) {
  for (std::size_t i = 1; i < size(); ++i) {
    if (model(i).weights == model().weights) continue;
    throw Error(Error::Kind::kUnavailable,
                fmt::format("{} answers by the model {}, and {} by another one, {}: publish by the "
                            "same one there",
                            databases_.front()->published.name(), model().name,
                            databases_[i]->published.name(), model(i).name));
  }
}

std::size_t PublishedTogether::items() const noexcept {
  std::size_t items = 0;
  for (const auto& database : databases_) items += database->published.items();
  return items;
}

const Published& PublishedTogether::largest() const noexcept {
  const auto most = std::ranges::max_element(
      databases_, {}, [](const auto& database) { return database->published.items(); });
  return (*most)->published;
}

const Relevance& PublishedTogether::relevance() const noexcept { return largest().relevance(); }

Relevance PublishedTogether::relevance(const Weighing& weighing) const {
  return largest().relevance(weighing);
}

bool PublishedTogether::can_weigh() const {
  return std::ranges::all_of(databases_,
                             [](const auto& database) { return database->published.can_weigh(); });
}

bool PublishedTogether::has_pictures() const {
  return std::ranges::all_of(
      databases_, [](const auto& database) { return database->published.has_pictures(); });
}

std::optional<PublishedRow> PublishedTogether::find(const std::string& key) const {
  auto rows = at_once(size(), [&](std::size_t i) { return databases_[i]->published.find(key); });
  std::optional<PublishedRow> found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::optional<PublishedRow>& row = rows[i];
    if (!row) continue;
    if (found) refuse_twice(key);
    row->database = i;
    found = std::move(row);
  }
  return found;
}

std::vector<std::vector<ItemTag>> PublishedTogether::tags_of(
    std::span<const PublishedRow* const> rows) const {
  const auto known = at_once(size(), [&](std::size_t i) {
    std::vector<std::int32_t> numbers;
    for (const PublishedRow* row : rows) {
      if (row->database == i) numbers.insert(numbers.end(), row->tags.begin(), row->tags.end());
    }
    std::ranges::sort(numbers);
    const auto again = std::ranges::unique(numbers);
    numbers.erase(again.begin(), again.end());
    return databases_[i]->published.tags(numbers);
  });
  std::vector<std::vector<ItemTag>> tags;
  for (const PublishedRow* row : rows) {
    auto& of_row = tags.emplace_back();
    for (const std::int32_t number : row->tags) {
      const auto tag = known[row->database].find(number);
      if (tag != known[row->database].end()) of_row.push_back(tag->second);
    }
  }
  return tags;
}

std::vector<std::string> PublishedTogether::pictures_of(
    std::span<const PublishedRow* const> rows) const {
  const auto known = at_once(size(), [&](std::size_t i) {
    std::vector<std::string> keys;
    for (const PublishedRow* row : rows) {
      if (row->database == i) keys.push_back(row->key);
    }
    return databases_[i]->published.pictures(keys);
  });
  std::vector<std::string> pictures;
  for (const PublishedRow* row : rows) {
    const auto picture = known[row->database].find(row->key);
    pictures.push_back(picture == known[row->database].end() ? "" : picture->second);
  }
  return pictures;
}

PublishedTogether::Conditions PublishedTogether::where(std::span<const TagFilter> filters) const {
  const auto known = at_once(size(), [&](std::size_t i) {
    std::vector<std::optional<Published::KnownValue>> values;
    for (const TagFilter& filter : filters) values.push_back(databases_[i]->published.find(filter));
    return values;
  });
  for (std::size_t k = 0; k < filters.size(); ++k) {
    const bool anywhere = std::ranges::any_of(known, [k](const auto& in) { return bool(in[k]); });
    if (!anywhere) databases_.front()->published.fail(filters[k]);
  }
  Conditions conditions;
  for (const auto& values : known) {
    // A tag none of whose values is here stays without numbers, which no item has one of.
    std::map<std::string, std::vector<std::int32_t>> numbers_of_tag;
    for (std::size_t k = 0; k < filters.size(); ++k) {
      const std::optional<Published::KnownValue>& value = values[k];
      auto& numbers = numbers_of_tag[value ? value->tag : filters[k].tag];
      if (value) numbers.push_back(value->number);
    }
    auto& condition = conditions.emplace_back();
    for (const auto& [tag, numbers] : numbers_of_tag) {
      condition +=
          fmt::format("{}tags && '{}'", condition.empty() ? "" : " AND ", array_of(numbers));
    }
  }
  return conditions;
}

std::optional<Clustering> PublishedTogether::clusters() const {
  if (size() == 1) return databases_.front()->published.clusters();
  throw Error(Error::Kind::kInput,
              fmt::format("{} databases are asked, and each has clusters of its own: ask for "
                          "neighbours",
                          size()));
}

std::vector<PublishedRow> PublishedTogether::nearest(const Published::Wanted& wanted,
                                                     const Conditions& conditions) const {
  auto found = at_once(size(), [&](std::size_t i) {
    return databases_[i]->published.nearest(wanted, conditions[i]);
  });
  std::vector<PublishedRow> rows;
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (PublishedRow& row : found[i]) {
      rows.push_back(std::move(row));
      rows.back().database = i;
    }
  }
  std::ranges::sort(rows, {}, &PublishedRow::key);
  const auto twice = std::ranges::adjacent_find(rows, {}, &PublishedRow::key);
  if (twice != rows.end()) refuse_twice(twice->key);
  return rows;
}

}  // namespace likeness
