// The verb "recommend", asked of a database that shops were published into: the same question and
// the same outcome as of a shop, by latents of half precision.
#pragma once

#include <string>

#include "likeness/shop/recommend.hpp"

namespace likeness {

// RequestError for what is out of range or does not go together, and for what only a shop can
// answer: it has the pictures and the model. Error::kNotFound for an item that is not there; errors
// as of Postgres and Published.
[[nodiscard]] RecommendOutcome recommend_published(const RecommendRequest& request,
                                                   const std::string& address);

}  // namespace likeness
