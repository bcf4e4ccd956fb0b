// The part of packing that makes one pack file, from pictures or from a data set's file.
// It knows nothing of the database but which items the shop has already.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "likeness/base/work.hpp"
#include "likeness/catalogue/pack_pictures.hpp"
#include "likeness/catalogue/tags.hpp"
#include "likeness/shop/known_items.hpp"

namespace likeness {

struct PackRun {
  std::filesystem::path file;  // written if there is anything new
  // Makes a pack that is full, and what was found for it, part of the shop; gives the next's file.
  std::function<std::filesystem::path()> keep = {};
  std::vector<std::filesystem::path> except = {};  // no pictures: the shop, the table of tags
  KnownItems* known = nullptr;                     // is told what was found
  std::span<const ListedPicture> listed = {};
  std::optional<KeysFrom> keys = {};  // none: by what is found
  std::optional<Size> size;           // the shop's, or what was asked for
  std::optional<Fit> fit;
  WhenGone when_gone = WhenGone::kKeep;
  bool read_all = false;       // also files that did not change, by their stamps
  std::size_t most_files = 0;  // of a pack
  Work work;
};

struct Packed {
  PackReport report;
  std::optional<TagTable> tags;  // that the data set itself has
};

inline constexpr const char* kDataSetKey = "key";  // the key's column in Packed::tags

// What is in folders (with all folders in them), files and run.listed, and what their keys are.
// Error::kInput if there is nothing.
struct Sources {
  FoundPictures found;
  std::optional<KeysFrom> keys;  // none: all have keys of their own
};
[[nodiscard]] Sources find_sources(const PackRun& run,
                                   std::span<const std::filesystem::path> paths);
[[nodiscard]] Packed pack_sources(const PackRun& run, FoundPictures found);

// IDX, the format of MNIST and Fashion-MNIST: grey pictures become RGB, an item's key is the
// beginning of the file's name and a number, its tag "label" comes from the second file.
[[nodiscard]] Packed pack_idx(const PackRun& run, const std::filesystem::path& images,
                              const std::filesystem::path& labels);

}  // namespace likeness
