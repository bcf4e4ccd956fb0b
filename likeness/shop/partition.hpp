// The verb "partition": deals a list of pictures out to lists for a shop each, so that each can be
// packed and embedded by itself, on any machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "likeness/base/json.hpp"

namespace likeness {

// The part, from 0 on, to which a key belongs: the same for ever, however it is spelt (in NFC or
// not). By the remainder of its XXH3 of 64 bits.
[[nodiscard]] std::size_t part_of_key(std::string_view key, std::size_t parts);

struct PartitionRequest {
  std::filesystem::path list;    // lines of PATH, a tab and KEY
  std::filesystem::path folder;  // gets part-0.txt, part-1.txt and so on, in the list's order
  std::uint64_t parts = 2;
};

struct PartitionOutcome {
  std::filesystem::path folder;
  std::size_t parts = 0;
  std::size_t items = 0;
  std::size_t smallest = 0;  // items of a part
  std::size_t largest = 0;
};

// RequestError for a number of parts that is out of range; Error::kInput for a line without a key
// (each part would make its own), for a key that cannot be one or stands twice, and for a folder
// with lists of a deal to more parts, which somebody would take for some of this one.
[[nodiscard]] PartitionOutcome partition_list(const PartitionRequest& request);
[[nodiscard]] Json to_json(const PartitionOutcome& outcome);

}  // namespace likeness
