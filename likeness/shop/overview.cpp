#include "likeness/shop/overview.hpp"

#include <filesystem>
#include <system_error>

#include "likeness/base/error.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/encoder/network_json.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

constexpr std::size_t kCommonValues = 5;  // shown of each tag

// All regular files of the shop; what vanishes meanwhile counts as nothing, and so does what SQLite
// makes only while somebody reads.
std::uintmax_t bytes_below(const std::filesystem::path& folder) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    std::error_code gone;
    const bool counts = entry.is_regular_file(gone) && entry.path().filename() != "shop.db-shm";
    const auto size = counts ? entry.file_size(gone) : 0;
    if (!gone) bytes += size;
  }
  return bytes;
}

Json to_json(const TagSummary& tag) {
  Json::Array common;
  for (const auto& [value, items] : tag.common) {
    common.emplace_back(Json::Object{{"value", value}, {"items", items}});
  }
  return Json::Object{
      {"tag", tag.name}, {"items", tag.items}, {"values", tag.values}, {"common", common}};
}

}  // namespace

Overview look_at(const ShopFiles& files) {
  const Store store = open_store(files);
  return {.items = store.count_items(),
          .removed = store.count_removed(),
          .packs = store.packs(),
          .tags = store.tag_summaries(kCommonValues),
          .models = store.models(),
          .successors = store.successors(),
          .search = search_summary(store, files),
          .disk_bytes = bytes_below(files.folder)};
}

Json to_json(const Overview& overview) {
  Json::Array packs;
  for (const StoredPack& pack : overview.packs) {
    packs.emplace_back(Json::Object{{"file", "packs/" + pack.file},
                                    {"records", pack.count},
                                    {"width", pack.width},
                                    {"height", pack.height},
                                    {"fit", pack.fit}});
  }
  Json::Array tags;
  for (const TagSummary& tag : overview.tags) tags.push_back(to_json(tag));
  Json::Array models;
  Json active;
  for (const StoredModel& model : overview.models) {
    if (model.active) active = model.name;
    models.emplace_back(Json::Object{{"model", model.name},
                                     {"network", model.network},
                                     {"dimensions", model.dimensions},
                                     {"latents", model.latents},
                                     {"active", model.active}});
  }
  Json::Array successors;
  for (const StoredModel& model : overview.successors) successors.emplace_back(model.name);
  Json search;
  if (overview.search) {
    search = Json::Object{{"by", overview.search->by}, {"why", overview.search->why}};
  }
  return Json::Object{{"items", overview.items},  {"removed", overview.removed},
                      {"packs", packs},           {"tags", tags},
                      {"models", models},         {"active_model", active},
                      {"successors", successors}, {"bytes", overview.disk_bytes},
                      {"search", search}};
}

ModelNetwork network_of(const ShopFiles& files) {
  const Store store = open_store(files);
  auto model = store.active_model();
  for (const StoredModel& other : store.models()) {
    if (!model || (!model->active && other.id > model->id)) model = other;
  }
  if (!model) throw Error(Error::Kind::kNotFound, "the shop has no model yet", by_training());
  return {.model = model->name, .network = read_model(files.models() / model->file).network};
}

Json to_json(const ModelNetwork& described) {
  return Json::Object{{"model", described.model}, {"network", to_json(described.network)}};
}

}  // namespace likeness
