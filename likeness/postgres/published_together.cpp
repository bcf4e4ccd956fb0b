#include "likeness/postgres/published_together.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <future>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/words.hpp"

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

// By key.
std::vector<PublishedRow> merged(std::vector<std::vector<PublishedRow>> of_each) {
  std::vector<PublishedRow> rows;
  for (std::size_t i = 0; i < of_each.size(); ++i) {
    for (PublishedRow& row : of_each[i]) {
      rows.push_back(std::move(row));
      rows.back().database = i;
    }
  }
  std::ranges::sort(rows, {}, &PublishedRow::key);
  return rows;
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

std::optional<Size> PublishedTogether::picture_size() const {
  for (const auto& database : databases_) {
    if (auto size = database->published.picture_size()) return size;
  }
  return std::nullopt;
}

std::vector<std::string> PublishedTogether::tag_names() const {
  std::set<std::string> names;
  for (auto& some :
       at_once(size(), [&](std::size_t i) { return databases_[i]->published.tag_names(); })) {
    names.insert(std::move_iterator(some.begin()), std::move_iterator(some.end()));
  }
  return {names.begin(), names.end()};
}

std::vector<PublishedRow> PublishedTogether::list(const Published::Listed& listed,
                                                  const Conditions& conditions) const {
  if (size() == 1) return databases_.front()->published.list(listed, conditions.front());
  constexpr std::uint64_t kMostOffset = 10'000;
  if (listed.offset > kMostOffset) {
    throw RequestError("offset", fmt::format("is {} at most where several databases answer: go on "
                                             "after a key",
                                             with_thousands(kMostOffset)));
  }
  Published::Listed of_each = listed;
  of_each.offset = 0;
  of_each.count = listed.offset + listed.count;
  auto rows = merged(at_once(size(), [&](std::size_t i) {
    return databases_[i]->published.list(of_each, conditions[i]);
  }));
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(
                                              std::min<std::size_t>(listed.offset, rows.size())));
  rows.resize(std::min<std::size_t>(listed.count, rows.size()));
  return rows;
}

std::size_t PublishedTogether::count(const Published::Listed& listed,
                                     const Conditions& conditions) const {
  const auto counts = at_once(
      size(), [&](std::size_t i) { return databases_[i]->published.count(listed, conditions[i]); });
  return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
}

// What is frequent in all of them together may be frequent in none: of several all values are
// asked.
std::map<std::string, Published::CountedValues> PublishedTogether::value_counts(
    const Conditions& conditions, std::span<const TagFilter> chosen, std::size_t most) const {
  if (size() == 1) {
    return databases_.front()->published.value_counts(conditions.front(), chosen, most);
  }
  const auto of_each = at_once(size(), [&](std::size_t i) {
    return databases_[i]->published.value_counts(conditions[i], chosen, INT32_MAX);
  });
  std::map<std::string, Published::CountedValues> all;
  for (const auto& counts : of_each) {
    for (const auto& [tag, values] : counts) {
      for (const auto& [value, items] : values.items) all[tag].items[value] += items;
      all[tag].different = all[tag].items.size();
    }
  }
  return all;
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
  auto rows = merged(at_once(size(), [&](std::size_t i) {
    return databases_[i]->published.nearest(wanted, conditions[i]);
  }));
  const auto twice = std::ranges::adjacent_find(rows, {}, &PublishedRow::key);
  if (twice != rows.end()) refuse_twice(twice->key);
  return rows;
}

}  // namespace likeness
