// The sum of the gradients of all shards of a step, where several ranks have computed them. It is
// added along the tree of for_additions(), wherever a shard was computed: the same bytes for every
// number of ranks.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "likeness/base/thread_pool.hpp"
#include "likeness/compute/tensor.hpp"
#include "likeness/encoder/ranks.hpp"
#include "likeness/encoder/shards.hpp"

namespace likeness {

class GradientSum {
 public:
  // `wire`: what gradients are sent as. In BF16 that is half as much, each sum of a rank's shards
  // and each sum of all of them is rounded, and the bytes depend on the number of ranks. The pool
  // must outlive it.
  GradientSum(Ranks ranks, Precision wire, ThreadPool& pool)
      : ranks_(std::move(ranks)), wire_(wire), pool_(pool) {}

  // All ranks, each of which has the gradients of its share of the shards, and uses them up: the
  // sums of `count` trained parameters from `begin` on, valid until the next call.
  //
  // Each rank adds its own shards as far as the tree allows, and sends each other one its part of
  // the parameters; each adds its part to the end and sends it to all. So a rank sends and receives
  // no more than twice the parameters, however many there are (for other numbers than powers of two
  // some partial sums more).
  [[nodiscard]] std::span<float> of(std::span<ShardResult> shards, std::size_t begin,
                                    std::size_t count);

 private:
  void add_own(std::span<ShardResult> shards, std::size_t begin, std::size_t count);
  [[nodiscard]] std::span<const std::byte> to_send(std::span<ShardResult> shards, std::size_t begin,
                                                   std::size_t count);
  void exchange_parts(std::span<ShardResult> shards, std::size_t begin, std::size_t count);
  void add_parts(std::span<ShardResult> shards, std::size_t begin, std::size_t count);
  void gather_sums(std::size_t count);
  [[nodiscard]] Tensor in_wire(std::vector<std::byte>& bytes, std::size_t first,
                               std::size_t count) const;

  Ranks ranks_;
  Precision wire_;
  ThreadPool& pool_;
  std::vector<std::byte> wire_bytes_;  // what is sent, where it is no gradient as it lies
  std::vector<std::byte> received_;    // in BF16
  std::vector<float> partial_;         // (partial sums of the other ranks, own part)
  std::vector<float> sums_;
};

// Of so many shards those whose gradients are still sums to be added, when the rank that has these
// ones has added them as far as the tree allows.
[[nodiscard]] std::vector<std::size_t> partial_sums(std::size_t shards, const Share& own);

}  // namespace likeness
