// A teacher that knows what tags say: bench/quality/label_teacher SHOP NAME TAG... adds a model
// whose latents tell the values of an item's tags and nothing else. What is taught by it
// (`likeness train SHOP --teacher NAME`) shows what labels would be worth: a yardstick, never a
// product.
#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/parallel.hpp"
#include "likeness/encoder/initial.hpp"
#include "likeness/shop/latent_files.hpp"
#include "likeness/shop/model_files.hpp"

namespace {

using namespace likeness;

// A place of its own for each value of each tag.
struct Places {
  std::map<std::string, std::size_t> of_value;
  std::size_t count = 0;
};

Places places_of(const Store& store, const std::string& tag, std::size_t first) {
  Places places{.of_value = {}, .count = first};
  for (const ValueCount& value : store.value_counts(tag)) {
    places.of_value.emplace(value.value, places.count++);
  }
  return places;
}

void add(const ShopFiles& files, const std::string& name, const std::vector<std::string>& tags) {
  Store store(files.database(), OpenMode::kExisting);
  std::map<std::int64_t, std::vector<std::size_t>> ones;  // by item, where its latent is 1
  std::size_t dimensions = 0;
  for (const std::string& tag : tags) {
    const Places places = places_of(store, tag, dimensions);
    dimensions = places.count;
    const auto column = store.tag_column(tag);
    for (std::size_t i = 0; i < column.items.size(); ++i) {
      ones[column.items[i]].push_back(places.of_value.at(column.values[i]));
    }
  }
  const auto packs = store.packs();
  if (packs.empty() || dimensions == 0) {
    throw Error(Error::Kind::kInput, files.folder.string() + ": has no items with these tags");
  }
  const Shape picture{.c = 3,
                      .h = static_cast<std::size_t>(packs.front().height),
                      .w = static_cast<std::size_t>(packs.front().width)};
  Model model{.name = name,
              .network = compact_network(picture, dimensions),
              .parameters = {},
              .program = "label_teacher",
              .history = {}};
  model.parameters = initial_parameters(model.network, 1);
  keep_model(store, files, model);
  const StoredModel stored = store.find_model(name).value();
  for (const StoredPack& pack : packs) {
    std::vector<float> rows(pack.count * dimensions);
    for (const Item& item : store.items_of_pack(pack.id)) {
      for (const std::size_t place : ones[item.id]) rows[item.record * dimensions + place] = 1.0F;
    }
    write_latents(store, files, stored, pack.id, Rows(rows, dimensions), available_threads());
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 4) {
      throw Error(Error::Kind::kInput, "usage: bench/quality/label_teacher SHOP NAME TAG...");
    }
    add({.folder = argv[1]}, argv[2], {argv + 3, argv + argc});
  } catch (const std::exception& error) {
    fmt::print(stderr, "label_teacher: {}\n", error.what());
    return EXIT_FAILURE;
  }
}
