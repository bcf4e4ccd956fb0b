#include "likeness/shop/latent_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/folder.hpp"
#include "likeness/base/parallel.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".latents";

// "shoes~2/000001.latents" for the pack 1 and the model in shoes~2.safetensors.
std::string file_of(const StoredModel& model, std::int64_t pack) {
  const std::string folder = fs::path(model.file).stem().string();
  return fmt::format("{}/{:06}{}", folder, pack, kEnding);
}

// "shoes~2/look-0123456789abcdef.latents"
constexpr std::string_view kLook = "look-";

bool is_look(const fs::path& file) {
  return file.filename().string().starts_with(kLook) && file.extension() == kEnding;
}

// Files of latents, their graphs, and both while they are written.
bool is_ours(std::string_view name) {
  constexpr std::string_view kUnfinished = ".tmp";
  if (name.ends_with(kUnfinished)) name.remove_suffix(kUnfinished.size());
  return name.ends_with(kEnding) || name.ends_with(".graph");
}

// The file of latents itself, or that which a graph belongs to.
fs::path latents_of(fs::path path) {
  return path.extension() == ".graph" ? path.replace_extension(kEnding) : path;
}

// The checksum of the model as a number; 0 where it is not known, of a shop of version 1.
std::uint64_t number_of_weights(const StoredModel& model) {
  std::uint64_t number = 0;
  const char* begin = model.weights.data();
  (void)std::from_chars(begin, begin + model.weights.size(), number, 16);
  return number;
}

[[noreturn]] void fail(const StoredModel& model, const std::string& what) {
  Remedy again = by_embedding_with(model.name);
  again.does = "make it again";
  throw Error(Error::Kind::kCorrupt, what, std::move(again));
}

// The same rows from the database: those of a pack's items up to the first that has none.
std::vector<PackLatents> tabled_latents(const Store& store, const StoredModel& model) {
  const StoredLatents stored = store.tabled_latents(model.id);
  std::map<std::int64_t, std::size_t> rows;  // of each item
  for (std::size_t row = 0; row < stored.items.size(); ++row) rows.emplace(stored.items[row], row);
  std::map<std::int64_t, std::vector<std::int64_t>> items;  // of each record of each pack; 0: none
  for (const StoredPack& pack : store.packs()) items[pack.id].resize(pack.count);
  for (const ItemPlace& item : store.item_places()) {
    auto& records = items[item.place.pack];
    if (item.place.record < records.size()) records[item.place.record] = item.item;
  }
  std::vector<PackLatents> all;
  for (const auto& [pack, records] : items) {
    PackLatents latents{.pack = pack, .count = 0, .file = {}, .values = {}};
    bool any = false;
    for (const std::int64_t item : records) {
      const auto row = rows.find(item);
      if (item != 0 && row == rows.end()) break;
      ++latents.count;
      latents.values.resize(latents.count * stored.dimensions);
      if (item == 0) continue;
      any = true;
      const auto vector = Rows(stored.values, stored.dimensions).row(row->second);
      std::ranges::copy(vector, latents.values.end() - std::ssize(vector));
    }
    if (any) all.push_back(std::move(latents));
  }
  return all;
}

}  // namespace

std::span<const float> PackLatents::row(std::size_t record, std::size_t dimensions) const {
  if (!file) return Rows(values, dimensions).row(record);
  file->check_row(record);
  return file->rows().row(record);
}

PackLatents open_latents(const ShopFiles& files, const StoredModel& model,
                         const LatentFile& stored) {
  PackLatents latents{.pack = stored.pack, .count = stored.count, .file = {}, .values = {}};
  const fs::path path = files.latents() / stored.file;
  if (!fs::exists(path)) fail(model, path.string() + ": is missing");
  latents.file = std::make_shared<const LatentsFile>(path);
  const LatentsOrigin& origin = latents.file->origin();
  const bool same_weights = origin.weights == 0 || origin.weights == number_of_weights(model);
  if (origin.pack != stored.pack || !same_weights ||
      latents.file->dimensions() != model.dimensions || latents.file->count() < stored.count) {
    fail(model, path.string() + ": is not the file that shop.db describes");
  }
  return latents;
}

