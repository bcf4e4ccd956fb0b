// The verb "recommend" where databases are searched: of items that were published there, or of a
// picture, which the active model of a shop beside them describes.
#pragma once

#include <string>

#include "likeness/shop/recommend.hpp"

namespace likeness {

// `addresses` as of postgres_addresses(); of the request's shop only the model is used, and only
// for a picture. Errors as of PublishedCatalogue, require_active_model() and embed_picture().
[[nodiscard]] RecommendOutcome recommend_from_databases(const RecommendRequest& request,
                                                        const std::string& addresses);

}  // namespace likeness
