#include "likeness/encoder/validation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace likeness {
namespace {

constexpr std::size_t kBatch = 16;  // pictures of one thread: what they make stays in the cache

}  // namespace

// What one thread looks at pictures with.
struct Validation::Worker {
  Executor network;
  std::vector<std::uint8_t> batch;

  Worker(const Network& described, Precision precision)
      : network(described, kBatch, precision, Use::kInference),
        batch(kBatch * described.input().size()) {}
};

Validation::Validation(const Network& network, const Pictures& pictures,
                       std::vector<std::size_t> positions, Precision precision, ThreadPool& pool)
    : pictures_(pictures),
      positions_(std::move(positions)),
      picture_size_(network.input().size()),
      pool_(pool),
      workers_(std::min(pool.threads(), batches())) {
  pool.run(workers_.size(), [&](std::size_t i, std::size_t) {
    workers_[i] = std::make_unique<Worker>(network, precision);
  });
}

Validation::~Validation() = default;

std::size_t Validation::batches() const { return (positions_.size() + kBatch - 1) / kBatch; }

void Validation::set_parameters(std::span<const float> parameters) {
  pool_.run(workers_.size(),
            [&](std::size_t i, std::size_t) { workers_[i]->network.set_parameters(parameters); });
}

Difference Validation::difference_of(std::size_t batch, Worker& worker) const {
  const std::size_t begin = batch * kBatch;
  const auto positions =
      std::span(positions_).subspan(begin, std::min(kBatch, positions_.size() - begin));
  auto to = worker.batch.begin();
  for (const std::size_t position : positions) {
    to = std::ranges::copy(pictures_[position], to).out;
  }
  worker.network.forward(worker.batch);
  return worker.network.difference(std::span(worker.batch).first(positions.size() * picture_size_));
}

Difference Validation::difference(const OnRead& on_read) {
  constexpr std::size_t kFewBatches = 8;
  const std::size_t round = std::max(kFewBatches, 2 * workers_.size());
  std::vector<Difference> parts(batches());
  for (std::size_t begin = 0; begin < parts.size(); begin += round) {
    const std::size_t count = std::min(round, parts.size() - begin);
    pool_.run(count, [&](std::size_t i, std::size_t worker) {
      parts[begin + i] = difference_of(begin + i, *workers_[worker]);
    });
    if (on_read) on_read(count * kBatch);
  }
  Difference sums;
  for (const Difference& part : parts) {
    sums.squared += part.squared;
    sums.absolute += part.absolute;
  }
  return sums;
}

std::vector<std::vector<std::uint8_t>> Validation::reconstruct(
    std::span<const std::size_t> positions) {
  std::vector<std::vector<std::uint8_t>> result;
  Worker& worker = *workers_.front();
  for (const auto position : positions) {
    std::ranges::copy(pictures_[position], worker.batch.begin());
    worker.network.forward(worker.batch);
    const auto values = worker.network.reconstruction().floats().first(picture_size_);
    auto& bytes = result.emplace_back();
    for (const float value : values) {
      bytes.push_back(
          static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0F, 1.0F) * 255.0F)));
    }
  }
  return result;
}

}  // namespace likeness
