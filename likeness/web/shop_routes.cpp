// Routes of the shop as a whole.
#include <algorithm>
#include <charconv>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/version.hpp"
#include "likeness/base/words.hpp"
#include "likeness/shop/active_latents.hpp"
#include "likeness/shop/cluster_summary.hpp"
#include "likeness/shop/duplicates.hpp"
#include "likeness/shop/latent_graphs.hpp"
#include "likeness/shop/models.hpp"
#include "likeness/shop/part_weights.hpp"
#include "likeness/web/live_search.hpp"
#include "likeness/web/once_per_view.hpp"
#include "likeness/web/parameters.hpp"
#include "likeness/web/routes.hpp"

namespace likeness {
namespace {

Json limits_json() {
  return Json::Object{{"count", kMostResults},
                      {"picture_bytes", kMostPictureBytes},
                      {"json_bytes", kMostJsonBytes}};
}

// The names of the parts that `weight` may name: of the active model, or of what is searched.
Json parts_of(const Call& call, const ShopView& view) {
  const LiveSearch* const elsewhere = call.service.search;
  const auto names = elsewhere != nullptr ? elsewhere->state().parts : part_names(view.parts());
  return Json::Array(names.begin(), names.end());
}

Json json_of(const StoredModel& model) {
  return Json::Object{{"model", model.name},
                      {"network", model.network},
                      {"dimensions", model.dimensions},
                      {"latents", model.latents},
                      {"active", Json(model.active)}};
}

// How items are found: by the shop itself, or by the database that does it instead.
Json search_of(const Call& call, const ShopView& view, const Store& store) {
  if (const LiveSearch* const elsewhere = call.service.search) {
    const auto state = elsewhere->state();
    const std::string now = "has " + with_thousands(state.items) + " items by " + state.model;
    return Json::Object{{"by", "postgresql"},
                        {"why", elsewhere->problem().value_or(now)},
                        {"distinct", Json(state.has_pictures)}};
  }
  const auto summary = search_summary(store, view.files());
  if (!summary) return {};
  return Json::Object{{"by", summary->by}, {"why", summary->why}, {"distinct", Json(true)}};
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
    size = Json::Object{{"width", pack->width}, {"height", pack->height}, {"fit", pack->fit}};
  }
  Json::Array tags;
  for (const std::string& name : store.tag_names()) tags.emplace_back(name);
  return json_response(Json::Object{{"version", version()},
                                    {"items", view->items()},
                                    {"removed", store.count_removed()},
                                    {"pictures", size},
                                    {"tags", std::move(tags)},
                                    {"models", std::move(models)},
                                    {"active_model", active},
                                    {"parts", parts_of(call, *view)},
                                    {"search", search_of(call, *view, store)},
                                    {"originals", Json(call.service.originals != nullptr)},
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

HttpResponse show_clusters(const Call& call) { return made_once(call.service.clusters, call); }

HttpResponse show_duplicates(const Call& call) { return made_once(call.service.duplicates, call); }

HttpResponse show_cluster(const Call& call) {
  const Parameters given(call.request.target, {});
  const Json all = parse_json(*call.service.clusters.of(call.view()), "clusters");
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
