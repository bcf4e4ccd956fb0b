// Work spread over threads where OpenMP does not reach: the thread sanitizer understands this one.
#pragma once

#include <cstddef>
#include <functional>

namespace likeness {

// How many threads this process may use at once: the processors it is allowed to run on, or what
// its control group leaves of them; of a machine that it shares with others of its mpirun, its
// part.
[[nodiscard]] std::size_t available_threads() noexcept;

// Calls body(i) once for each i in [0, count), on up to `threads` threads (the caller's is one of
// them), in no promised order. The first exception stops the handing out and is thrown again here.
void parallel_for(std::size_t count, std::size_t threads,
                  const std::function<void(std::size_t)>& body);

}  // namespace likeness
