// What was published, as a service asks it for years: connections are kept and made again, a server
// that goes and comes back or moves is waited for, and a replica that stayed behind is not
// believed.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "likeness/postgres/connection_pool.hpp"
#include "likeness/postgres/published_items.hpp"
#include "likeness/postgres/published_together.hpp"
#include "likeness/shop/recommend.hpp"

namespace likeness {

// For any number of threads.
class PublishedCatalogue {
 public:
  struct Options {
    // So long a question is asked again where the database cannot be reached, and an answer is
    // waited for; beside it each host that an address names has two seconds to take a connection.
    // None: it is asked once, and waited for.
    std::chrono::milliseconds patience{0};
  };
  // As of postgres_addresses(). Connects to nothing yet; Error::kUnavailable without libpq.
  PublishedCatalogue(const std::string& addresses, const Options& options);

  // Of Error::kUnavailable the reason why no database answered in time; errors as of
  // recommend_published(). `weights` are those of the model that made the query's latents.
  [[nodiscard]] RecommendOutcome recommend(const RecommendRequest& request,
                                           const std::string& weights = {});
  // Error::kNotFound if there is no such item.
  [[nodiscard]] ShownItem item(const std::string& key);
  // Errors as of published_page(), published_facets() and published_picture().
  [[nodiscard]] PublishedPage page(const CataloguePageRequest& request);
  [[nodiscard]] std::vector<Facet> facets(std::span<const TagFilter> where, std::size_t most);
  [[nodiscard]] Image picture(const std::string& key);

  struct State {
    std::string model;
    std::size_t items = 0;
    std::vector<std::string> parts = {};  // names of those of the latents that can be weighed
    std::vector<std::string> tags = {};   // their names
    bool has_pictures = false;            // so that repeats can be folded
    std::optional<Size> picture_size = {};
  };
  [[nodiscard]] State state();

 private:
  struct Server {
    explicit Server(const std::string& address) : pool(address) {}
    ConnectionPool pool;
    std::mutex mutex;
    std::int32_t newest = 0;  // of the models that answered there
  };
  using Ask = std::function<void(const PublishedTogether&)>;
  [[nodiscard]] bool is_patient() const noexcept {
    return options_.patience > std::chrono::milliseconds(0);
  }
  void ask(const Ask& question);
  [[nodiscard]] bool waited_to_ask_again(const Error& error, int attempt, Postgres::Moment end);
  void ask_once(const Ask& question, std::optional<Postgres::Moment> until);
  void require_not_older(const PublishedTogether& published);

  Options options_;
  std::deque<Server> servers_;
};

}  // namespace likeness
