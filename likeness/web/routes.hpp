// The routes of the service: one table, one function a route, each of which reads what it was
// asked, calls one verb of the shop, and writes the answer.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/shop/space.hpp"
#include "likeness/web/call.hpp"
#include "likeness/web/http.hpp"

namespace likeness {

struct Route {
  enum class Runs { kAtOnce, kOnAPool, kSearching };
  using Answer = HttpResponse (*)(const Call&);
  using AnswerLater = void (*)(const Call&, const Respond&);

  // With a constructor, so that the table has a line a route.
  constexpr Route(const char* the_method, const char* the_path, Answer answers,
                  Runs where = Runs::kOnAPool, std::size_t most_bytes = 0)
      : method(the_method),
        path(the_path),
        answer(answers),
        runs(where),
        most_body_bytes(most_bytes) {}
  constexpr Route(const char* the_method, const char* the_path, AnswerLater answers,
                  std::size_t most_bytes = 0)
      : method(the_method),
        path(the_path),
        answer_later(answers),
        runs(Runs::kOnAPool),
        most_body_bytes(most_bytes),
        changes(true) {}

  const char* method;
  const char* path;  // "/api/v1/items/{key}/similar"
  Answer answer = nullptr;
  AnswerLater answer_later = nullptr;  // instead of it
  Runs runs;
  std::size_t most_body_bytes;  // 0: it takes none
  bool changes = false;         // the shop
};

[[nodiscard]] std::span<const Route> routes();

// Which routes have the path of a request, and what stands where they have a name in braces. A name
// may hold slashes: a key that a proxy has decoded goes over several segments.
struct RouteMatch {
  std::vector<const Route*> routes;  // one for each method
  std::string named;
};
[[nodiscard]] RouteMatch match_routes(std::span<const std::string> segments);

// items_routes.cpp
[[nodiscard]] HttpResponse list_items(const Call& call);
[[nodiscard]] HttpResponse show_item(const Call& call);
[[nodiscard]] HttpResponse show_tags(const Call& call);
// picture_routes.cpp
[[nodiscard]] HttpResponse show_picture(const Call& call);
[[nodiscard]] HttpResponse keep_picture(const Call& call);
[[nodiscard]] HttpResponse show_kept_picture(const Call& call);
// recommend_routes.cpp
[[nodiscard]] HttpResponse show_similar(const Call& call);
[[nodiscard]] HttpResponse recommend_items(const Call& call);
[[nodiscard]] HttpResponse recommend_in_batch(const Call& call);
// shop_routes.cpp
[[nodiscard]] HttpResponse show_info(const Call& call);
[[nodiscard]] HttpResponse show_clusters(const Call& call);
[[nodiscard]] HttpResponse show_cluster(const Call& call);
[[nodiscard]] HttpResponse show_duplicates(const Call& call);
[[nodiscard]] HttpResponse show_models(const Call& call);
[[nodiscard]] std::string clusters_of_view(const ShopView& view);
[[nodiscard]] std::string duplicates_of_view(const ShopView& view);
// space_routes.cpp
[[nodiscard]] HttpResponse show_space(const Call& call);
[[nodiscard]] HttpResponse show_atlas(const Call& call);
[[nodiscard]] LatentSpace space_of_view(const ShopView& view);
// write_routes.cpp
void put_item(const Call& call, const Respond& respond);
void patch_item(const Call& call, const Respond& respond);
void delete_item(const Call& call, const Respond& respond);
void activate_model_named(const Call& call, const Respond& respond);
// jobs_routes.cpp
[[nodiscard]] HttpResponse list_jobs(const Call& call);
[[nodiscard]] HttpResponse show_job(const Call& call);
void start_job(const Call& call, const Respond& respond);
void stop_job(const Call& call, const Respond& respond);
// snapshot_routes.cpp
void send_snapshot(const Call& call, const Respond& respond);
// load_routes.cpp
void load_items(const Call& call, const Respond& respond);
// service_routes.cpp
[[nodiscard]] HttpResponse show_live(const Call& call);
[[nodiscard]] HttpResponse show_ready(const Call& call);
[[nodiscard]] HttpResponse show_metrics(const Call& call);
// page_routes.cpp
[[nodiscard]] HttpResponse show_page(const Call& call);
[[nodiscard]] HttpResponse show_asset(const Call& call);
[[nodiscard]] HttpResponse show_widget(const Call& call);
[[nodiscard]] HttpResponse show_openapi(const Call& call);

// The bytes of a body or picture that a route reads at most.
inline constexpr std::size_t kMostPictureBytes = 20UL << 20U;
inline constexpr std::size_t kMostJsonBytes = 1UL << 20U;
inline constexpr std::uint64_t kMostResults = 1000;  // of an answer

}  // namespace likeness
