// A snapshot of a shop as a tar (POSIX.1-2001), made as it is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "likeness/shop/snapshot.hpp"

namespace likeness {

class SnapshotTar {
 public:
  explicit SnapshotTar(std::vector<SnapshotFile> files);

  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
  // Fills `to` with what follows; less than that only at the end. Error::kUnavailable if a file
  // cannot be read, or has become shorter.
  std::size_t read(std::span<char> to);

 private:
  // What stands in the tar of one file, one after the other; at the end a part without a file.
  struct Part {
    std::string head;
    const SnapshotFile* file = nullptr;
    std::size_t zeros = 0;
  };
  std::size_t read_part(std::span<char> to);

  std::vector<SnapshotFile> files_;
  std::vector<Part> parts_;
  std::uint64_t bytes_ = 0;
  std::size_t part_ = 0;      // where it is
  std::uint64_t offset_ = 0;  // in that part
};

}  // namespace likeness
