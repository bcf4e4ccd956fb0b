// A training on disk, from which it can go on.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "likeness/encoder/trainer.hpp"

namespace likeness {

// `settings` and `pictures` are kept as they are given, for whoever resumes to compare.
struct Checkpoint {
  std::string settings;
  std::string pictures{};  // a checksum of those learned from; "": unknown
  TrainingState state;
};

void write_checkpoint(const std::filesystem::path& path, Checkpoint checkpoint);

// Read as hostile input: Error::kCorrupt for anything that a training of this network could not
// have left. Its best epoch is one of its history, which is not empty.
[[nodiscard]] Checkpoint read_checkpoint(const std::filesystem::path& path, const Network& network);
[[nodiscard]] Checkpoint read_checkpoint(std::span<const std::byte> bytes,
                                         const std::string& source, const Network& network);

}  // namespace likeness
