// Latents where they lie: the rows of one pack's records in one file, with the codes of the exact
// search beside them, ready to be searched in any number of processes without a copy.
// latents_file.cpp says how its bytes lie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "likeness/base/mapped_file.hpp"
#include "likeness/base/summed_blocks.hpp"
#include "likeness/neighbours/codes.hpp"
#include "likeness/neighbours/rows.hpp"

namespace likeness {

// What a file of latents belongs to.
struct LatentsOrigin {
  std::uint64_t weights = 0;  // the checksum of the model that made them
  std::int64_t pack = 0;      // row i is the latent of this pack's record i
  bool operator==(const LatentsOrigin&) const = default;
};

// Writes the file, under a temporary name until it is whole. The rows have passed check_rows; there
// may be fewer than the pack has records. Error::kUnavailable if it cannot be written.
void write_latents(const std::filesystem::path& path, const LatentsOrigin& origin, const Rows& rows,
                   std::size_t threads);

// A file of latents, mapped. Whoever reads of it has it compared with its checksums before, block
// by block, and each block once. May be read by any number of threads.
class LatentsFile {
 public:
  // Error::kCorrupt for anything but a whole file whose head is sound.
  explicit LatentsFile(const std::filesystem::path& path);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const LatentsOrigin& origin() const noexcept { return origin_; }
  // Another one for other rows: a checksum of them all.
  [[nodiscard]] std::uint64_t fingerprint() const noexcept { return fingerprint_; }
  [[nodiscard]] std::size_t count() const noexcept { return rows_.count(); }
  [[nodiscard]] std::size_t dimensions() const noexcept { return rows_.dimensions(); }
  [[nodiscard]] const Rows& rows() const noexcept { return rows_; }
  [[nodiscard]] CodesView codes() const { return CodesView(codes_); }

  // Error::kCorrupt if the codes, or the row, are not as they were written.
  void check_codes(std::size_t threads) const;
  void check_row(std::size_t row) const;
  void check_all(std::size_t threads) const;

 private:
  [[noreturn]] void fail(const std::string& reason) const;
  void read();
  void check(std::size_t first, std::size_t end, std::size_t threads) const;

  MappedFile file_;
  std::string name_;
  LatentsOrigin origin_;
  Rows rows_;
  CodeTables codes_;
  SummedBlocks blocks_;  // the file without its header and checksums
  std::uint64_t fingerprint_ = 0;
};

}  // namespace likeness
