// Work spread over the OpenMP threads that oneDNN uses too, so that there is one pool of threads.
#pragma once

#include <algorithm>
#include <cstddef>

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

}  // namespace likeness
