#include "likeness/shop/shop.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/random.hpp"
#include "likeness/neighbours/sample.hpp"
#include "likeness/shop/latent_files.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

// The number that the lock's holder wrote into it, for the message.
std::string holder_of(int descriptor) {
  std::array<char, 32> text{};
  const auto size = ::pread(descriptor, text.data(), text.size() - 1, 0);
  const std::string number(text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  const bool sound = !number.empty() && number.find_first_not_of("0123456789") == std::string::npos;
  return sound ? " (process " + number + ")" : "";
}

// What the database says of a pack and what its file says must be the same.
void check_pack(const StoredPack& stored, const Pack& pack) {
  const Size size{.width = stored.width, .height = stored.height};
  if (pack.count() == stored.count && pack.size() == size && name_of(pack.fit()) == stored.fit) {
    return;
  }
  throw Error(Error::Kind::kCorrupt, pack.name() + ": is not the pack that shop.db describes");
}

// Not one that may be there another time: for want of rights, of descriptors.
bool tells_of_a_loss(const Error& error) {
  return error.kind() == Error::Kind::kCorrupt || error.kind() == Error::Kind::kNotFound;
}

constexpr std::string_view kPackEnding = ".pack";

// Linux 6.18 maps up to 2 MB around each picture that is read: with this many, 16 MB.
constexpr std::size_t kMostPictures = 8;

}  // namespace

std::span<const std::uint8_t> sound_record(const Pack& pack, std::size_t record) {
  if (is_sound(pack, record)) return pack.record(record);
  throw Error(Error::Kind::kCorrupt,
              pack.name() + ": the pixels of " + std::string(pack.entry(record).key) +
                  " are damaged: restore it from a backup",
              by_checking());
}

std::string pack_name(std::int64_t pack) { return fmt::format("{:06}{}", pack, kPackEnding); }

std::optional<std::int64_t> number_of_pack(std::string_view name) {
  std::int64_t number = 0;
  const bool is_number =
      std::from_chars(name.data(), name.data() + name.size(), number).ec == std::errc();
  if (!is_number || number < 1 || pack_name(number) != name) return std::nullopt;
  return number;
}

ShopLock::ShopLock(const ShopFiles& files, For what)
    : file_(what == For::kTraining ? files.training_lock() : files.lock(),
            RegularFile::For::kLocking) {
  if (!file_.try_lock()) {
    const char* doing = what == For::kTraining ? "training on" : "changing";
    throw Error(Error::Kind::kUnavailable, "another likeness" + holder_of(file_.descriptor()) +
                                               " is " + doing +
                                               " this shop: try again when it has ended");
  }
  const std::string number = std::to_string(::getpid());
  // Only for the message of whoever finds the shop locked: it may fail.
  if (::ftruncate(file_.descriptor(), 0) == 0) {
    [[maybe_unused]] const auto written =
        ::pwrite(file_.descriptor(), number.data(), number.size(), 0);
  }
}

Pack open_pack(const ShopFiles& files, const StoredPack& stored) {
  try {
    Pack pack(files.packs() / stored.file);
    check_pack(stored, pack);
    return pack;
  } catch (const Error& error) {
    if (!tells_of_a_loss(error)) throw;
    throw Error(error.kind(), std::string(error.what()) + ": restore it from a backup",
                by_checking());
  }
}

bool is_lost(const ShopFiles& files, const StoredPack& stored) {
  try {
    (void)open_pack(files, stored);
    return false;
  } catch (const Error& error) {
    if (!tells_of_a_loss(error)) throw;
    return true;
  }
}

// A run that makes a shop has written its tables before it begins a pack.
void require_database_of_packs(const ShopFiles& files) {
  std::error_code none;
  const auto found = std::filesystem::status(files.database(), none).type();
  const bool is_gone = found == std::filesystem::file_type::not_found;
  const bool is_empty = found == std::filesystem::file_type::regular &&
                        std::filesystem::file_size(files.database(), none) == 0;
  if (!is_gone && !is_empty) return;
  for (const auto& entry : std::filesystem::directory_iterator(files.packs(), none)) {
    if (entry.path().extension() != kPackEnding) continue;
    throw Error(Error::Kind::kCorrupt,
                fmt::format("{}: is {}, and {} is there: restore it from a backup, or move the "
                            "shop away and pack again",
                            files.database().string(), is_gone ? "gone" : "empty",
                            (std::filesystem::path("packs") / entry.path().filename()).string()));
  }
}

void require_shop(const ShopFiles& files) {
  require_database_of_packs(files);
  if (std::filesystem::exists(files.database())) return;
  const bool there = std::filesystem::exists(files.folder);
  throw Error(Error::Kind::kNotFound,
              there ? "the folder is not a shop, for it has no shop.db" : "there is no such shop",
              by_packing());
}

Store open_store(const ShopFiles& files, OpenMode mode) {
  require_shop(files);
  Store store(files.database(), mode);
  if (mode != OpenMode::kReading) move_tabled_latents(store, files);
  return store;
}

namespace {

std::vector<Item> items_of(const Store& store, const std::optional<ItemSample>& sample) {
  if (!sample) return store.items();
  const std::size_t all = sample->before + store.count_items() + sample->after;
  if (all <= sample->items) return store.items();
  const auto places = store.item_places();
  Random random(sample->seed);
  std::vector<Item> items;
  for (const std::size_t i : sample_of(all, sample->items, random)) {
    if (i < sample->before || i - sample->before >= places.size()) continue;
    if (auto item = store.find_item(places[i - sample->before].item)) {
      items.push_back(*std::move(item));
    }
  }
  return items;
}

}  // namespace

Shop::Shop(std::filesystem::path folder, OpenMode mode, std::optional<ItemSample> sample)
    : files_{std::move(folder)},
      store_(open_store(files_, mode)),
      items_(items_of(store_, sample)),
      sound_(items_.size()) {
  for (const StoredPack& stored : store_.packs()) {
    size_ = packs_.try_emplace(stored.id, open_pack(files_, stored)).first->second.size();
  }
  pack_of_.reserve(items_.size());
  for (const Item& item : items_) {
    const auto pack = packs_.find(item.pack);
    if (pack == packs_.end() || item.record >= pack->second.count()) {
      throw Error(Error::Kind::kCorrupt, "shop.db: item " + item.key + " has no pixels",
                  by_verifying());
    }
    pack_of_.push_back(&pack->second);
  }
}

std::span<const std::uint8_t> Shop::record(std::size_t i) const {
  const Pack& pack = *pack_of_[i];
  if (sound_[i].load(std::memory_order_relaxed)) return pack.record(items_[i].record);
  const auto pixels = sound_record(pack, items_[i].record);
  sound_[i].store(true, std::memory_order_relaxed);
  // Whoever asks for all pictures before he reads the first must not have them all in memory.
  if (i % kMostPictures == 0) pack.release_pages();
  return pixels;
}

void Shop::have_read(std::size_t pictures) {
  if (read_.fetch_add(pictures) + pictures < kMostPictures) return;
  read_ = 0;
  for (const auto& [id, pack] : packs_) pack.release_pages();
}

std::optional<std::size_t> Shop::index_of(std::string_view key) const {
  const auto found = store_.find_item(key);
  if (!found) return std::nullopt;
  const auto place = std::ranges::lower_bound(items_, found->id, {}, &Item::id);
  if (place == items_.end() || place->id != found->id) return std::nullopt;
  return static_cast<std::size_t>(place - items_.begin());
}

}  // namespace likeness
