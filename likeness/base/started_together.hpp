// What mpirun tells each of the processes that it starts: that there are others, and which it is.
#pragma once

#include <cstddef>

namespace likeness {

struct StartedTogether {
  std::size_t rank = 0;  // from 0
  std::size_t count = 1;
  std::size_t on_this_machine = 1;
};

// From the environment of this process, as Open MPI's mpirun sets it; alone without, or where it
// makes no sense.
[[nodiscard]] StartedTogether started_together() noexcept;

}  // namespace likeness
