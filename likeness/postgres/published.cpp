#include "likeness/postgres/published.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "likeness/base/error.hpp"
#include "likeness/base/json.hpp"
#include "likeness/base/words.hpp"
#include "likeness/catalogue/same_picture.hpp"
#include "likeness/postgres/shop_facts.hpp"

namespace likeness {
namespace {

constexpr const char* kColumns = "key, source, tags, cluster, vec";
constexpr const char* kHasInKey = "($1::text = '' OR strpos(key, $1::text) > 0)";

// Where fewer fit, all of them are compared: the graph would be walked far and wide to meet them.
constexpr double kExactShare = 0.02;
constexpr double kExactRows = 2000.0;

// Where parts count more or less and have no graphs, so many are still compared one by one.
constexpr double kMostExactWeighted = 200'000.0;

// Of the graph: how many it keeps in mind; more find more, and take longer.
constexpr std::size_t kBreadth = 100;
constexpr std::size_t kMostBreadth = 1000;  // that pgvector allows

PublishedModel require_active(Postgres& database) {
  if (auto model = active_model_of(database)) return *std::move(model);
  throw Error(
      Error::Kind::kUnavailable,
      database.name() + ": no shop was published there to its end yet: use likeness publish");
}

std::string text_of(std::span<const float> vector) {
  return fmt::format("[{}]", fmt::join(vector, ","));
}

}  // namespace

Published::Published(Postgres& database) : database_(database), model_(require_active(database)) {
  const auto facts = database_.ask(
      "SELECT (sum(items) OVER ())::bigint, distances FROM likeness.published WHERE model = $1 "
      "ORDER BY items DESC, shop LIMIT 1",
      {std::to_string(model_.id)});
  if (facts.rows() == 0) return;
  items_ = static_cast<std::size_t>(facts.integer(0, 0));
  relevance_.distances = floats_of(facts.text(0, 1));
}

PublishedParts Published::parts() const {
  if (auto parts = published_parts(database_, model_)) return *std::move(parts);
  throw Error(
      Error::Kind::kNotFound,
      database_.name() + ": nobody wrote there what parts the latents of " + model_.name + " have",
      Remedy{.does = "write it", .verb = "publish"});
}

bool Published::can_weigh() const {
  const auto parts = published_parts(database_, model_);
  return parts && (parts->have_graphs || static_cast<double>(items_) <= kMostExactWeighted);
}

bool Published::has_pictures() const {
  const auto table = database_.ask("SELECT to_regclass('likeness.pictured') IS NOT NULL");
  if (!table.boolean(0, 0)) return false;
  return database_
      .ask(
          "SELECT NOT EXISTS (SELECT FROM likeness.published p WHERE model = $1 AND NOT EXISTS "
          "(SELECT FROM likeness.pictured q WHERE q.shop = p.shop))",
          {std::to_string(model_.id)})
      .boolean(0, 0);
}

Relevance Published::relevance(const Weighing& weighing) const {
  const auto found = database_.ask(
      "SELECT by_part FROM likeness.published JOIN likeness.pairs USING (shop, model) "
      "WHERE model = $1 ORDER BY items DESC, shop LIMIT 1",
      {std::to_string(model_.id)});
  Relevance relevance;
  if (found.rows() == 0) return relevance;
  const auto by_part = floats_of(found.text(0, 0));
  const std::size_t parts = weighing.parts.size();
  for (std::size_t pair = 0; pair + parts <= by_part.size(); pair += parts) {
    double square = 0.0;
    for (std::size_t i = 0; i < parts; ++i) {
      const double distance = weighing.weights[i] * double{by_part[pair + i]};
      square += distance * distance;
    }
    relevance.distances.push_back(static_cast<float>(std::sqrt(square)));
  }
  std::ranges::sort(relevance.distances);
  return relevance;
}

std::vector<PublishedRow> Published::rows(const Answer& answer) const {
  std::vector<PublishedRow> rows(answer.rows());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    PublishedRow& row = rows[i];
    row.key = answer.text(i, 0);
    row.source = answer.text(i, 1);
    row.tags = answer.integers(i, 2);
    if (!answer.is_null(i, 3)) row.cluster = static_cast<std::int32_t>(answer.integer(i, 3));
    row.vector = answer.halves(i, 4);
    if (row.vector.size() != model_.dimensions) {
      throw Error(Error::Kind::kCorrupt, database_.name() + ": a vector is of another size");
    }
  }
  return rows;
}

