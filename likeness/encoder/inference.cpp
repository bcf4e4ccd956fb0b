#include "likeness/encoder/inference.hpp"

#include <algorithm>
#include <cassert>

namespace likeness {

Inference::Inference(const Network& network, Precision precision, ThreadPool& pool)
    : workers_(pool.threads()) {
  workers_.front().executor =
      std::make_unique<Executor>(network, kBatch, precision, Use::kInference);
  pool.run(workers_.size(), [&](std::size_t i, std::size_t) {
    if (i > 0) workers_[i].executor = workers_.front().executor->another();
    workers_[i].batch.resize(kBatch * network.input().size());
  });
}

void Inference::set_parameters(std::span<const float> parameters) {
  workers_.front().executor->set_parameters(parameters);
}

Inference::Looked Inference::look_at(PicturesView pictures, std::size_t worker,
                                     const FindLarger& find_larger) {
  assert(pictures.size() <= kBatch);
  Worker& it = workers_[worker];
  auto to = it.batch.begin();
  for (const auto picture : pictures) to = std::ranges::copy(picture, to).out;
  const std::span<const std::uint8_t> given(it.batch.begin(), to);
  it.larger.clear();
  for (std::size_t i = 0; find_larger && i < pictures.size(); ++i) {
    it.larger.push_back(find_larger(i));
  }
  it.executor->forward(given, it.larger);
  return {.network = *it.executor, .pictures = given};
}

}  // namespace likeness
