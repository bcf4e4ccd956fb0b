// Measures one method after the other in the same way, and compares models with baselines.
#pragma once

#include "likeness/base/work.hpp"
#include "likeness/evaluation/evaluation.hpp"
#include "likeness/evaluation/methods.hpp"

namespace likeness {

// Labels of more values are not clustered for: the best assignment takes the cube of their number.
inline constexpr std::size_t kMostClusters = 200;
inline constexpr std::size_t kListLength = 10;

// The verb "evaluate": how often what is recommended is of the same kind, by models and, through
// the same code, by the baselines that they have to beat. RequestError for what is out of range or
// does not go together; Error::kNotFound for a tag or a model that is not there.
[[nodiscard]] Evaluation evaluate(const EvaluateRequest& request, const Work& work);

// The same of one method whose vectors are known, a row for each of the items.
[[nodiscard]] Evaluation evaluate_described(const EvaluateRequest& request, EvaluatedItems items,
                                            const Method& method, const Descriptors& descriptors,
                                            const Work& work);

// RequestError for what is out of range or does not go together.
void require_sound(const EvaluateRequest& request);

}  // namespace likeness
