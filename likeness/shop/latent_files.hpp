// Where the latents of a shop lie: for each model a folder, in it a file for each pack, row i for
// record i (neighbours/latents_file.hpp). A row of a record that is no item's picture says nothing.
//
// A file is written before its row of the database: one that has more rows than that says begins
// with the same. Those of another model lie in another folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "likeness/neighbours/latents_file.hpp"
#include "likeness/neighbours/rows.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

// The latents of a pack's first records: mapped or, of a shop from before version 4, in memory.
struct PackLatents {
  std::int64_t pack = 0;
  std::size_t count = 0;
  std::shared_ptr<const LatentsFile> file;  // none: they are in memory
  std::vector<float> values;

  // As they were written; Error::kCorrupt if the row is damaged.
  [[nodiscard]] std::span<const float> row(std::size_t record, std::size_t dimensions) const;
};

// Error::kCorrupt for a file that is missing, damaged, or another pack's or model's.
[[nodiscard]] PackLatents open_latents(const ShopFiles& files, const StoredModel& model,
                                       const LatentFile& stored);

// All of a model, by pack. Errors as before.
[[nodiscard]] std::vector<PackLatents> open_latents(const Store& store, const ShopFiles& files,
                                                    const StoredModel& model);

// All latents of a model, in the order of the items' ids, in memory. Errors as of open_latents().
[[nodiscard]] StoredLatents all_latents(const Store& store, const ShopFiles& files,
                                        const StoredModel& model);

// Writes the latents of a pack's first records and their row, inside a transaction.
// Error::kUnavailable if the model was replaced.
void put_latents(Store& store, const ShopFiles& files, const StoredModel& model, std::int64_t pack,
                 const Rows& rows, std::size_t threads);
// The same in a transaction of its own.
void write_latents(Store& store, const ShopFiles& files, const StoredModel& model,
                   std::int64_t pack, const Rows& rows, std::size_t threads);

// Moves what a shop from before version 4 has of latents in its database into files. Of a pack that
// was not embedded to its end those after the first that is missing are made again.
void move_tabled_latents(Store& store, const ShopFiles& files);

// What a model was seen to give for other items than those that are embedded, as a file beside its
// latents: of these records in this order, row i of places[i], which its name tells.
[[nodiscard]] std::filesystem::path file_of_look(const ShopFiles& files, const StoredModel& model,
                                                 std::span<const RecordPlace> places);
// In the place of what it gave for others. Error::kUnavailable if it cannot be written.
void keep_look(const std::filesystem::path& file, const Rows& rows, std::size_t threads);

// The files and folders of latents that no row names: a killed command left them, or their model is
// gone.
[[nodiscard]] std::vector<std::filesystem::path> unnamed_latents(const Store& store,
                                                                 const ShopFiles& files);

}  // namespace likeness
