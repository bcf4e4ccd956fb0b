#include "likeness/shop/snapshot.hpp"

#include <filesystem>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/shop/latent_graphs.hpp"
#include "likeness/store/store.hpp"

namespace likeness {
namespace {

constexpr int kMostTries = 5;

class Files {
 public:
  explicit Files(const ShopFiles& files) : files_(files) {}

  void add(const std::filesystem::path& path) {
    add(std::filesystem::relative(path, files_.folder).string(), RegularFile(path));
  }
  void add_if_there(const std::filesystem::path& path) {
    if (std::filesystem::exists(path)) add(path);
  }
  void add(std::string name, RegularFile file) {
    const std::size_t bytes = file.size();
    all_.push_back({.name = std::move(name), .file = std::move(file), .bytes = bytes});
  }
  [[nodiscard]] std::vector<SnapshotFile> take() { return std::move(all_); }

 private:
  const ShopFiles& files_;
  std::vector<SnapshotFile> all_;
};

void add_model(const ShopFiles& files, const Store& store, const StoredModel& model, Files& all) {
  all.add(files.models() / model.file);
  for (const LatentFile& latents : store.latent_files(model.id)) {
    const auto path = files.latents() / latents.file;
    all.add(path);
    all.add_if_there(std::filesystem::path(path).replace_extension(kGraphEnding));
  }
}

std::vector<SnapshotFile> files_of(const ShopFiles& files) {
  const Store store = open_store(files);
  Files all(files);
  {
    const DatabaseCopy copy = store.copy();
    all.add(files.database().filename().string(), RegularFile(copy.path()));
  }
  for (const StoredPack& pack : store.packs()) all.add(files.packs() / pack.file);
  for (const StoredModel& model : store.models()) add_model(files, store, model, all);
  for (const StoredModel& model : store.successors()) add_model(files, store, model, all);
  return all.take();
}

}  // namespace

std::vector<SnapshotFile> snapshot(const ShopFiles& files) {
  for (int tries = 1;; ++tries) {
    try {
      return files_of(files);
    } catch (const Error& error) {
      // Somebody has put another file of latents in the place of one, and the shop knows it by now.
      if (error.kind() != Error::Kind::kNotFound || tries == kMostTries) throw;
    }
  }
}

}  // namespace likeness
