// The safetensors format: named F32 tensors, bytes and texts in one file that Python, Rust and the
// web can read. safetensors.cpp says how its bytes lie.
#pragma once

#include <cstdint>
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

struct NamedBytes {
  std::string name;
  std::vector<std::byte> bytes;
};

struct TensorFile {
  std::map<std::string, std::string> texts;
  std::vector<NamedTensor> tensors;  // of a file that was read: in the order of their names
  std::vector<NamedBytes> blobs{};   // likewise

  // Of a file that was read: Error::kCorrupt, naming the source, if there is none of this name.
  [[nodiscard]] const NamedTensor& tensor(const std::string& name, const std::string& source) const;
  [[nodiscard]] const NamedBytes& blob(const std::string& name, const std::string& source) const;
  [[nodiscard]] const std::string& text(const std::string& name, const std::string& source) const;
  [[nodiscard]] std::uint64_t whole_number(const std::string& name,
                                           const std::string& source) const;
};

// Of all texts and values: 16 hexadecimal digits, which the file holds, too.
[[nodiscard]] std::string checksum_of(const TensorFile& file);

// Same content, same bytes.
[[nodiscard]] std::vector<std::byte> bytes_of(const TensorFile& file);
// Replaces the file as a whole or not at all; returns its checksum_of().
std::string write_tensors(const std::filesystem::path& path, const TensorFile& file);

// Every size is checked against the file before it is used, and the checksum over all of it. Each
// byte of the data belongs to one tensor, so that reading takes twice the file's memory at most.
[[nodiscard]] TensorFile read_tensors(const std::filesystem::path& path);
[[nodiscard]] TensorFile read_tensors(std::span<const std::byte> bytes, const std::string& source);

// Throws Error::kCorrupt: "SOURCE: REASON: the file is damaged; ...".
[[noreturn]] void fail_damaged(const std::string& source, const std::string& reason);

// The checksum that the file holds, of which only the head is read.
[[nodiscard]] std::string checksum_in(const std::filesystem::path& path);

}  // namespace likeness