std::vector<PackLatents> open_latents(const Store& store, const ShopFiles& files,
                                      const StoredModel& model) {
  if (store.has_tabled_latents()) return tabled_latents(store, model);
  std::vector<PackLatents> all;
  for (const LatentFile& stored : store.latent_files(model.id)) {
    if (stored.count > 0) all.push_back(open_latents(files, model, stored));
  }
  return all;
}

StoredLatents all_latents(const Store& store, const ShopFiles& files, const StoredModel& model) {
  const auto packs = open_latents(store, files, model);
  StoredLatents latents{.dimensions = model.dimensions, .items = {}, .values = {}};
  for (const auto& [item, place] : store.item_places()) {
    const auto pack = std::ranges::lower_bound(packs, place.pack, {}, &PackLatents::pack);
    if (pack == packs.end() || pack->pack != place.pack || place.record >= pack->count) continue;
    latents.items.push_back(item);
    const auto row = pack->row(place.record, latents.dimensions);
    latents.values.insert(latents.values.end(), row.begin(), row.end());
  }
  return latents;
}

void put_latents(Store& store, const ShopFiles& files, const StoredModel& model, std::int64_t pack,
                 const Rows& rows, std::size_t threads) {
  const std::string file = file_of(model, pack);
  make_folders((files.latents() / file).parent_path());
  write_latents(files.latents() / file, {.weights = number_of_weights(model), .pack = pack}, rows,
                threads);
  store.put_latent_file(model.id, {.pack = pack, .file = file, .count = rows.count()});
}

void write_latents(Store& store, const ShopFiles& files, const StoredModel& model,
                   std::int64_t pack, const Rows& rows, std::size_t threads) {
  auto transaction = store.begin();  // before the file: nobody takes it for a leftover meanwhile
  put_latents(store, files, model, pack, rows, threads);
  transaction.commit();
}

void move_tabled_latents(Store& store, const ShopFiles& files) {
  if (!store.has_tabled_latents()) return;
  auto transaction = store.begin();  // nobody else moves them from here on
  if (!store.has_tabled_latents()) return;
  auto models = store.models();
  for (StoredModel& successor : store.successors()) models.push_back(std::move(successor));
  for (const StoredModel& model : models) {
    for (const PackLatents& latents : tabled_latents(store, model)) {
      put_latents(store, files, model, latents.pack, Rows(latents.values, model.dimensions),
                  available_threads());
    }
  }
  store.drop_tabled_latents();
  transaction.commit();
}

fs::path file_of_look(const ShopFiles& files, const StoredModel& model,
                      std::span<const RecordPlace> places) {
  Checksum sum;
  sum.add(std::as_bytes(std::span(model.weights)));
  for (const RecordPlace& place : places) {
    sum.add(std::as_bytes(std::span(&place.pack, 1)));
    sum.add(std::as_bytes(std::span(&place.record, 1)));
  }
  return files.latents() / fs::path(model.file).stem() /
         fmt::format("{}{:016x}{}", kLook, sum.value(), kEnding);
}

void keep_look(const fs::path& file, const Rows& rows, std::size_t threads) {
  make_folders(file.parent_path());
  write_latents(file, LatentsOrigin{}, rows, threads);
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(file.parent_path(), none)) {
    const bool is_other = is_look(entry.path()) && entry.path() != file;
    if (is_other) fs::remove(entry.path(), none);
  }
}

std::vector<fs::path> unnamed_latents(const Store& store, const ShopFiles& files) {
  std::set<fs::path> named;
  auto models = store.models();
  for (StoredModel& successor : store.successors()) models.push_back(std::move(successor));
  std::set<fs::path> folders;
  for (const StoredModel& model : models) {
    folders.insert(files.latents() / fs::path(model.file).stem());
    for (const LatentFile& stored : store.latent_files(model.id)) {
      named.insert(files.latents() / stored.file);
    }
  }
  std::vector<fs::path> found;
  std::error_code none;
  for (const auto& folder : fs::directory_iterator(files.latents(), none)) {
    for (const auto& entry : fs::directory_iterator(folder.path(), none)) {
      const std::string name = entry.path().filename().string();
      const bool is_looks = is_look(entry.path()) && folders.contains(folder.path());
      if (is_ours(name) && !is_looks && !named.contains(latents_of(entry.path()))) {
        found.push_back(entry.path());
      }
    }
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace likeness
