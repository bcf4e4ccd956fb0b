// Routes of the shop as a whole.
#include <algorithm>
#include <charconv>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/version.hpp"
#include "likeness/base/words.hpp"
#include "likeness/catalogue/resize.hpp"
#include "likeness/catalogue/same_picture.hpp"
#include "likeness/shop/active_latents.hpp"
#include "likeness/shop/cluster_summary.hpp"
#include "likeness/shop/duplicates.hpp"
#include "likeness/shop/latent_graphs.hpp"
#include "likeness/shop/models.hpp"
#include "likeness/shop/part_weights.hpp"
#include "likeness/web/live_search.hpp"
#include "likeness/web/parameters.hpp"
#include "likeness/web/routes.hpp"
#include "likeness/web/served_shop.hpp"

namespace likeness {
namespace {

Json limits_json() {
  return Json::Object{{"count", kMostResults},
                      {"picture_bytes", kMostPictureBytes},
                      {"json_bytes", kMostJsonBytes}};
}

Json::Array texts(const std::vector<std::string>& all) { return {all.begin(), all.end()}; }

// The names of the parts that `weight` may name: of the active model, or of what is searched.
Json parts_of(const Call& call, const ShopView& view) {
  const LiveSearch* const elsewhere = call.service.search;
  return texts(elsewhere != nullptr ? elsewhere->state().parts : part_names(view.parts()));
}

Json json_of(const StoredModel& model) {
  return Json::Object{{"model", model.name},
                      {"network", model.network},
                      {"dimensions", model.dimensions},
                      {"latents", model.latents},
                      {"active", Json(model.active)}};
}

Json search_in(const LiveSearch& database) {
  const auto state = database.state();
  const std::string now = "has " + with_thousands(state.items) + " items by " + state.model;
  return Json::Object{{"by", "postgresql"},
                      {"why", database.problem().value_or(now)},
                      {"distinct", Json(state.has_pictures)}};
}

// How items are found: by the shop itself, or by the database that does it instead.
Json search_of(const Call& call, const ShopView& view, const Store& store) {
  if (call.service.search != nullptr) return search_in(*call.service.search);
  const auto summary = search_summary(store, view.files());
  if (!summary) return {};
  return Json::Object{{"by", summary->by}, {"why", summary->why}, {"distinct", Json(true)}};
}

Json json_of(Size size, const std::string& fit) {
  return Json::Object{{"width", size.width}, {"height", size.height}, {"fit", fit}};
}

// Where no shop stands beside it: the same members, as far as it knows them.
HttpResponse show_published_info(const LiveSearch& database) {
  const auto state = database.state();
  const bool answers = !state.model.empty();
  const Size size = state.picture_size.value_or(kComparedCells);
  return json_response(Json::Object{
      {"version", version()},
      {"shop", Json(false)},
      {"items", state.items},
      {"removed", std::size_t{0}},
      {"pictures", state.has_pictures ? json_of(size, name_of(Fit::kStretch)) : Json()},
      {"tags", texts(state.tags)},
      {"models", Json::Array()},
      {"active_model", answers ? Json(state.model) : Json()},
      {"parts", texts(state.parts)},
      {"search", search_in(database)},
      {"originals", Json(false)},
      {"limits", limits_json()}});
}

HttpResponse made_once(OncePerView<std::string>& once, const Call& call) {
  const Parameters given(call.request.target, {});
  const auto view = call.view();
  const std::string tag = tag_of(*view, call.request);
  HttpResponse response;
  if (!has_answer(call.request, tag)) response.body = *once.of(view);
  return tagged(std::move(response), call.request, tag);
}

}  // namespace

HttpResponse show_info(const Call& call) {
  const Parameters given(call.request.target, {});
  if (call.service.shop == nullptr) return show_published_info(*call.service.search);
  const auto view = call.view();
  const ShopView::Reader reader(*view);
  const Store& store = reader.store();
  Json::Array models;
  Json active;
  for (const StoredModel& model : store.models()) {
    if (model.active) active = model.name;
    models.push_back(json_of(model));
  }
  Json size;
  if (const auto& pack = view->first_pack()) {
    size = json_of({.width = pack->width, .height = pack->height}, pack->fit);
  }
  return json_response(Json::Object{{"version", version()},
                                    {"shop", Json(true)},
                                    {"items", view->items()},
                                    {"removed", store.count_removed()},
                                    {"pictures", size},
                                    {"tags", texts(store.tag_names())},
                                    {"models", std::move(models)},
                                    {"active_model", active},
                                    {"parts", parts_of(call, *view)},
                                    {"search", search_of(call, *view, store)},
                                    {"originals", Json(call.shop().originals.has_value())},
                                    {"limits", limits_json()}});
}

HttpResponse show_models(const Call& call) {
  const Parameters given(call.request.target, {});
  const auto view = call.view();
  const ShopView::Reader reader(*view);
  Json::Array models;
  for (const StoredModel& model : reader.store().models()) models.push_back(json_of(model));
  return json_response(Json::Object{{"models", std::move(models)}});
}

std::string clusters_of_view(const ShopView& view) {
  const ShopView::Reader reader(view);
  const Store& store = reader.store();
  const ActiveLatents active = active_latents(store, view.files());
  const auto clustering = stored_clustering(store, active);
  if (!clustering) {
    throw Error(Error::Kind::kNotFound, "the shop has no clusters by " + active.model.name + " yet",
                Remedy{.does = "make them", .verb = "cluster"});
  }
  Json clusters = to_json(summarize(store, active, *clustering));
  return Json(Json::Object{{"model", active.model.name}, {"clusters", std::move(clusters)}}).dump();
}

std::string duplicates_of_view(const ShopView& view) {
  const DuplicatesOutcome found = find_duplicates(view.files(), {.threads = 1});
  const auto groups = [](const std::vector<std::vector<std::string>>& all) {
    Json::Array result;
    for (const auto& keys : all) result.emplace_back(Json::Array(keys.begin(), keys.end()));
    return result;
  };
  return Json(Json::Object{{"items", found.items},
                           {"exact", groups(found.exact)},
                           {"near", groups(found.near)}})
      .dump();
}

HttpResponse show_clusters(const Call& call) { return made_once(call.shop().clusters, call); }

HttpResponse show_duplicates(const Call& call) { return made_once(call.shop().duplicates, call); }

HttpResponse show_cluster(const Call& call) {
  const Parameters given(call.request.target, {});
  const Json all = parse_json(*call.shop().clusters.of(call.view()), "clusters");
  const Json::Array& clusters = all.at("clusters").array();
  std::size_t number = 0;
  const std::string& name = call.named;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size() || number >= clusters.size()) {
    throw HttpProblem{
        .status = 404, .kind = "not found", .message = name + ": there is no such cluster"};
  }
  return json_response(clusters[number]);
}

}  // namespace likeness
