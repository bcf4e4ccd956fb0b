// The databases that a service has its recommendations from in place of its shop, and whether they
// can be asked now.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "likeness/postgres/published_catalogue.hpp"

namespace likeness {

class LiveSearch {
 public:
  // Error::kInput for an address that is none. What cannot be reached yet is a problem(), no error.
  explicit LiveSearch(const std::string& addresses);

  // HttpProblem 503, to come again, where the database cannot be asked: its log has the reason.
  // Other errors as of PublishedCatalogue.
  [[nodiscard]] RecommendOutcome recommend(const RecommendRequest& request,
                                           const std::string& weights);
  [[nodiscard]] ShownItem item(const std::string& key);
  [[nodiscard]] PublishedPage page(const CataloguePageRequest& request);
  [[nodiscard]] std::vector<Facet> facets(std::span<const TagFilter> where, std::size_t most);
  [[nodiscard]] Image picture(const std::string& key);

  // As of a moment ago: why it cannot be asked, or what answers.
  [[nodiscard]] std::optional<std::string> problem() const;
  [[nodiscard]] PublishedCatalogue::State state() const;

 private:
  void look();
  void follow(const std::stop_token& stop);

  PublishedCatalogue catalogue_;
  PublishedCatalogue watched_;

  mutable std::mutex mutex_;  // of what follows
  std::optional<std::string> problem_;
  PublishedCatalogue::State state_;

  std::jthread follower_;  // last: it uses all of the above
};

}  // namespace likeness
