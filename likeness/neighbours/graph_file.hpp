// The graph of a file of latents (approximate_search.hpp), kept in a file of its own and searched
// where it lies. graph_file.cpp says how its bytes lie.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "likeness/base/mapped_file.hpp"
#include "likeness/base/summed_blocks.hpp"
#include "likeness/neighbours/graphs.hpp"
#include "likeness/neighbours/latents_file.hpp"
#include "likeness/neighbours/neighbour.hpp"

namespace likeness {

// Builds the graph of all rows and writes it, under a temporary name until it is whole. Takes about
// the memory of the rows and of their links. Error::kUnavailable where that is too short, or if the
// file cannot be written.
void write_graph(const std::filesystem::path& path, const LatentsFile& latents,
                 const GraphOptions& options);

// A graph, mapped. What is read of it is compared with its checksum before. For any number of
// threads.
class GraphFile {
 public:
  // Error::kCorrupt for anything but a whole file whose head is sound.
  explicit GraphFile(const std::filesystem::path& path);

  // Whether it was built of these rows.
  [[nodiscard]] bool belongs_to(const LatentsFile& latents) const noexcept;
  // As ApproximateSearch::nearest(), which finds the same. The space is that of the rows.
  [[nodiscard]] std::vector<Neighbour> nearest(const Space& space,
                                               std::span<const float> placed_query,
                                               std::size_t count, std::size_t breadth) const;
  void check_all(std::size_t threads) const;

 private:
  // Above the lowest level, where every row of a graph is: those that are drawn so high.
  struct Level {
    std::span<const std::uint32_t> rows;   // ascending
    std::span<const std::uint32_t> links;  // links_ of each
  };
  struct Graph {
    std::uint32_t entry = 0;
    std::vector<Level> levels;  // the first one is that above the lowest
  };
  class Walk;

  [[noreturn]] void fail(const std::string& reason) const;
  void read();
  [[nodiscard]] std::span<const std::uint32_t> take(std::size_t& offset, std::size_t count) const;
  [[nodiscard]] std::span<const std::uint32_t> checked(std::span<const std::uint32_t> part) const;
  [[nodiscard]] std::span<const std::uint32_t> links_of(const Level& level,
                                                        std::uint32_t row) const;

  MappedFile file_;
  std::string name_;
  std::uint64_t fingerprint_ = 0;  // of the file of latents
  std::size_t rows_ = 0;
  std::size_t links_ = 0;
  std::array<Graph, Graphs::kCount> graphs_;
  std::span<const std::uint32_t> lowest_;  // 2 x links_ of each row
  SummedBlocks blocks_;
};

}  // namespace likeness
