#include "likeness/encoder/gradient_sum.hpp"

#include <algorithm>

#include "likeness/compute/kernels.hpp"

namespace likeness {
namespace {

constexpr std::size_t kTogether = 16384;  // parameters that stay in the cache

Tensor tensor(float* values, std::size_t count) { return {.shape = {.c = count}, .data = values}; }

bool is_within(const Addition& addition, const Share& own) {
  return own.begin <= addition.into && addition.end <= own.end;
}

}  // namespace

std::vector<std::size_t> partial_sums(std::size_t shards, const Share& own) {
  std::vector<bool> added(shards);
  for_additions(shards, [&](const Addition& addition) {
    if (is_within(addition, own)) added[addition.from] = true;
  });
  std::vector<std::size_t> left;
  for (std::size_t shard = own.begin; shard < own.end; ++shard) {
    if (!added[shard]) left.push_back(shard);
  }
  return left;
}

std::span<float> GradientSum::of(std::span<ShardResult> shards, std::size_t begin,
                                 std::size_t count) {
  sums_.resize(std::max(sums_.size(), count));
  add_own(shards, begin, count);
  exchange_parts(shards, begin, count);
  add_parts(shards, begin, count);
  gather_sums(count);
  return std::span(sums_).first(count);
}

Tensor GradientSum::in_wire(std::vector<std::byte>& bytes, std::size_t first,
                            std::size_t count) const {
  return {.shape = {.c = count},
          .precision = wire_,
          .data = bytes.data() + first * bytes_per_value(wire_)};
}

void GradientSum::add_own(std::span<ShardResult> shards, std::size_t begin, std::size_t count) {
  const Share own = ranks_.share_of(shards.size());
  pool_.run((count + kTogether - 1) / kTogether, [&](std::size_t i, std::size_t) {
    const std::size_t first = i * kTogether;
    const auto range = [&](std::size_t shard) {
      return tensor(shards[shard].gradients.data() + begin + first,
                    std::min(kTogether, count - first));
    };
    for_additions(shards.size(), [&](const Addition& addition) {
      if (!is_within(addition, own)) return;
      add(range(addition.into), range(addition.from), range(addition.into));
    });
  });
}

// By rank its part of each partial sum.
std::span<const std::byte> GradientSum::to_send(std::span<ShardResult> shards, std::size_t begin,
                                                std::size_t count) {
  const auto own_sums = partial_sums(shards.size(), ranks_.share_of(shards.size()));
  if (own_sums.size() == 1 && wire_ == Precision::kF32) {  // it lies like that
    const std::span<const float> gradients = shards[own_sums.front()].gradients;
    return std::as_bytes(gradients.subspan(begin, count));
  }
  wire_bytes_.resize(own_sums.size() * count * bytes_per_value(wire_));
  pool_.run(ranks_.count(), [&](std::size_t rank, std::size_t) {
    const Share part = ranks_.share_of(count, rank);
    std::size_t first = own_sums.size() * part.begin;
    for (const std::size_t shard : own_sums) {
      float* const values = shards[shard].gradients.data() + begin + part.begin;
      copy_as(tensor(values, part.size()), in_wire(wire_bytes_, first, part.size()));
      first += part.size();
    }
  });
  return wire_bytes_;
}

void GradientSum::exchange_parts(std::span<ShardResult> shards, std::size_t begin,
                                 std::size_t count) {
  const auto bytes = to_send(shards, begin, count);
  std::vector<std::size_t> sent_sizes;
  std::vector<std::size_t> received_sizes;
  std::size_t received = 0;  // values
  for (std::size_t rank = 0; rank < ranks_.count(); ++rank) {
    sent_sizes.push_back(bytes.size() / count * ranks_.share_of(count, rank).size());
    const auto its_sums = partial_sums(shards.size(), ranks_.share_of(shards.size(), rank));
    const std::size_t values =
        rank == ranks_.rank() ? 0 : its_sums.size() * ranks_.share_of(count).size();
    received_sizes.push_back(values * bytes_per_value(wire_));
    received += values;
  }
  partial_.resize(received);
  if (wire_ == Precision::kF32) {
    ranks_.exchange({.bytes = bytes, .sizes = sent_sizes},
                    std::as_writable_bytes(std::span(partial_)), received_sizes);
    return;
  }
  received_.resize(received * bytes_per_value(wire_));
  ranks_.exchange({.bytes = bytes, .sizes = sent_sizes}, received_, received_sizes);
  if (received > 0) copy_as(in_wire(received_, 0, received), tensor(partial_.data(), received));
}

// What is left of the tree, for the own part of the parameters.
void GradientSum::add_parts(std::span<ShardResult> shards, std::size_t begin, std::size_t count) {
  const Share part = ranks_.share_of(count);
  std::vector<float*> sums(shards.size());  // where the partial sum of a shard lies
  std::vector<Share> owns;
  float* next = partial_.data();
  for (std::size_t rank = 0; rank < ranks_.count(); ++rank) {
    owns.push_back(ranks_.share_of(shards.size(), rank));
    for (const std::size_t shard : partial_sums(shards.size(), owns.back())) {
      const bool is_own = rank == ranks_.rank();
      sums[shard] = is_own ? shards[shard].gradients.data() + begin + part.begin : next;
      if (!is_own) next += part.size();
    }
  }
  for_additions(shards.size(), [&](const Addition& addition) {
    const bool added =
        std::ranges::any_of(owns, [&](const Share& own) { return is_within(addition, own); });
    if (added) return;
    const Tensor sum = tensor(sums[addition.into], part.size());
    add(sum, tensor(sums[addition.from], part.size()), sum);
  });
  std::copy_n(sums.front(), part.size(), sums_.data() + part.begin);
}

void GradientSum::gather_sums(std::size_t count) {
  const auto sums = std::span(sums_).first(count);
  if (wire_ == Precision::kF32) {
    ranks_.gather(sums, count);
    return;
  }
  // Also one's own part is what the others get, so that all have the same.
  wire_bytes_.resize(count * bytes_per_value(wire_));
  const Share part = ranks_.share_of(count);
  copy_as(tensor(sums.data() + part.begin, part.size()),
          in_wire(wire_bytes_, part.begin, part.size()));
  ranks_.gather(std::span(wire_bytes_), count);
  copy_as(in_wire(wire_bytes_, 0, count), tensor(sums.data(), count));
}

}  // namespace likeness
