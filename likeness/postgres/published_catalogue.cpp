#include "likeness/postgres/published_catalogue.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/postgres/recommend_published.hpp"
#include "likeness/shop/part_weights.hpp"

namespace likeness {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMostSwitches = 5;
constexpr std::chrono::milliseconds kPause{50};  // longer with each attempt
constexpr std::chrono::milliseconds kLongestPause{500};

// A new model has taken the place of the one that was just found, whose table is gone.
bool is_of_a_switch(const Error& error) {
  const auto* refused = dynamic_cast<const PostgresError*>(&error);
  return refused != nullptr && refused->state() == "42P01";
}

}  // namespace

PublishedCatalogue::PublishedCatalogue(const std::string& addresses, const Options& options)
    : options_(options) {
  for (const std::string& address : postgres_addresses(addresses)) servers_.emplace_back(address);
  (void)libpq_version();
}

RecommendOutcome PublishedCatalogue::recommend(const RecommendRequest& request,
                                               const std::string& weights) {
  require_answerable(request);
  RecommendOutcome outcome;
  ask([&](const PublishedTogether& published) {
    outcome = recommend_published(request, published, weights);
  });
  return outcome;
}

ShownItem PublishedCatalogue::item(const std::string& key) {
  ShownItem item;
  ask([&](const PublishedTogether& published) { item = published_item(key, published); });
  return item;
}

PublishedPage PublishedCatalogue::page(const CataloguePageRequest& request) {
  PublishedPage page;
  ask([&](const PublishedTogether& published) { page = published_page(request, published); });
  return page;
}

std::vector<Facet> PublishedCatalogue::facets(std::span<const TagFilter> where, std::size_t most) {
  std::vector<Facet> facets;
  ask([&](const PublishedTogether& published) {
    facets = published_facets(where, most, published);
  });
  return facets;
}

Image PublishedCatalogue::picture(const std::string& key) {
  Image picture;
  ask([&](const PublishedTogether& published) { picture = published_picture(key, published); });
  return picture;
}

PublishedCatalogue::State PublishedCatalogue::state() {
  State state;
  ask([&](const PublishedTogether& published) {
    state = {.model = published.model().name,
             .items = published.items(),
             .tags = published.tag_names(),
             .has_pictures = published.has_pictures()};
    if (state.has_pictures) state.picture_size = published.picture_size();
    if (published.can_weigh()) state.parts = part_names(published.parts());
  });
  return state;
}

void PublishedCatalogue::ask(const Ask& question) {
  const auto start = Clock::now();
  const auto end = start + options_.patience;
  for (int attempt = 1;; ++attempt) {
    // A connection that leads nowhere is noticed in time to ask by another one.
    const auto until = attempt == 1 ? start + options_.patience / 2 : end;
    try {
      ask_once(question, is_patient() ? std::optional(until) : std::nullopt);
      return;
    } catch (const Error& error) {
      if (!waited_to_ask_again(error, attempt, end)) throw;
    }
  }
}

// Whether another attempt may be answered, and is still in time.
bool PublishedCatalogue::waited_to_ask_again(const Error& error, int attempt,
                                             Postgres::Moment end) {
  if (is_of_a_switch(error)) return attempt < kMostSwitches;
  if (error.kind() != Error::Kind::kUnavailable) return false;
  for (Server& server : servers_) server.pool.forget();
  const auto pause = std::min(attempt * kPause, kLongestPause);
  if (!is_patient() || Clock::now() + pause >= end) return false;
  std::this_thread::sleep_for(pause);
  return true;
}

void PublishedCatalogue::ask_once(const Ask& question, std::optional<Postgres::Moment> until) {
  std::vector<ConnectionPool::Lease> leases;
  std::vector<Postgres*> databases;
  leases.reserve(servers_.size());
  for (Server& server : servers_) {
    leases.push_back(server.pool.take());
    databases.push_back(&leases.back().database());
    if (until) databases.back()->answer_by(*until);
  }
  const PublishedTogether published(databases);
  require_not_older(published);
  question(published);
}

void PublishedCatalogue::require_not_older(const PublishedTogether& published) {
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    Server& server = servers_[i];
    const std::scoped_lock lock(server.mutex);
    const PublishedModel& model = published.model(i);
    if (model.id < server.newest) {
      throw Error(Error::Kind::kUnavailable,
                  "the database answers by a model before the one that answered last, " +
                      model.name + ": a replica is behind, or it was made anew: then start again");
    }
    server.newest = model.id;
  }
}

}  // namespace likeness
