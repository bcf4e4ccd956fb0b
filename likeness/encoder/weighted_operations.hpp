// The operations that have parameters: convolution, dense layer, normalisation.
#pragma once

#include <memory>

#include "likeness/encoder/operations.hpp"

namespace likeness {

[[nodiscard]] std::unique_ptr<Operation> make_convolution(const Step& step, const Layer& layer,
                                                          Use use, const Operands& operands,
                                                          const StepParameters& parameters);
[[nodiscard]] std::unique_ptr<Operation> make_dense(Use use, const Operands& operands,
                                                    const LayerParameters& parameters);
// `momentum` as in Pass.
[[nodiscard]] std::unique_ptr<Operation> make_normalisation(const Step& step, Use use,
                                                            const Operands& operands,
                                                            const StepParameters& parameters,
                                                            const float& momentum);

}  // namespace likeness