std::optional<PublishedRow> Published::find(const std::string& key) const {
  auto found = rows(database_.ask(
      fmt::format("SELECT {} FROM {} WHERE key = $1", kColumns, model_.table()), {key}));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::map<std::string, std::string> Published::pictures(std::span<const std::string> keys) const {
  const auto found = database_.ask(
      "SELECT key, colours FROM likeness.picture WHERE key = ANY($1::text[])", {array_of(keys)});
  std::map<std::string, std::string> pictures;
  for (std::size_t i = 0; i < found.rows(); ++i) {
    if (found.text(i, 1).size() != kComparedNumbers) {
      throw Error(Error::Kind::kCorrupt, database_.name() + ": a picture is of another size");
    }
    pictures.emplace(found.text(i, 0), found.text(i, 1));
  }
  return pictures;
}

std::vector<PublishedRow> Published::list(const Listed& listed, const Condition& condition) const {
  return rows(
      database_.ask(fmt::format("SELECT {} FROM {} WHERE {} AND {} AND key > $2::text ORDER BY key "
                                "OFFSET {} LIMIT {}",
                                kColumns, model_.table(), condition.empty() ? "true" : condition,
                                kHasInKey, listed.offset, listed.count),
                    {listed.in_key, listed.after}));
}

std::size_t Published::count(const Listed& listed, const Condition& condition) const {
  if (condition.empty() && listed.in_key.empty()) return items_;
  const auto counted =
      database_.ask(fmt::format("SELECT count(*) FROM {} WHERE {} AND {}", model_.table(),
                                condition.empty() ? "true" : condition, kHasInKey),
                    {listed.in_key});
  return static_cast<std::size_t>(counted.integer(0, 0));
}

std::optional<Size> Published::picture_size() const {
  const auto table = database_.ask("SELECT to_regclass('likeness.picture_size') IS NOT NULL");
  if (!table.boolean(0, 0)) return std::nullopt;
  const auto size = database_.ask("SELECT width, height FROM likeness.picture_size LIMIT 1");
  if (size.rows() == 0) return std::nullopt;
  return Size{.width = static_cast<int>(size.integer(0, 0)),
              .height = static_cast<int>(size.integer(0, 1))};
}

void Published::visit(const Condition& condition,
                      const std::function<void(const PublishedRow&)>& on_row) const {
  constexpr std::size_t kAtOnce = 10'000;
  database_.execute(fmt::format("DECLARE visited CURSOR FOR SELECT {} FROM {} {}{} ORDER BY key",
                                kColumns, model_.table(), condition.empty() ? "" : "WHERE ",
                                condition));
  for (;;) {
    const auto found = rows(database_.ask(fmt::format("FETCH {} FROM visited", kAtOnce)));
    for (const PublishedRow& row : found) on_row(row);
    if (found.size() < kAtOnce) break;
  }
  database_.execute("CLOSE visited");
}

std::optional<Clustering> Published::clusters() const {
  const auto facts =
      database_.ask("SELECT centroids, clusters FROM likeness.published WHERE model = $1",
                    {std::to_string(model_.id)});
  if (facts.rows() > 1) {
    throw Error(Error::Kind::kInput,
                fmt::format("{}: {} shops were published there, and each has clusters of its own: "
                            "ask for neighbours",
                            database_.name(), facts.rows()));
  }
  if (facts.rows() == 0 || facts.text(0, 0).empty()) return std::nullopt;
  Clustering clustering;
  clustering.dimensions = model_.dimensions;
  clustering.centroids = floats_of(facts.text(0, 0));
  clustering.sizes.resize(clustering.centroids.size() / model_.dimensions);
  for (const std::int32_t cluster : facts.integers(0, 1)) {
    clustering.sizes.at(static_cast<std::size_t>(cluster)) = 1;  // only whether there are any
  }
  return clustering;
}

double Published::estimate(const Condition& condition) const {
  if (condition.empty()) return static_cast<double>(items_);
  const auto plan = database_.ask(
      fmt::format("EXPLAIN (FORMAT JSON) SELECT FROM {} WHERE {}", model_.table(), condition));
  const Json document = parse_json(plan.text(0, 0), database_.name());
  if (document.array().empty()) return 0.0;
  return document.array().front().at("Plan").at("Plan Rows").number();
}

Published::Distance Published::distance_of(std::span<const float> query) const {
  return {.sql = fmt::format("vec <-> $1::halfvec({})", model_.dimensions),
          .values = {text_of(query)}};
}

Published::Distance Published::distance_of(std::span<const float> query, const Part& part) {
  return {.sql = fmt::format("{} <-> $1::halfvec({})", numbers_of(part), part.size),
          .values = {text_of(query.subspan(part.begin, part.size))}};
}

Published::Distance Published::square_of(std::span<const float> query, const Weighing& weighing) {
  Distance square;
  for (std::size_t i = 0; i < weighing.parts.size(); ++i) {
    const Part& part = weighing.parts[i];
    if (weighing.weights[i] == 0.0) continue;
    square.values.push_back(text_of(query.subspan(part.begin, part.size)));
    square.sql +=
        fmt::format("{}({} * ({} <-> ${}::halfvec({}))) ^ 2", square.sql.empty() ? "" : " + ",
                    weighing.weights[i], numbers_of(part), square.values.size(), part.size);
  }
  return square;
}

// What is exact is asked for elsewhere; here the planner has no choice but the graph, and the graph
// goes on until there are enough rows.
std::vector<PublishedRow> Published::by_graph(const Distance& distance, std::size_t count,
                                              const Condition& condition) const {
  database_.execute(
      fmt::format("SET LOCAL hnsw.ef_search = {}; SET LOCAL hnsw.iterative_scan = relaxed_order; "
                  "SET LOCAL hnsw.max_scan_tuples = 2147483647; SET LOCAL jit = off; "
                  "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; "
                  "SET LOCAL enable_sort = off",
                  std::clamp(count, kBreadth, kMostBreadth)));
  auto found = rows(database_.ask(
      fmt::format("SELECT {} FROM {} {}{} ORDER BY {} LIMIT {}", kColumns, model_.table(),
                  condition.empty() ? "" : "WHERE ", condition, distance.sql, count),
      distance.values));
  database_.execute(
      "SET LOCAL enable_seqscan = on; SET LOCAL enable_bitmapscan = on; "
      "SET LOCAL enable_sort = on");
  return found;
}

// A sum is in no index.
std::vector<PublishedRow> Published::by_all(const Distance& distance, std::size_t count,
                                            const Condition& condition) const {
  return rows(database_.ask(
      fmt::format("SELECT {} FROM {} {}{} ORDER BY ({}) + 0 LIMIT {}", kColumns, model_.table(),
                  condition.empty() ? "" : "WHERE ", condition, distance.sql, count),
      distance.values));
}

std::vector<PublishedRow> Published::nearest(const Wanted& wanted,
                                             const Condition& condition) const {
  if (!wanted.weighing.parts.empty()) return nearest_weighted(wanted, condition);
  const Distance distance = distance_of(wanted.query);
  const double least = std::max(kExactRows, kExactShare * static_cast<double>(items_));
  if (estimate(condition) >= least) {
    auto found = by_graph(distance, wanted.count, condition);
    if (found.size() == wanted.count) return found;
  }
  return by_all(distance, wanted.count, condition);
}

std::vector<PublishedRow> Published::nearest_weighted(const Wanted& wanted,
                                                      const Condition& condition) const {
  const Weighing& weighing = wanted.weighing;
  const double fitting = estimate(condition);
  const bool have_graphs = parts().have_graphs;
  if (!have_graphs && fitting > kMostExactWeighted) {
    throw Error(
        Error::Kind::kNotFound,
        fmt::format("{}: parts of {} items cannot be weighed without a graph of each part",
                    database_.name(), with_thousands(items_)),
        Remedy{
            .does = "make them", .verb = "publish", .asked = {{.field = "weights", .value = ""}}});
  }
  if (have_graphs && fitting >= wanted.exact_weighted) {
    auto found = by_graph(distance_of(wanted.query), wanted.count, condition);
    const bool enough = found.size() == wanted.count;
    for (std::size_t i = 0; enough && i < weighing.parts.size(); ++i) {
      if (weighing.weights[i] == 0.0) continue;
      auto near = by_graph(distance_of(wanted.query, weighing.parts[i]), wanted.count, condition);
      std::ranges::move(near, std::back_inserter(found));
    }
    std::ranges::sort(found, {}, &PublishedRow::key);
    const auto again = std::ranges::unique(found, {}, &PublishedRow::key);
    found.erase(again.begin(), again.end());
    if (enough) return found;
  }
  return by_all(square_of(wanted.query, weighing), wanted.count, condition);
}

}  // namespace likeness
