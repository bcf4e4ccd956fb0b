#include "likeness/shop/model_files.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/folder.hpp"
#include "likeness/shop/latent_files.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

// A name holds no '~', so that the second is no other model's first.
std::array<std::string, 2> file_names(const std::string& name) {
  return {name + ".safetensors", name + "~2.safetensors"};
}

bool is_named(const Store& store, const std::string& file) {
  const auto names = [&](const std::vector<StoredModel>& models) {
    return std::ranges::find(models, file, &StoredModel::file) != models.end();
  };
  return names(store.models()) || names(store.successors());
}

// What a run writes; anything else in its folder is somebody's.
bool belongs_to_a_run(const std::filesystem::path& file) {
  constexpr std::array<std::string_view, 6> kBeginnings{
      "epoch-",          "history.jsonl", "checkpoint.safetensors",
      "reconstruction-", "evolution.",    "losses."};
  const std::string name = file.filename().string();
  return std::ranges::any_of(kBeginnings, [&](auto start) { return name.starts_with(start); });
}

void remove_run(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(std::filesystem::symlink_status(folder))) return;
  std::vector<std::filesystem::path> own;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (belongs_to_a_run(entry.path()) && !entry.is_directory()) own.push_back(entry.path());
  }
  for (const auto& file : own) std::filesystem::remove(file);
  if (std::filesystem::is_empty(folder)) std::filesystem::remove(folder);
}

// Empty of a file that is gone or damaged: `verify` says so, and the latents are sound.
std::string weights_in(const ShopFiles& files, const StoredModel& model) {
  try {
    return model_checksum(files.models() / model.file);
  } catch (const Error&) {
    return {};
  }
}

// The file that the next weights of a model go into.
std::string next_file(const std::optional<StoredModel>& old, const std::string& name,
                      bool successor) {
  const auto [first, second] = file_names(name);
  if (!old) return first;
  if (successor) return old->file == first ? second : first;
  return old->file == second ? second : first;
}

}  // namespace

std::filesystem::path run_folder(const ShopFiles& files, const std::string& name) {
  return files.folder / "runs" / name;
}

std::filesystem::path checkpoint_of(const ShopFiles& files, const std::string& name) {
  return run_folder(files, name) / "checkpoint.safetensors";
}

bool name_is_taken(const Store& store, const ShopFiles& files, const std::string& name) {
  return store.find_model(name) || store.find_successor(name) ||
         std::filesystem::exists(checkpoint_of(files, name));
}

void keep_model(Store& store, const ShopFiles& files, const Model& model) {
  make_folders(files.models());
  auto transaction = store.begin();  // before the file: nobody makes latents of it meanwhile
  const auto old = store.find_model(model.name);
  const auto next = store.find_successor(model.name);
  const auto& last = next ? next : old;
  const std::string weights = checksum_of(model);
  if (last && last->weights == weights && weights_in(files, *last) == weights) return;
  const bool successor = old && (old->latents > 0 || old->active || next);
  const std::string file = next_file(old, model.name, successor);
  (void)write_model(files.models() / file, model);
  (void)store.put_model({.name = model.name,
                         .file = file,
                         .network = model.network.name,
                         .dimensions = model.network.latent_size(),
                         .successor = successor,
                         .weights = weights});
  transaction.commit();
}

void remove_leftovers(Store& store, const ShopFiles& files, const std::string& name) {
  const auto transaction = store.begin();  // a file is never between its writing and its row
  for (const std::string& file : file_names(name)) {
    if (!is_named(store, file)) std::filesystem::remove(files.models() / file);
    std::filesystem::remove(files.models() / (file + ".tmp"));
  }
  for (const auto& path : unnamed_latents(store, files)) {
    std::filesystem::remove(path);
    std::error_code has_others;
    std::filesystem::remove(path.parent_path(), has_others);
  }
  if (!name_is_taken(store, files, name)) remove_run(run_folder(files, name));
}

std::vector<std::filesystem::path> unnamed_models(const Store& store, const ShopFiles& files) {
  std::vector<std::filesystem::path> found;
  if (!std::filesystem::is_directory(files.models())) return found;
  for (const auto& entry : std::filesystem::directory_iterator(files.models())) {
    const std::string file = entry.path().filename().string();
    if (file.ends_with(".safetensors") && !is_named(store, file)) found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

void require_own_weights(const ShopFiles& files, const StoredModel& model) {
  const std::string weights = weights_in(files, model);
  if (!weights.empty() && !model.weights.empty() && weights != model.weights) {
    Remedy again = by_embedding_with(model.name);
    again.does = "make them again";
    throw Error(Error::Kind::kCorrupt,
                "models/" + model.file + ": holds other weights than the latents of " + model.name +
                    " were made by",
                std::move(again));
  }
}

StoredLatents own_latents(const Store& store, const ShopFiles& files, const StoredModel& model) {
  require_own_weights(files, model);
  return all_latents(store, files, model);
}

}  // namespace likeness
