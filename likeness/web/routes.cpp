#include "likeness/web/routes.hpp"

#include <algorithm>
#include <array>

namespace likeness {
namespace {

using Runs = Route::Runs;

constexpr std::array kRoutes = std::to_array<Route>({
    {"GET", "/", show_page, Runs::kAtOnce},
    {"GET", "/assets/{name}", show_asset, Runs::kAtOnce},
    {"GET", "/widget.js", show_widget, Runs::kAtOnce},
    {"GET", "/livez", show_live, Runs::kAtOnce},
    {"GET", "/readyz", show_ready, Runs::kAtOnce},
    {"GET", "/metrics", show_metrics, Runs::kAtOnce},
    {"GET", "/api/v1/openapi.json", show_openapi, Runs::kAtOnce},
    {"GET", "/api/v1/info", show_info},
    {"GET", "/api/v1/items", list_items},
    {"POST", "/api/v1/items", load_items, kMostPictureBytes},
    {"GET", "/api/v1/items/{key}", show_item, Runs::kSearching},
    {"PUT", "/api/v1/items/{key}", put_item, kMostPictureBytes},
    {"PATCH", "/api/v1/items/{key}", patch_item, kMostJsonBytes},
    {"DELETE", "/api/v1/items/{key}", delete_item},
    {"GET", "/api/v1/items/{key}/picture", show_picture},
    {"GET", "/api/v1/items/{key}/similar", show_similar, Runs::kSearching},
    {"POST", "/api/v1/recommend", recommend_items, Runs::kSearching, kMostPictureBytes},
    {"POST", "/api/v1/recommend/batch", recommend_in_batch, Runs::kSearching, kMostJsonBytes},
    {"POST", "/api/v1/pictures", keep_picture, Runs::kOnAPool, kMostPictureBytes},
    {"GET", "/api/v1/pictures/{name}", show_kept_picture},
    {"GET", "/api/v1/tags", show_tags},
    {"GET", "/api/v1/clusters", show_clusters},
    {"GET", "/api/v1/clusters/{n}", show_cluster},
    {"GET", "/api/v1/duplicates", show_duplicates},
    {"GET", "/api/v1/space", show_space},
    {"GET", "/api/v1/atlas/{n}", show_atlas},
    {"GET", "/api/v1/models", show_models},
    {"POST", "/api/v1/models/{name}/activate", activate_model_named},
    {"GET", "/api/v1/jobs", list_jobs},
    {"POST", "/api/v1/jobs", start_job, kMostJsonBytes},
    {"GET", "/api/v1/jobs/{id}", show_job},
    {"DELETE", "/api/v1/jobs/{id}", stop_job},
    {"POST", "/api/v1/snapshot", send_snapshot},
});

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 1; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    parts.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::string joined(std::span<const std::string> segments) {
  std::string text;
  for (const std::string& segment : segments) {
    if (&segment != segments.data()) text += '/';
    text += segment;
  }
  return text;
}

// What stands where the path has a name in braces; an empty text where it has none; nothing if the
// segments are of another path.
std::optional<std::string> named_in(std::string_view path, std::span<const std::string> segments) {
  const auto parts = parts_of(path);
  const auto brace = std::ranges::find_if(parts, [](auto part) { return part.starts_with('{'); });
  if (brace == parts.end()) {
    return std::ranges::equal(parts, segments) ? std::optional<std::string>("") : std::nullopt;
  }
  const auto before = static_cast<std::size_t>(brace - parts.begin());
  const std::size_t after = parts.size() - before - 1;
  if (segments.size() < parts.size()) return std::nullopt;
  const bool same = std::equal(parts.begin(), brace, segments.begin()) &&
                    std::equal(parts.end() - static_cast<std::ptrdiff_t>(after), parts.end(),
                               segments.end() - static_cast<std::ptrdiff_t>(after));
  if (!same) return std::nullopt;
  std::string named = joined(segments.subspan(before, segments.size() - before - after));
  return named.empty() ? std::nullopt : std::optional(std::move(named));
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

// Of several paths the one with the fewest segments in braces counts, and then the longest.
RouteMatch match_routes(std::span<const std::string> segments) {
  RouteMatch best;
  std::size_t best_named = SIZE_MAX;
  for (const Route& route : kRoutes) {
    auto named = named_in(route.path, segments);
    if (!named) continue;
    const auto length =
        static_cast<std::size_t>(std::ranges::count(*named, '/')) + (named->empty() ? 0 : 1);
    if (length > best_named) continue;
    if (length < best_named) best.routes.clear();
    best_named = length;
    best.named = *std::move(named);
    best.routes.push_back(&route);
  }
  return best;
}

}  // namespace likeness
