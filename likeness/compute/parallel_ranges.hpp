// Work spread over the OpenMP threads that oneDNN uses too, so that there is one pool of threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace likeness {

void set_compute_threads(std::size_t threads);
[[nodiscard]] std::size_t compute_threads();

// Calls body(begin, end, part) for up to compute_threads() consecutive ranges that cover
// [0, count); fewer where a range would be shorter than `grain`. The split depends on the number of
// threads and on nothing else, so that sums are the same from run to run.
template <typename Body>
void parallel_ranges(std::size_t count, std::size_t grain, const Body& body) {
  const std::size_t parts =
      std::clamp<std::size_t>(count / std::max<std::size_t>(grain, 1), 1, compute_threads());
#pragma omp parallel for schedule(static) num_threads(static_cast<int>(parts)) if (parts > 1)
  for (std::size_t part = 0; part < parts; ++part) {
    body(count * part / parts, count * (part + 1) / parts, part);
  }
}

// Sums that body(begin, end, sums) adds to for such ranges: `width` of each range, and then those
// of one range after the other, so that they are the same from run to run. They last until the next
// call from this place and thread, and their memory is kept for it: a step of training is to
// allocate nothing.
template <typename Body>
std::span<float> parallel_sums(std::size_t count, std::size_t grain, std::size_t width,
                               const Body& body) {
  static thread_local std::vector<float> kept;
  kept.assign(compute_threads() * width, 0.0F);
  const std::span<float> sums = kept;  // of this thread, for all threads
  parallel_ranges(count, grain, [&](std::size_t begin, std::size_t end, std::size_t part) {
    body(begin, end, sums.data() + part * width);
  });
  for (std::size_t i = width; i < sums.size(); ++i) sums[i % width] += sums[i];
  return sums.first(width);
}

}  // namespace likeness
