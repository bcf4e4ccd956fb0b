// A trained network on disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "likeness/encoder/epoch_report.hpp"
#include "likeness/encoder/network.hpp"
#include "likeness/encoder/parts.hpp"

namespace likeness {

struct Model {
  std::string name;
  Network network;
  std::vector<float> parameters;  // in the order of parameters_of(network)
  std::vector<Part> parts{};      // of its latents, one behind the other; none: all alike
  std::uint64_t seed = 1;
  std::string program;               // the version that trained it
  std::vector<EpochReport> history;  // without times: the same training gives the same bytes
  std::string checksum{};            // that its file holds; empty of one that was not read
};

// The checksum that write_model() gives its file: what latents are bound to.
[[nodiscard]] std::string checksum_of(const Model& model);

// Returns checksum_of() it.
std::string write_model(const std::filesystem::path& path, const Model& model);

// Read as hostile input: Error::kCorrupt for anything that does not fit.
[[nodiscard]] Model read_model(const std::filesystem::path& path);
[[nodiscard]] Model read_model(std::span<const std::byte> bytes, const std::string& source);

// What the file says of itself, without reading all of it: for whoever only compares.
[[nodiscard]] std::string model_checksum(const std::filesystem::path& path);

}  // namespace likeness
