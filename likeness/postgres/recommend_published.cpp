#include "likeness/postgres/recommend_published.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/neighbours/distance.hpp"
#include "likeness/neighbours/search.hpp"
#include "likeness/postgres/published_items.hpp"
#include "likeness/postgres/row_pictures.hpp"
#include "likeness/shop/explanation.hpp"
#include "likeness/shop/part_weights.hpp"

namespace likeness {
namespace {

// The graph misses a few of the nearest, and is asked for more than are shown.
constexpr std::size_t kCandidates = 4;  // for each result
// Where parts count more or less, of each graph: none is of what is asked for.
constexpr std::size_t kWeightedCandidates = 10;
// Where nearly all of what is near shows the same pictures, no more than these are looked at.
constexpr std::size_t kMostCandidates = 10'000;

void require_same_model(const RecommendRequest& request, const PublishedModel& model,
                        const std::string& weights) {
  if (request.query.latents.empty() || model.weights == weights) return;
  throw Error(Error::Kind::kNotFound,
              "the database answers by the model " + model.name +
                  ", and the shop that describes pictures by another one",
              Remedy{.does = "bring them together", .verb = "publish"});
}

// What is asked, and what may answer: each item once, those of the taste before the others.
struct Question {
  Taste taste;
  std::vector<PublishedRow> rows;
  std::size_t liked = 0;  // of the first rows
};

bool has_key(std::span<const PublishedRow> rows, const std::string& key) {
  return std::ranges::find(rows, key, &PublishedRow::key) != rows.end();
}

Question question_of(const RecommendQuery& query, const PublishedTogether& published) {
  Question question;
  Taste& taste = question.taste;
  const auto add = [&](PublishedRow row, std::vector<float>& vectors) {
    vectors.insert(vectors.end(), row.vector.begin(), row.vector.end());
    taste.items.push_back(question.rows.size());
    question.rows.push_back(std::move(row));
  };
  for (std::size_t i = 0; i < query.liked.size(); ++i) {
    PublishedRow row = row_named(published, query.liked[i]);
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
    PublishedRow row = row_named(published, key);
    if (has_key(std::span(question.rows).first(question.liked), row.key)) {
      throw RequestError("unlike", row.key + " is liked, too: leave one of them out");
    }
    if (!has_key(question.rows, row.key)) add(std::move(row), taste.unliked);
  }
  return question;
}

// What is near: by the model, or with its parts weighted as was asked.
struct Nearness {
  Weighing weighing;
  std::vector<float> factors;  // of each number; none: all 1
  Relevance relevance;
};

Nearness nearness_of(const RecommendRequest& request, const PublishedTogether& published) {
  Nearness nearness;
  if (request.weights.empty()) {
    nearness.relevance = published.relevance();
    return nearness;
  }
  nearness.weighing.parts = published.parts();
  nearness.factors =
      number_factors(request.weights, nearness.weighing.parts, published.model().name);
  for (const Part& part : nearness.weighing.parts) {
    nearness.weighing.weights.push_back(double{nearness.factors[part.begin]});
  }
  nearness.relevance = published.relevance(nearness.weighing);
  return nearness;
}

void weigh(const Nearness& nearness, std::vector<float>& vectors) {
  if (!nearness.factors.empty()) multiply_rows(nearness.factors, vectors);
}

void weigh(const Nearness& nearness, Taste& taste) {
  weigh(nearness, taste.liked);
  weigh(nearness, taste.unliked);
}

// As a shop has it: that of the only item that is liked; else the one whose centroid is nearest.
std::int32_t cluster_of(const Question& question, const Nearness& nearness,
                        const PublishedTogether& published) {
  auto clusters = published.clusters();
  if (!clusters) {
    throw Error(Error::Kind::kNotFound,
                "the shop has no clusters by " + published.model().name + " yet",
                Remedy{.does = "make them there, and publish it again", .verb = "publish"});
  }
  const Taste& taste = question.taste;
  const bool one_item = question.rows.size() == 1 && question.liked == 1 &&
                        taste.liked.size() == published.model().dimensions;
  if (one_item) {
    if (const auto& cluster = question.rows.front().cluster) return *cluster;
  }
  std::vector<float> query = query_of(taste, published.model().dimensions);
  weigh(nearness, query);
  weigh(nearness, clusters->centroids);
  return static_cast<std::int32_t>(nearest_cluster(*clusters, query));
}

PublishedTogether::Conditions conditions_of(const RecommendRequest& request,
                                            const Question& question, const Nearness& nearness,
                                            const PublishedTogether& published) {
  auto conditions = published.where(request.query.where);
  if (request.by == RecommendRequest::By::kClusters) {
    const auto cluster = cluster_of(question, nearness, published);
    for (auto& condition : conditions) {
      condition += fmt::format("{}cluster = {}", condition.empty() ? "" : " AND ", cluster);
    }
  }
  return conditions;
}

std::size_t candidates_of(const RecommendRequest& request) {
  std::size_t each = request.weights.empty() ? kCandidates : kWeightedCandidates;
  if (request.diversity > 0.0) each = std::max(each, kPoolShare);
  return static_cast<std::size_t>(request.count + request.offset) * each;
}

// Adds what may be shown, by key: of two that are equally near the first is shown first. False if
// there are no more than these.
bool add_candidates(const RecommendRequest& request, std::size_t count, const Nearness& nearness,
                    const PublishedTogether& published, Question& question) {
  const std::size_t wanted = std::min(count, published.items()) + question.rows.size();
  const auto query = query_of(question.taste, published.model().dimensions);
  check_rows(Rows(query, query.size()), "query");
  const std::size_t asked = question.rows.size();
  auto found = published.nearest({.query = query, .count = wanted, .weighing = nearness.weighing},
                                 conditions_of(request, question, nearness, published));
  for (PublishedRow& row : found) {
    if (has_key(std::span(question.rows).first(asked), row.key)) continue;
    question.rows.push_back(std::move(row));
  }
  return count < published.items() && found.size() >= wanted;
}

std::vector<float> vectors_of(const Question& question, const Nearness& nearness) {
  std::vector<float> vectors;
  for (const PublishedRow& row : question.rows) {
    vectors.insert(vectors.end(), row.vector.begin(), row.vector.end());
  }
  weigh(nearness, vectors);
  return vectors;
}

std::vector<std::vector<ItemTag>> tags_of(std::span<const Recommendation> found,
                                          const Question& question,
                                          const PublishedTogether& published) {
  std::vector<const PublishedRow*> rows;
  for (const Recommendation& one : found) rows.push_back(&question.rows[one.item]);
  return published.tags_of(rows);
}

std::vector<ShownItem> shown_items(std::span<const Recommendation> found, const Question& question,
                                   const PublishedTogether& published) {
  auto tags = tags_of(found, question, published);
  std::vector<ShownItem> shown;
  for (std::size_t i = 0; i < found.size(); ++i) {
    shown.push_back(shown_item(question.rows[found[i].item], std::move(tags[i])));
    shown.back().distance = found[i].distance;
    shown.back().relevance = found[i].relevance;
    for (const std::size_t folded : found[i].folded) {
      shown.back().folded.push_back(question.rows[folded].key);
    }
  }
  return shown;
}

// Why each is shown, as a shop tells it.
void explain(std::span<const Recommendation> found, const Question& question,
             const Nearness& nearness, const PublishedTogether& published,
             std::vector<ShownItem>& shown) {
  std::vector<const PublishedRow*> liked;
  liked.reserve(question.liked);
  for (std::size_t i = 0; i < question.liked; ++i) liked.push_back(&question.rows[i]);
  std::vector<ItemTag> liked_tags;
  for (auto& tags : published.tags_of(liked))
    std::ranges::move(tags, std::back_inserter(liked_tags));
  const auto parts = published.parts();
  Taste taste = question.taste;
  weigh(nearness, taste);
  const Explainer explainer(parts, published.model().dimensions, taste, liked_tags);
  for (std::size_t i = 0; i < found.size(); ++i) {
    std::vector<float> vector = question.rows[found[i].item].vector;
    weigh(nearness, vector);
    shown[i].explanation = explainer.of(vector, shown[i].tags);
  }
}

bool is_folded(const RecommendRequest& request) {
  return request.repeats == RecommendRequest::Repeats::kFolded;
}

void require_pictures(const PublishedTogether& published) {
  if (published.has_pictures()) return;
  throw Error(
      Error::Kind::kNotFound,
      "pictures cannot be compared: the database does not have those of all items",
      Remedy{
          .does = "write them", .verb = "publish", .asked = {{.field = "pictures", .value = ""}}});
}

// Places of all rows, the nearest first.
std::vector<std::size_t> by_nearness(const Rows& rows, std::span<const float> query) {
  std::vector<float> distances(rows.count());
  for (std::size_t i = 0; i < distances.size(); ++i) {
    distances[i] = distance(Metric::kEuclidean, rows.row(i), query);
  }
  std::vector<std::size_t> places(rows.count());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::ranges::sort(places, {}, [&](std::size_t place) { return distances[place]; });
  return places;
}

struct Found {
  std::vector<Recommendation> results;
  bool all_relevant = true;  // so that farther rows may be relevant enough, too
};

// What is shown of the question's rows, in which order.
Found find_among(const RecommendRequest& request, const Question& question,
                 const Nearness& nearness, const PublishedTogether& published) {
  Taste taste = question.taste;
  weigh(nearness, taste);
  const auto vectors = vectors_of(question, nearness);
  const Rows rows(vectors, published.model().dimensions);
  const Search index(
      rows, {.method = SearchOptions::Method::kExact, .expected_queries = 1, .threads = 1});
  const auto query = query_of(taste, rows.dimensions());
  const auto order = by_nearness(rows, query);
  RowPictures pictures(published, question.rows, order);
  const SameItem same = std::ref(pictures);
  const float farthest = distance(Metric::kEuclidean, rows.row(order.back()), query);
  return {.results = recommend(index, nearness.relevance, taste,
                               {.count = request.count + request.offset,
                                .diversity = request.diversity,
                                .relevance = request.relevance,
                                .distinct = is_folded(request) ? &same : nullptr,
                                .threads = 1}),
          .all_relevant = nearness.relevance.of(farthest) >= request.relevance};
}

// Where repeats are folded, what is left of the first candidates may be too little.
std::vector<Recommendation> find_enough(const RecommendRequest& request, const Nearness& nearness,
                                        const PublishedTogether& published, Question& question) {
  const Question asked = question;
  for (std::size_t count = candidates_of(request);; count = std::min(4 * count, kMostCandidates)) {
    question = asked;
    const bool more = add_candidates(request, count, nearness, published, question);
    if (question.rows.empty()) return {};
    Found found = find_among(request, question, nearness, published);
    const bool enough = found.results.size() >= request.count + request.offset;
    if (enough || !more || !is_folded(request) || !found.all_relevant || count >= kMostCandidates) {
      return std::move(found.results);
    }
  }
}

}  // namespace

void require_answerable(const RecommendRequest& request) {
  require_sound(request);
  if (request.query.image) {
    throw RequestError("image", "needs the model, which a database does not have: ask the shop");
  }
}

RecommendOutcome recommend_published(const RecommendRequest& request,
                                     const PublishedTogether& published,
                                     const std::string& weights) {
  require_answerable(request);
  require_same_model(request, published.model(), weights);
  if (is_folded(request)) require_pictures(published);
  const Nearness nearness = nearness_of(request, published);
  Question question = question_of(request.query, published);
  const auto all = find_enough(request, nearness, published, question);
  const auto found = std::span(all).subspan(std::min<std::size_t>(request.offset, all.size()));
  RecommendOutcome outcome{
      .model = published.model().name, .items = published.items(), .liked = {}, .results = {}};
  for (const PublishedRow& row : std::span(question.rows).first(question.liked)) {
    outcome.liked.push_back(shown_item(row, {}).item);
  }
  outcome.results = shown_items(found, question, published);
  if (request.explained == RecommendRequest::Explained::kYes) {
    explain(found, question, nearness, published, outcome.results);
  }
  return outcome;
}

}  // namespace likeness
