// What a database knows of tags: their numbers, names and values, and how many items have each.
#include <fmt/format.h>

#include <algorithm>

#include "likeness/base/error.hpp"
#include "likeness/base/words.hpp"
#include "likeness/postgres/published.hpp"

namespace likeness {
namespace {

std::vector<std::string> texts_of(const Answer& answer) {
  std::vector<std::string> texts(answer.rows());
  for (std::size_t i = 0; i < texts.size(); ++i) texts[i] = answer.text(i, 0);
  return texts;
}

// The values of filters as two arrays, of their tags and of the values.
std::vector<std::string> arrays_of(std::span<const TagFilter> filters) {
  std::vector<std::string> tags(filters.size());
  std::vector<std::string> values(filters.size());
  std::ranges::transform(filters, tags.begin(), &TagFilter::tag);
  std::ranges::transform(filters, values.begin(), &TagFilter::value);
  return {array_of(tags), array_of(values)};
}

}  // namespace

std::map<std::int32_t, ItemTag> Published::tags(std::span<const std::int32_t> numbers) const {
  std::map<std::int32_t, ItemTag> tags;
  if (numbers.empty()) return tags;
  const auto found = database_.ask(
      "SELECT id, name, value FROM likeness.tag WHERE id = ANY($1::int[])", {array_of(numbers)});
  for (std::size_t i = 0; i < found.rows(); ++i) {
    tags[static_cast<std::int32_t>(found.integer(i, 0))] = {.name = found.text(i, 1),
                                                            .value = found.text(i, 2)};
  }
  return tags;
}

// The first place counts that divides the word into a tag and a value that are there.
std::optional<Published::KnownValue> Published::find(const TagFilter& filter) const {
  const std::string word = filter.tag + "=" + filter.value;
  for (auto equals = word.find('='); equals != std::string::npos;
       equals = word.find('=', equals + 1)) {
    const std::string tag = word.substr(0, equals);
    const auto found =
        database_.ask("SELECT id FROM likeness.tag WHERE name = $1 AND md5(value) = md5($2)",
                      {tag, word.substr(equals + 1)});
    if (found.rows() > 0) {
      return KnownValue{.tag = tag, .number = static_cast<std::int32_t>(found.integer(0, 0))};
    }
  }
  return std::nullopt;
}

std::map<std::int32_t, std::string> Published::values_of(const std::string& tag) const {
  const auto found = database_.ask("SELECT id, value FROM likeness.tag WHERE name = $1", {tag});
  if (found.rows() == 0) fail({.tag = tag, .value = {}});
  std::map<std::int32_t, std::string> values;
  for (std::size_t i = 0; i < found.rows(); ++i) {
    values.emplace(static_cast<std::int32_t>(found.integer(i, 0)), found.text(i, 1));
  }
  return values;
}

// From name to name by the index: a tag may have a million values, and this is asked each second.
std::vector<std::string> Published::tag_names() const {
  return texts_of(database_.ask(
      "WITH RECURSIVE names AS (SELECT min(name) AS name FROM likeness.tag UNION ALL "
      "SELECT (SELECT min(t.name) FROM likeness.tag t WHERE t.name > names.name) FROM names "
      "WHERE name IS NOT NULL) SELECT name FROM names WHERE name IS NOT NULL"));
}

// Whether `publish` has counted them for all shops, which an older likeness did not.
bool Published::has_tag_items() const {
  const auto table = database_.ask("SELECT to_regclass('likeness.tag_items') IS NOT NULL");
  if (!table.boolean(0, 0)) return false;
  return database_
      .ask(
          "SELECT NOT EXISTS (SELECT FROM likeness.published p WHERE model = $1 AND items > 0 AND "
          "NOT EXISTS (SELECT FROM likeness.tag_items t WHERE t.shop = p.shop AND t.model = $1))",
          {std::to_string(model_.id)})
      .boolean(0, 0);
}

std::map<std::string, Published::CountedValues> Published::value_counts(
    const Condition& condition, std::span<const TagFilter> chosen, std::size_t most) const {
  const std::string counts_of_numbers =
      condition.empty() && has_tag_items()
          ? fmt::format(
                "SELECT tag AS number, sum(items)::bigint AS items FROM likeness.tag_items "
                "WHERE model = {} GROUP BY tag",
                model_.id)
          : fmt::format(
                "SELECT number, count(*) AS items FROM {}, unnest(tags) AS number {}{} "
                "GROUP BY number",
                model_.table(), condition.empty() ? "" : "WHERE ", condition);
  auto given = arrays_of(chosen);
  given.push_back(std::to_string(most));
  const auto counted = database_.ask(
      "SELECT name, value, items, different FROM (SELECT name, value, items, "
      "count(*) OVER (PARTITION BY name) AS different, row_number() OVER "
      "(PARTITION BY name ORDER BY items DESC, value COLLATE \"C\") AS place FROM (" +
          counts_of_numbers +
          ") AS counts JOIN likeness.tag ON id = number) AS placed WHERE place <= $3 "
          "OR (name, value) IN (SELECT * FROM unnest($1::text[], $2::text[]))",
      given);
  std::map<std::string, CountedValues> counts;
  for (std::size_t i = 0; i < counted.rows(); ++i) {
    CountedValues& of_tag = counts[counted.text(i, 0)];
    of_tag.items[counted.text(i, 1)] = static_cast<std::size_t>(counted.integer(i, 2));
    of_tag.different = static_cast<std::size_t>(counted.integer(i, 3));
  }
  return counts;
}

void Published::fail(const TagFilter& filter) const {
  std::string what = filter.tag + ": the shop has no such tag";
  std::string wrong = filter.tag;
  auto known = tag_names();
  if (std::ranges::find(known, filter.tag) != known.end()) {
    what = filter.tag + "=" + filter.value + ": no item has this value";
    wrong = filter.value;
    known = texts_of(database_.ask("SELECT value FROM likeness.tag WHERE name = $1", {filter.tag}));
  }
  const auto like = most_like(wrong, known);
  throw Error(Error::Kind::kNotFound, like ? what + ": did you mean " + *like + "?" : what);
}

}  // namespace likeness
