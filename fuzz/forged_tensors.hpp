// Invented safetensors with the checksum that they would need: without it none comes past that.
#pragma once

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/base/bytes.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/json.hpp"
#include "likeness/encoder/safetensors.hpp"

// The bytes as they are where there is no head to put a checksum into.
inline std::vector<std::byte> with_right_checksum(std::span<const std::byte> bytes) {
  std::vector<std::byte> forged(bytes.begin(), bytes.end());
  try {
    likeness::ByteReader reader(bytes, "forged");
    const auto head = reader.read_text(reader.read_u64());
    const auto data = reader.read_bytes(reader.remaining());
    likeness::TensorFile file;
    const likeness::Json json = likeness::parse_json(head, "forged");
    for (const auto& [name, text] : json.at("__metadata__").object()) {
      file.texts.emplace(name, text.text());
    }
    auto& values = file.tensors.emplace_back().values;
    values.resize(data.size() / sizeof(float));
    const auto target = std::as_writable_bytes(std::span(values));
    std::ranges::copy(data.first(target.size()), target.begin());
    const std::string checksum = likeness::checksum_of(file);
    constexpr std::string_view kMember = R"("checksum":")";
    const auto place = head.find(kMember);
    if (place == std::string_view::npos || head.size() < place + kMember.size() + 16) return forged;
    std::memcpy(forged.data() + 8 + place + kMember.size(), checksum.data(), checksum.size());
  } catch (const likeness::Error&) {
    return forged;
  }
  return forged;
}

// read(bytes), as they are and with their checksum: an Error of one line, or nothing at all.
template <typename Read>
void read_forged(std::span<const std::byte> bytes, const Read& read) {
  for (const auto& candidate :
       {std::vector<std::byte>(bytes.begin(), bytes.end()), with_right_checksum(bytes)}) {
    try {
      read(candidate);
    } catch (const likeness::Error&) {
      continue;
    }
  }
}
