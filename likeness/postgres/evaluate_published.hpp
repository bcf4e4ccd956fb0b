// The verb "evaluate" where a shop was published: how often what is near by the model that answers
// there is of the same kind.
#pragma once

#include <string>

#include "likeness/base/work.hpp"
#include "likeness/evaluation/evaluation.hpp"

namespace likeness {

// `addresses` as of postgres_addresses(). The model alone, by all vectors of half precision, and
// not by the graph, whose own misses are no property of it. RequestError for baselines, which need
// the pictures; Error::kNotFound for another model; errors as of evaluate() and PublishedTogether.
[[nodiscard]] Evaluation evaluate_published(const EvaluateRequest& request,
                                            const std::string& addresses, const Work& work);

}  // namespace likeness
