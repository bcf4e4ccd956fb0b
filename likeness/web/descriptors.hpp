// How many connections the system lets this process have: each is a descriptor.
#pragma once

#include <cstddef>

namespace likeness {

// Asks for as many descriptors as the process may have; at most `wanted` of them are connections.
[[nodiscard]] std::size_t allow_connections(std::size_t wanted);

}  // namespace likeness
