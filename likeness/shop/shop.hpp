// A shop on disk: where its files lie, who may change it, and its items with their pixels.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "likeness/base/file.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/catalogue/pack.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

struct ShopFiles {
  std::filesystem::path folder;
  [[nodiscard]] std::filesystem::path database() const { return folder / "shop.db"; }
  [[nodiscard]] std::filesystem::path lock() const { return folder / "lock"; }
  [[nodiscard]] std::filesystem::path training_lock() const { return folder / "lock.training"; }
  [[nodiscard]] std::filesystem::path jobs() const { return folder / "jobs.json"; }  // a service's
  [[nodiscard]] std::filesystem::path packs() const { return folder / "packs"; }
  [[nodiscard]] std::filesystem::path models() const { return folder / "models"; }
  [[nodiscard]] std::filesystem::path latents() const { return folder / "latents"; }
};

// "000001.pack"
[[nodiscard]] std::string pack_name(std::int64_t pack);
// The other way round; nothing for another file.
[[nodiscard]] std::optional<std::int64_t> number_of_pack(std::string_view name);

// Held by a command that changes the shop, so that only one does, and by one that trains on it:
// Error::kUnavailable if another holds it. It ends with the process, however that ends.
class ShopLock {
 public:
  enum class For { kChanging, kTraining };  // a shop can be changed while it is trained on
  explicit ShopLock(const ShopFiles& files, For what = For::kChanging);

 private:
  RegularFile file_;
};

// Pixels that are as they were written; Error::kCorrupt if they are not.
[[nodiscard]] std::span<const std::uint8_t> sound_record(const Pack& pack, std::size_t record);

// Error::kCorrupt if its file is not the pack that the database describes.
[[nodiscard]] Pack open_pack(const ShopFiles& files, const StoredPack& stored);
// Whether its file is that no more, or gone.
[[nodiscard]] bool is_lost(const ShopFiles& files, const StoredPack& stored);

// Error::kCorrupt where there are packs, and the database that belongs to them is gone or empty:
// whoever took them for a new shop's would overwrite them.
void require_database_of_packs(const ShopFiles& files);

// Error::kNotFound if the folder is none or holds no shop; else the same.
void require_shop(const ShopFiles& files);
// Whoever may change the shop brings what an older program has left in it into today's form.
[[nodiscard]] Store open_store(const ShopFiles& files, OpenMode mode = OpenMode::kReading);

// So many items of a shop, drawn by the seed; all where there are no more. Of a catalogue in
// several shops it is so many of all of them, as if they were one, of which a shop has its own.
struct ItemSample {
  std::size_t items = 0;
  std::uint64_t seed = 0;
  std::size_t before = 0;  // items of the shops before this one
  std::size_t after = 0;
};

// The items of a shop, or some of them, in the order of their ids, with their pixels. Opening reads
// the database and the index of each pack; pixels come from the disk as they are asked for. After
// opening, records may be read from any number of threads.
class Shop {
 public:
  explicit Shop(std::filesystem::path folder, OpenMode mode = OpenMode::kReading,
                std::optional<ItemSample> sample = {});

  [[nodiscard]] const ShopFiles& files() const noexcept { return files_; }
  [[nodiscard]] Store& store() noexcept { return store_; }
  [[nodiscard]] const Store& store() const noexcept { return store_; }

  [[nodiscard]] Size size() const noexcept { return size_; }
  [[nodiscard]] const std::vector<Item>& items() const noexcept { return items_; }
  // Pixels of items()[i]: height x width x 3 bytes of sRGB. Compared with their checksum when they
  // are first asked for; Error::kCorrupt if they are damaged.
  [[nodiscard]] std::span<const std::uint8_t> record(std::size_t i) const;
  [[nodiscard]] std::optional<std::size_t> index_of(std::string_view key) const;

  // To be called for each pictures that have been read, by any thread: now and then it lets go of
  // their pages, so that what is resident does not grow with the shop.
  void have_read(std::size_t pictures);

 private:
  ShopFiles files_;
  Store store_;
  Size size_;
  std::map<std::int64_t, Pack> packs_;
  std::vector<Item> items_;
  std::vector<const Pack*> pack_of_;              // of items_[i]
  mutable std::vector<std::atomic<bool>> sound_;  // whether the pixels of items_[i] were compared
  std::atomic<std::size_t> read_ = 0;             // pictures, since pages were let go
};

}  // namespace likeness
