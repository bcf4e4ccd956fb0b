// What commands leave behind that were killed before they could tidy up: `likeness verify` names
// it, and the next command that writes in the same place takes it away.
#pragma once

#include <filesystem>
#include <vector>

#include "likeness/shop/shop.hpp"

namespace likeness {

// Beside a report's folder: drafts of reports (and the old report, where both could not change
// places in one step) whose process has ended.
[[nodiscard]] std::vector<std::filesystem::path> left_by_reports(
    const std::filesystem::path& report);

// Half-written models and files of runs, and the folders of runs that came to nothing: no epoch,
// and no checkpoint to go on from. Nothing while a training is under way.
[[nodiscard]] std::vector<std::filesystem::path> left_by_trainings(const ShopFiles& files);

// The lock of a training, taken together with what left_by_trainings() names.
[[nodiscard]] ShopLock lock_for_training(const ShopFiles& files);

}  // namespace likeness
