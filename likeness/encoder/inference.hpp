// A network that looks at pictures on all threads of a pool: small batches, each by one thread, so
// that most of what a batch makes stays in the cache, and what comes out is the same for every
// number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "likeness/base/thread_pool.hpp"
#include "likeness/encoder/executor.hpp"
#include "likeness/encoder/pictures.hpp"

namespace likeness {

class Inference {
 public:
  static constexpr std::size_t kBatch = 16;  // pictures

  // The pool must outlive it.
  Inference(const Network& network, Precision precision, ThreadPool& pool);

  // In the order of parameters_of(network).
  void set_parameters(std::span<const float> parameters);

  // Takes at most kBatch pictures through the network, as one worker of a round of the pool, which
  // looks for larger ones, if it is told how. What is returned is valid until the worker's next
  // call.
  struct Looked {
    const Executor& network;                 // theirs come first in its results
    std::span<const std::uint8_t> pictures;  // as they were given, (N, H, W, C)
  };
  Looked look_at(PicturesView pictures, std::size_t worker, const FindLarger& find_larger = {});

 private:
  struct Worker {
    std::unique_ptr<Executor> executor;  // with the first one's weights
    std::vector<std::uint8_t> batch;     // (N, H, W, C)
    std::vector<std::optional<Image>> larger;
  };
  std::vector<Worker> workers_;
};

}  // namespace likeness
