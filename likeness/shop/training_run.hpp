// What a training leaves in its run: a checkpoint to go on from, one line an epoch, and what a few
// pictures look like through the network after each epoch.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "likeness/encoder/checkpoint.hpp"
#include "likeness/encoder/trainer.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

struct RunFiles {
  std::filesystem::path folder;  // SHOP/runs/NAME
  [[nodiscard]] std::filesystem::path checkpoint() const {
    return folder / "checkpoint.safetensors";
  }
  [[nodiscard]] std::filesystem::path history() const { return folder / "history.jsonl"; }
  // A pack of the reconstructions: keys are the items', sources "training" or "validation".
  [[nodiscard]] std::filesystem::path reconstructions(std::size_t epoch) const;
};

[[nodiscard]] RunFiles run_files(const ShopFiles& shop, const std::string& name);

// The items whose reconstructions are kept: five of each side of the split, or as many as there
// are. What is seen beyond the shop's items is of other shops, and not shown.
struct Shown {
  std::size_t position = 0;  // among the shop's items
  std::string key;
  std::string side;  // "training" or "validation"
};
[[nodiscard]] std::vector<Shown> shown_items(const Shop& shop, const Split& split);

// Error::kCorrupt if a run's pack holds pictures of another size than the shop's.
void require_pictures_of(const Shop& shop, const Pack& reconstructions);

// After the model: one that is newer than the checkpoint is made again, the same, when the training
// goes on.
void save_epoch(const RunFiles& files, Checkpoint checkpoint);
void save_reconstructions(const RunFiles& files, const Shop& shop, const std::vector<Shown>& shown,
                          Trainer& trainer, std::size_t epoch);

}  // namespace likeness
