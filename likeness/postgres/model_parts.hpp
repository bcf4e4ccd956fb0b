// The parts of a model's latents, as a database knows them: with them an answer counts one more
// than another, and says by which an item is near.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "likeness/encoder/parts.hpp"
#include "likeness/postgres/postgres.hpp"
#include "likeness/postgres/schema.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

// As the model's file has them, those that lie side by side and have one name as one; nothing if
// the file is not there to say. Errors as of read_model().
[[nodiscard]] std::optional<std::vector<Part>> model_parts(const ShopFiles& files,
                                                           const StoredModel& model);

struct PublishedParts {
  std::vector<Part> parts;  // of which only name, begin and size are known; none: all alike
  bool have_graphs = false;
};

// Nothing of a model that was published by a likeness that did not write them.
[[nodiscard]] std::optional<PublishedParts> published_parts(Postgres& database,
                                                            const PublishedModel& model);
// Whether those of the model that answers have graphs; false where none answers.
[[nodiscard]] bool active_parts_have_graphs(Postgres& database);

void put_parts(Postgres& database, const PublishedModel& model, std::span<const Part> parts);
void say_that_parts_have_graphs(Postgres& database, const PublishedModel& model);

}  // namespace likeness
