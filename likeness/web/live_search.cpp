#include "likeness/web/live_search.hpp"

#include <chrono>
#include <exception>
#include <stop_token>

#include "likeness/base/error.hpp"
#include "likeness/web/http.hpp"

namespace likeness {
namespace {

using std::chrono::milliseconds;

// So long a request waits for a database that is lost or moves.
constexpr milliseconds kPatienceOfReader{5000};
constexpr milliseconds kPatienceOfFollower{1000};

// What the database refuses of our own questions is no mistake of who asked us.
bool is_of_the_database(const Error& error) {
  return error.kind() == Error::Kind::kUnavailable || error.kind() == Error::Kind::kCorrupt ||
         dynamic_cast<const PostgresError*>(&error) != nullptr;
}

// Who asks the service need not know where it asks.
template <typename Ask>
auto asked(const Ask& ask) {
  try {
    return ask();
  } catch (const Error& error) {
    if (!is_of_the_database(error)) throw;
    throw HttpProblem{.status = 503,
                      .kind = name_of(Error::Kind::kUnavailable),
                      .message = "the database that is searched cannot be asked now",
                      .headers = {{"Retry-After", "2"}},
                      .remark = error.what()};
  }
}

}  // namespace

LiveSearch::LiveSearch(const std::string& addresses)
    : catalogue_(addresses, {.patience = kPatienceOfReader}),
      watched_(addresses, {.patience = kPatienceOfFollower}) {
  look();
  follower_ = std::jthread([this](const std::stop_token& stop) { follow(stop); });
}

RecommendOutcome LiveSearch::recommend(const RecommendRequest& request,
                                       const std::string& weights) {
  return asked([&] { return catalogue_.recommend(request, weights); });
}

ShownItem LiveSearch::item(const std::string& key) {
  return asked([&] { return catalogue_.item(key); });
}

PublishedPage LiveSearch::page(const CataloguePageRequest& request) {
  return asked([&] { return catalogue_.page(request); });
}

std::vector<Facet> LiveSearch::facets(std::span<const TagFilter> where, std::size_t most) {
  return asked([&] { return catalogue_.facets(where, most); });
}

Image LiveSearch::picture(const std::string& key) {
  return asked([&] { return catalogue_.picture(key); });
}

std::optional<std::string> LiveSearch::problem() const {
  const std::scoped_lock lock(mutex_);
  return problem_;
}

PublishedCatalogue::State LiveSearch::state() const {
  const std::scoped_lock lock(mutex_);
  return state_;
}

void LiveSearch::look() {
  std::optional<std::string> problem;
  PublishedCatalogue::State state;
  try {
    state = watched_.state();
  } catch (const std::exception& error) {
    problem = error.what();
  }
  const std::scoped_lock lock(mutex_);
  if (!problem) state_ = state;
  problem_ = std::move(problem);
}

void LiveSearch::follow(const std::stop_token& stop) {
  constexpr milliseconds kPause{1000};
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  while (!woken.wait_for(lock, stop, kPause, [] { return false; }) && !stop.stop_requested()) {
    look();
  }
}

}  // namespace likeness
