// The verb "snapshot": the files of a shop as of one moment, while it is read and written. They
// are what answers and what can be trained on; trainings that are not whole (runs/) are left out.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "likeness/base/file.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

// Open, so that it stays as it is whatever becomes of its name.
struct SnapshotFile {
  std::string name;  // below the shop's folder: "packs/000001.pack"
  RegularFile file;
  std::size_t bytes = 0;
};

// The database, in a copy, and every file that it names. Errors as of open_store(); kUnavailable if
// there is no room for the copy, which is made where the system keeps temporary files.
[[nodiscard]] std::vector<SnapshotFile> snapshot(const ShopFiles& files);

}  // namespace likeness
