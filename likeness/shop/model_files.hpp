// The files of a shop's models and trainings, in which order they and the database change, and what
// a command leaves of them that is killed in between.
//
// A model's file is written first, its row says the checksum that it holds, and the file of a model
// that has latents is never written again: trained further, the model gets a successor in a file
// of its own, which takes its place in the one transaction that finds all latents made.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "likeness/encoder/model.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

// SHOP/runs/NAME
[[nodiscard]] std::filesystem::path run_folder(const ShopFiles& files, const std::string& name);
[[nodiscard]] std::filesystem::path checkpoint_of(const ShopFiles& files, const std::string& name);

// Whether a model or a training that can go on has this name; what a killed one left has none.
[[nodiscard]] bool name_is_taken(const Store& store, const ShopFiles& files,
                                 const std::string& name);

// Writes the model's file and its row: in the place of a model without latents, beside one with.
// Does nothing if the shop has just this model.
void keep_model(Store& store, const ShopFiles& files, const Model& model);

// Removes what no row names of the files that a model of this name may have; of a name that is not
// taken its run, too. Other files of theirs are left alone.
void remove_leftovers(Store& store, const ShopFiles& files, const std::string& name);

// The models' files that no row names, of all names: for `verify` to name.
[[nodiscard]] std::vector<std::filesystem::path> unnamed_models(const Store& store,
                                                                const ShopFiles& files);

// Error::kCorrupt if the model's file holds other weights than its latents were made by; where
// there is no file to tell, they are taken as they are.
void require_own_weights(const ShopFiles& files, const StoredModel& model);

// All latents of a model, by item, in memory. Errors as of require_own_weights() and
// open_latents().
[[nodiscard]] StoredLatents own_latents(const Store& store, const ShopFiles& files,
                                        const StoredModel& model);

}  // namespace likeness
