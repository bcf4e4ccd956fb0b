// Picture files in, one pack out: on all processors, in constant memory, and with the same bytes
// for any number of threads.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "likeness/catalogue/choose_picture.hpp"
#include "likeness/catalogue/find_pictures.hpp"

namespace likeness {

struct PackReport {
  void add(Choice choice);
  void add(PackReport later);
  // Error::kInput, naming the first file, if none could be used.
  void require_pictures() const;

  std::size_t files = 0;      // of the sources, the first so many: what was not looked at is left
  std::size_t packed = 0;     // new items
  std::size_t replaced = 0;   // items with a new version of their picture
  std::size_t unchanged = 0;  // items whose picture is the same: not in this pack
  std::vector<Skipped> skipped;
  std::size_t taken = 0;      // of these, how many have a key that another picture has
  std::size_t ignored = 0;    // files that are no pictures by their first bytes
  std::string first_ignored;  // one of them
};

// Called for each picture that an item has or gets, by one thread at a time, in the order of keys.
using OnFound = std::function<void(const Choice&)>;

// Packs what is new or changed among `sources` (as find_pictures() returns them) into `file`,
// which is not written if there is nothing such. Of the files of one key at most one is taken, see
// choose_picture(). Throws Error::kInput for no sources, and Error::kUnavailable if the file cannot
// be written.
// Stopped, or when the pack is full, it ends early, and the pack holds what was finished until
// then: keep it, then call stop_if_asked(), or go on behind report.files.
[[nodiscard]] PackReport pack_pictures(std::span<const PictureSource> sources,
                                       const KnownPictures& pictures, const OnFound& on_found,
                                       const PackOptions& options,
                                       const std::filesystem::path& file);

}  // namespace likeness
