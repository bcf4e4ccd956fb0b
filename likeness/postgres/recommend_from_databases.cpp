#include "likeness/postgres/recommend_from_databases.hpp"

#include "likeness/base/error.hpp"
#include "likeness/postgres/published_catalogue.hpp"
#include "likeness/shop/active_latents.hpp"
#include "likeness/shop/embedding.hpp"

namespace likeness {

RecommendOutcome recommend_from_databases(const RecommendRequest& request,
                                          const std::string& addresses) {
  const ShopFiles& files = request.query.files;
  PublishedCatalogue catalogue(addresses, {});
  if (!request.query.image || is_postgres_address(files.folder.native())) {
    return catalogue.recommend(request);
  }
  require_sound(request);
  const Store store = open_store(files);
  const StoredModel model = require_active_model(store);
  const auto packs = store.packs();
  if (packs.empty()) throw Error(Error::Kind::kCorrupt, "shop.db: has latents but no packs");
  RecommendRequest described = request;
  described.query.latents.push_back(
      {.latent = embed_picture(files, packs.front(), model, *request.query.image)});
  described.query.image.reset();
  return catalogue.recommend(described, model.weights);
}

}  // namespace likeness
