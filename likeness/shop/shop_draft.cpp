#include "likeness/shop/shop_draft.hpp"

#include <algorithm>
#include <ranges>
#include <string>
#include <system_error>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/folder.hpp"
#include "likeness/shop/latent_files.hpp"

namespace likeness {
namespace {

// A mistyped folder must not be filled: `likeness pack PICTURES SHOP` is soon written.
void check_folder(const ShopFiles& files) {
  if (!std::filesystem::exists(files.folder) || std::filesystem::exists(files.database())) return;
  if (!std::filesystem::is_directory(files.folder)) {
    throw Error(Error::Kind::kInput,
                files.folder.string() + ": is not a folder: name the shop's folder first");
  }
  for (const auto& entry : std::filesystem::directory_iterator(files.folder)) {
    if (entry.path() == files.lock() || entry.path() == files.packs()) continue;
    throw Error(Error::Kind::kInput,
                files.folder.string() + ": is a folder with other files (" +
                    entry.path().filename().string() +
                    "): the shop comes first, then the pictures; name a new or empty folder");
  }
}

}  // namespace

ShopDraft::ShopDraft(ShopFiles files) : files_(std::move(files)) {
  require_database_of_packs(files_);
  check_folder(files_);
  made_ = make_folders(files_.packs());
  lock_ = std::make_unique<ShopLock>(files_);
  fresh_ = !std::filesystem::exists(files_.database());
  store_ = std::make_unique<Store>(files_.database(), OpenMode::kCreate);
  remove_leftovers();
  move_tabled_latents(*store_, files_);
}

ShopDraft::~ShopDraft() {
  store_.reset();
  if (fresh_ && !kept_) remove_all();
}

// A killed run leaves the file of the pack that it was writing, or one that is merged into another
// since. A pack of a later number means that the database is not the one that belongs to it:
// nothing is touched then.
void ShopDraft::remove_leftovers() const {
  const auto packs = store_->packs();
  const std::string next = pack_name(store_->next_pack());
  for (const auto& entry : std::filesystem::directory_iterator(files_.packs())) {
    const std::string name = entry.path().filename().string();
    const bool known = std::ranges::find(packs, name, &StoredPack::file) != packs.end();
    const auto number = number_of_pack(name);
    const bool is_older = number && *number < store_->next_pack();
    if (known || is_older || name == next || entry.path().extension() != ".pack") continue;
    throw Error(Error::Kind::kCorrupt, entry.path().string() +
                                           ": shop.db does not know this pack: restore the "
                                           "shop.db that belongs to it, or move the pack away");
  }
  std::filesystem::remove(files_.packs() / next);
  std::filesystem::remove(files_.packs() / (next + ".tmp"));
}

// The lock's file goes while the lock is held, so that it is never another run's.
void ShopDraft::remove_all() noexcept {
  std::error_code ignored;  // what cannot be removed is an empty shop, which does no harm
  const std::string database = files_.database().string();
  for (const auto& file : {database, database + "-wal", database + "-shm",
                           (files_.packs() / pack_name(1)).string(), files_.lock().string()}) {
    std::filesystem::remove(file, ignored);
  }
  for (const auto& folder : std::views::reverse(made_)) {
    std::filesystem::remove(folder, ignored);
  }
}

}  // namespace likeness
