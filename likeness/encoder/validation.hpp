// What a network in training makes of the pictures that are kept apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "likeness/base/thread_pool.hpp"
#include "likeness/compute/kernels.hpp"
#include "likeness/encoder/inference.hpp"
#include "likeness/encoder/pictures.hpp"
#include "likeness/encoder/ranks.hpp"

namespace likeness {

class Validation {
 public:
  // The pictures and the pool must outlive it; the network makes pictures.
  Validation(const Network& network, const Pictures& pictures, std::vector<std::size_t> positions,
             Precision precision, ThreadPool& pool);

  // In the order of parameters_of(network).
  void set_parameters(std::span<const float> parameters) { inference_.set_parameters(parameters); }

  // Sums over all pictures at the positions; the same for every number of threads, and for every
  // number of ranks, each of which looks at its share. `on_read` is told in between, between two of
  // whose calls few pictures are read.
  [[nodiscard]] Difference difference(const Ranks& ranks, const OnRead& on_read);
  // (H, W, C) bytes for each of any positions.
  [[nodiscard]] std::vector<std::vector<std::uint8_t>> reconstruct(
      std::span<const std::size_t> positions);

 private:
  [[nodiscard]] std::size_t batches() const;
  [[nodiscard]] Difference difference_of(std::size_t batch, std::size_t worker);

  const Pictures& pictures_;
  std::vector<std::size_t> positions_;
  std::size_t picture_size_;
  ThreadPool& pool_;
  Inference inference_;
};

}  // namespace likeness
