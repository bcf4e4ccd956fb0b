// The part of `likeness pack` that makes one pack file, from pictures or from a data set's file.
// It knows nothing of the database but which items the shop has already.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/known_items.hpp"
#include "likeness/base/progress.hpp"
#include "likeness/catalogue/pack_pictures.hpp"
#include "likeness/catalogue/tags.hpp"

namespace likeness {

struct PackRun {
  std::filesystem::path file;  // written if there is anything new
  std::filesystem::path shop;
  KnownItems* known = nullptr;  // is told what was found
  std::optional<Size> size;     // the shop's, or what was asked for
  std::optional<Fit> fit;
  WhenGone when_gone = WhenGone::kKeep;
  std::size_t threads = 1;
  ProgressStyle progress = ProgressStyle::kQuiet;
};

struct Packed {
  PackReport report;
  std::optional<TagTable> tags;  // that the data set itself has
};

inline constexpr const char* kDataSetKey = "key";  // the key's column in Packed::tags

// Folders (with all folders in them), files, "-" for a list of paths on standard input.
[[nodiscard]] Packed pack_paths(const PackRun& run, const std::vector<std::string>& paths);

// IDX, the format of MNIST and Fashion-MNIST: grey pictures become RGB, an item's key is the
// beginning of the file's name and a number, its tag "label" comes from the second file.
[[nodiscard]] Packed pack_idx(const PackRun& run, const std::filesystem::path& images,
                              const std::filesystem::path& labels);

}  // namespace likeness
