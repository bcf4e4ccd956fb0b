// The safetensors format: named F32 tensors and texts in one file that Python, Rust and the web
// can read. safetensors.cpp says how its bytes lie.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace likeness {

struct NamedTensor {
  std::string name;
  std::vector<std::size_t> dimensions;
  std::vector<float> values;
};

struct TensorFile {
  std::map<std::string, std::string> texts;
  std::vector<NamedTensor> tensors;

  // Error::kCorrupt, naming the source, if there is none of this name.
  [[nodiscard]] const NamedTensor& tensor(const std::string& name, const std::string& source) const;
  [[nodiscard]] const std::string& text(const std::string& name, const std::string& source) const;
};

// Same content, same bytes. Replaces the file as a whole or not at all.
void write_tensors(const std::filesystem::path& path, const TensorFile& file);

// Every size is checked against the file before it is used, and the checksum over all of it.
[[nodiscard]] TensorFile read_tensors(const std::filesystem::path& path);
[[nodiscard]] TensorFile read_tensors(std::span<const std::byte> bytes, const std::string& source);

}  // namespace likeness
