// A trained network on disk, and the training that it came from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "likeness/encoder/network.hpp"
#include "likeness/encoder/parts.hpp"
#include "likeness/encoder/trainer.hpp"

namespace likeness {

struct Model {
  std::string name;
  Network network;
  std::vector<float> parameters;  // in the order of parameters_of(network)
  std::vector<Part> parts{};      // of its latents, one behind the other; none: all alike
  std::uint64_t seed = 1;
  std::string program;               // the version that trained it
  std::vector<EpochReport> history;  // without times: the same training gives the same bytes
};

void write_model(const std::filesystem::path& path, const Model& model);
// Read as hostile input: Error::kCorrupt for anything that does not fit.
[[nodiscard]] Model read_model(const std::filesystem::path& path);
[[nodiscard]] Model read_model(std::span<const std::byte> bytes, const std::string& source);

// A training that can go on: `settings` is kept as it is given, for whoever resumes to compare.
struct Checkpoint {
  std::string settings;
  TrainingState state;
};
void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);
[[nodiscard]] Checkpoint read_checkpoint(const std::filesystem::path& path);

// One line of JSON, as history.jsonl keeps it.
[[nodiscard]] std::string to_json_line(const EpochReport& report);

}  // namespace likeness
