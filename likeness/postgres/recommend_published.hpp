// The verb "recommend", asked of databases that shops were published into: the same question and
// the same outcome as of a shop, by latents of half precision.
#pragma once

#include <string>

#include "likeness/postgres/published_together.hpp"
#include "likeness/shop/recommend.hpp"

namespace likeness {

// RequestError for what is out of range or does not go together, and for what only a shop can
// answer.
void require_answerable(const RecommendRequest& request);

// `weights` are those of the model that made the latents of the query, which the databases must
// answer by, too. Error::kNotFound for an item that is not there; errors as of PublishedTogether.
[[nodiscard]] RecommendOutcome recommend_published(const RecommendRequest& request,
                                                   const PublishedTogether& published,
                                                   const std::string& weights);

}  // namespace likeness
