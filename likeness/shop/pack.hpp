// The verb "pack": makes a shop, or adds to it what is new or changed. The order of its steps makes
// it safe to be killed: the pack is renamed into place when it is whole, then one transaction makes
// its items known. What lies between is a file that the next run removes. Of many pictures several
// packs are made, each of which is kept as soon as it is whole.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/base/work.hpp"
#include "likeness/catalogue/pack_pictures.hpp"
#include "likeness/shop/compact.hpp"
#include "likeness/shop/pack_tags.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

// The pictures of a shop all have the size and the fit that it was made with.
struct PackRequest {
  ShopFiles files;
  // Folders and files; of kIdx the file of the pictures and that of their labels.
  std::vector<std::filesystem::path> pictures;
  enum class From { kFiles, kIdx };
  From from = From::kFiles;
  std::vector<ListedPicture> listed = {};  // files with keys of their own, beside the others
  // What other files' keys are; without, as the shop has it. The first packing decides: names, or
  // paths if names repeat in different folders.
  std::optional<KeysFrom> keys = {};
  std::optional<Size> size;
  std::optional<Fit> fit;
  std::optional<TagSource> tags;
  OnBadRows on_bad_rows = OnBadRows::kRefuse;
  WhenGone when_gone = WhenGone::kKeep;
  bool read_all = false;  // also files whose size and time of change are as they were
  std::size_t most_files = PackOptions{}.most_files;  // of a pack
};

// Items whose file is not there any more.
struct GoneItems {
  std::vector<std::string> keys;
  std::size_t removed = 0;  // how many of them are out of the shop now
  std::size_t back = 0;     // items that an earlier run removed and whose file is there again
};

struct PackOutcome {
  std::filesystem::path shop;
  PackReport report;
  std::vector<StoredPack> packs;      // all of the shop
  std::optional<KeysFrom> keys = {};  // of a shop of files
  bool keys_are_new = false;          // decided just now
  std::size_t items = 0;              // in the shop now
  GoneItems gone;
  // Keys: where all is checked, of items whose pack is lost and of which no file was found.
  std::vector<std::string> lost = {};
  std::optional<TagReport> tags;
  Compaction compaction = {};  // what compact() would change
  double seconds = 0.0;
  [[nodiscard]] double pictures_per_second() const;  // new and replaced ones
};

// Stopped, it keeps what was finished until then, and throws.
[[nodiscard]] PackOutcome pack(const PackRequest& request, const Work& work);

[[nodiscard]] Json to_json(const PackOutcome& outcome);

}  // namespace likeness
