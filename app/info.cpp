// likeness info SHOP: what is in the shop.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "app/commands.hpp"
#include "app/shop.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/progress.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/encoder/network_json.hpp"

namespace likeness {
namespace {

constexpr std::size_t kCommonValues = 5;  // shown of each tag

struct Overview {
  std::string shop;
  std::size_t items = 0;
  std::size_t removed = 0;
  std::vector<StoredPack> packs;
  std::vector<TagSummary> tags;
  std::vector<StoredModel> models;
  std::vector<StoredModel> successors;
  std::uintmax_t disk_bytes = 0;
};

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

Overview look(const ShopFiles& files) {
  const Store store = open_store(files);
  const auto all = store.items_with_removed();
  Overview overview{.shop = files.folder.string(),
                    .items = all.size(),
                    .packs = store.packs(),
                    .tags = store.tag_summaries(kCommonValues),
                    .models = store.models(),
                    .successors = store.successors(),
                    .disk_bytes = bytes_below(files.folder)};
  for (const Item& item : all) {
    if (item.removed) ++overview.removed;
  }
  overview.items -= overview.removed;
  return overview;
}

Json to_json(const TagSummary& tag) {
  Json::Array common;
  for (const auto& [value, items] : tag.common) {
    common.emplace_back(Json::Object{{"value", value}, {"items", items}});
  }
  return Json::Object{
      {"tag", tag.name}, {"items", tag.items}, {"values", tag.values}, {"common", common}};
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
  return Json::Object{{"items", overview.items},  {"removed", overview.removed},
                      {"packs", packs},           {"tags", tags},
                      {"models", models},         {"active_model", active},
                      {"successors", successors}, {"bytes", overview.disk_bytes}};
}

std::string line(const TagSummary& tag) {
  std::string text = fmt::format("  {:<20} {:>9} items, {:>6} values:", tag.name,
                                 with_thousands(tag.items), with_thousands(tag.values));
  for (const auto& [value, items] : tag.common) {
    text += fmt::format(" {} ({}),", value, with_thousands(items));
  }
  text.pop_back();
  return text + (tag.values > tag.common.size() ? ", ..." : "");
}

Text to_text(const Overview& overview) {
  Text text;
  text.line("{}: {} items, {:.1f} MB on disk", overview.shop, with_thousands(overview.items),
            static_cast<double>(overview.disk_bytes) / 1e6);
  if (overview.removed > 0) {
    text.line("  {} more are removed", with_thousands(overview.removed));
  }
  text.lines("\npacks\n");
  for (const StoredPack& pack : overview.packs) {
    text.line("  {:<20} {:>9} pictures of {}x{}, {}", pack.file, with_thousands(pack.count),
              pack.width, pack.height, pack.fit);
  }
  text.lines(overview.tags.empty() ? "\ntags: none (pack with --tags FILE --key COLUMN)\n"
                                   : "\ntags\n");
  for (const TagSummary& tag : overview.tags) text.line(line(tag));
  text.lines(overview.models.empty() ? "\nmodels: none yet\n" : "\nmodels\n");
  for (const StoredModel& model : overview.models) {
    text.line("  {:<20} {}, {} numbers a latent, {} latents{}", model.name, model.network,
              model.dimensions, with_thousands(model.latents), model.active ? ", active" : "");
  }
  for (const StoredModel& model : overview.successors) {
    text.line("  {:<20} trained further: answers when `likeness embed` has made its latents",
              model.name);
  }
  return text;
}

// The table of the active model's network, or of the one trained last.
Result describe_network(const ShopFiles& files) {
  const Store store = open_store(files);
  auto model = store.active_model();
  for (const StoredModel& other : store.models()) {
    if (!model || (!model->active && other.id > model->id)) model = other;
  }
  if (!model) {
    throw Error(Error::Kind::kNotFound, files.folder.string() +
                                            ": has no model yet: make one by `likeness train " +
                                            files.folder.string() + "`");
  }
  const Network network = read_model(files.models() / model->file).network;
  Text text = text_of(model->name);
  text.lines(to_table(network));
  return {.text = std::move(text),
          .json = Json::Object{{"model", model->name}, {"network", to_json(network)}}};
}

}  // namespace

Action info_command(Arguments& arguments) {
  const auto files = std::make_shared<ShopFiles>();
  const auto network = std::make_shared<bool>(false);
  arguments.word({"SHOP", "", "the shop's folder"}, files->folder);
  arguments.flag({"--network", "", "the layers of the active model instead"}, *network);
  return [files, network](const Common&) {
    if (*network) return describe_network(*files);
    const Overview overview = look(*files);
    return Result{.text = to_text(overview), .json = to_json(overview)};
  };
}

}  // namespace likeness
