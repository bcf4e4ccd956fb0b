// The operations that make a descriptor's parts: what looks at the picture itself, and what puts
// vectors beside each other.
#pragma once

#include <memory>

#include "likeness/encoder/operations.hpp"

namespace likeness {

[[nodiscard]] std::unique_ptr<Operation> make_descriptor_operation(const OperationPlace& place);

}  // namespace likeness
