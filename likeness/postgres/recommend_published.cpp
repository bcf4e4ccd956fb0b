#include "likeness/postgres/recommend_published.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/utf8.hpp"
#include "likeness/neighbours/search.hpp"
#include "likeness/postgres/published.hpp"

namespace likeness {
namespace {

// The graph misses a few of the nearest, and is asked for more than are shown.
constexpr std::size_t kCandidates = 4;  // for each result
constexpr int kAttempts = 5;

void refuse_what_needs_a_shop(const RecommendRequest& request) {
  if (request.query.image) {
    throw RequestError("image", "needs the model, which a database does not have: ask the shop");
  }
  if (request.repeats == RecommendRequest::Repeats::kFolded) {
    throw RequestError("distinct",
                       "compares pictures, which a database does not have: ask the shop");
  }
  if (!request.weights.empty()) {
    throw RequestError("weight",
                       "changes what is near, and a database is indexed by the model's own "
                       "distances: ask the shop");
  }
}

// What is asked, and what may answer: each item once, those of the taste before the others.
struct Question {
  Taste taste;
  std::vector<PublishedRow> rows;
  std::size_t liked = 0;  // of the first rows
};

PublishedRow find_row(const Published& published, const std::string& key) {
  if (auto row = published.find(to_nfc(key))) return *std::move(row);
  throw Error(Error::Kind::kNotFound,
              key +
                  ": there is no such item in the database: a key is the name of a picture's file "
                  "without folder and extension");
}

bool has_key(std::span<const PublishedRow> rows, const std::string& key) {
  return std::ranges::find(rows, key, &PublishedRow::key) != rows.end();
}

Question question_of(const RecommendQuery& query, const Published& published) {
  Question question;
  Taste& taste = question.taste;
  const auto add = [&](PublishedRow row, std::vector<float>& vectors) {
    vectors.insert(vectors.end(), row.vector.begin(), row.vector.end());
    taste.items.push_back(question.rows.size());
    question.rows.push_back(std::move(row));
  };
  for (std::size_t i = 0; i < query.liked.size(); ++i) {
    PublishedRow row = find_row(published, query.liked[i]);
    if (has_key(question.rows, row.key)) continue;
    add(std::move(row), taste.liked);
    taste.weights.push_back(i < query.weights.size() ? query.weights[i] : 1.0);
  }
  question.liked = question.rows.size();
  for (const auto& [latent, weight] : query.latents) {
    taste.liked.insert(taste.liked.end(), latent.begin(), latent.end());
    taste.weights.push_back(weight);
  }
  for (const std::string& key : query.unliked) {
    PublishedRow row = find_row(published, key);
    if (has_key(std::span(question.rows).first(question.liked), row.key)) {
      throw RequestError("unlike", row.key + " is liked, too: leave one of them out");
    }
    if (!has_key(question.rows, row.key)) add(std::move(row), taste.unliked);
  }
  return question;
}

// As a shop has it: that of the only item that is liked; else the one whose centroid is nearest.
std::int32_t cluster_of(const Question& question, const Published& published) {
  const auto clusters = published.clusters();
  if (!clusters) {
    throw Error(Error::Kind::kNotFound, "the shop has no clusters by " + published.model().name +
                                            " yet: make them there, and publish it again");
  }
  const Taste& taste = question.taste;
  const bool one_item = question.rows.size() == 1 && question.liked == 1 &&
                        taste.liked.size() == published.model().dimensions;
  if (one_item) {
    if (const auto& cluster = question.rows.front().cluster) return *cluster;
  }
  return static_cast<std::int32_t>(
      nearest_cluster(*clusters, query_of(taste, published.model().dimensions)));
}

Published::Condition condition_of(const RecommendRequest& request, const Question& question,
                                  const Published& published) {
  auto condition = published.where(request.query.where);
  if (request.by == RecommendRequest::By::kClusters) {
    condition += fmt::format("{}cluster = {}", condition.empty() ? "" : " AND ",
                             cluster_of(question, published));
  }
  return condition;
}

// Adds what may be shown, by key: of two that are equally near the first is shown first.
void add_candidates(const RecommendRequest& request, const Published& published,
                    Question& question) {
  const auto results = static_cast<std::size_t>(request.count + request.offset);
  const std::size_t each = request.diversity > 0.0 ? kPoolShare : kCandidates;
  const std::size_t wanted = std::min(results * each, published.items()) + question.rows.size();
  const auto query = query_of(question.taste, published.model().dimensions);
  check_rows(Rows(query, query.size()), "query");
  const std::size_t asked = question.rows.size();
  for (PublishedRow& row :
       published.nearest(query, wanted, condition_of(request, question, published))) {
    if (has_key(std::span(question.rows).first(asked), row.key)) continue;
    question.rows.push_back(std::move(row));
  }
  std::sort(question.rows.begin() + static_cast<std::ptrdiff_t>(asked), question.rows.end(),
            [](const PublishedRow& a, const PublishedRow& b) { return a.key < b.key; });
}

Item item_of(const PublishedRow& row) {
  return {.id = 0, .key = row.key, .source = row.source, .digest = {}};
}

RecommendOutcome answer(const RecommendRequest& request, Postgres& database) {
  PostgresTransaction of_one_moment(database, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  const Published published(database);
  Question question = question_of(request.query, published);
  add_candidates(request, published, question);
  std::vector<float> vectors;
  for (const PublishedRow& row : question.rows) {
    vectors.insert(vectors.end(), row.vector.begin(), row.vector.end());
  }
  const Search index(
      Rows(vectors, published.model().dimensions),
      {.method = SearchOptions::Method::kExact, .expected_queries = 1, .threads = 1});
  const auto found = recommend(index, published.relevance(), question.taste,
                               {.count = request.count + request.offset,
                                .diversity = request.diversity,
                                .relevance = request.relevance,
                                .threads = 1});
  RecommendOutcome outcome{
      .model = published.model().name, .items = published.items(), .liked = {}, .results = {}};
  for (const PublishedRow& row : std::span(question.rows).first(question.liked)) {
    outcome.liked.push_back(item_of(row));
  }
  for (std::size_t i = request.offset; i < found.size(); ++i) {
    const PublishedRow& row = question.rows[found[i].item];
    ShownItem& shown = outcome.results.emplace_back();
    shown.item = item_of(row);
    shown.tags = published.tags_of(row.tags);
    shown.distance = found[i].distance;
    shown.relevance = found[i].relevance;
    if (row.cluster) shown.cluster = static_cast<std::size_t>(*row.cluster);
  }
  of_one_moment.commit();
  return outcome;
}

}  // namespace

RecommendOutcome recommend_published(const RecommendRequest& request, const std::string& address) {
  require_sound(request);
  refuse_what_needs_a_shop(request);
  Postgres database(address);
  for (int attempt = 1;; ++attempt) {
    try {
      return answer(request, database);
    } catch (const PostgresError& error) {
      // A new model has taken the place of the one that was just found, whose table is gone.
      if (error.state() != "42P01" || attempt == kAttempts) throw;
    }
  }
}

}  // namespace likeness
