// The operations that have parameters: convolution, dense layer, normalisation.
#pragma once

#include <memory>

#include "likeness/encoder/operations.hpp"

namespace likeness {

[[nodiscard]] std::unique_ptr<Operation> make_convolution(const OperationPlace& place);
[[nodiscard]] std::unique_ptr<Operation> make_dense(const OperationPlace& place);
[[nodiscard]] std::unique_ptr<Operation> make_normalisation(const OperationPlace& place);

}  // namespace likeness
