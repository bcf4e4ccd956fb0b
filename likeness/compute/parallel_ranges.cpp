#include "likeness/compute/parallel_ranges.hpp"

#include <omp.h>

namespace likeness {

void set_compute_threads(std::size_t threads) { omp_set_num_threads(static_cast<int>(threads)); }

std::size_t compute_threads() { return static_cast<std::size_t>(omp_get_max_threads()); }

}  // namespace likeness
