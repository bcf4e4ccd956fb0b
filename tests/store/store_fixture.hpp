// A store in a folder of the test's own, and the plain rows that tests put into it.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "likeness/store/store.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {

class StoreFixture : public testing::Test {
 protected:
  [[nodiscard]] static Item picture(const std::string& key, std::size_t record,
                                    std::int64_t pack = 1) {
    return {.key = key,
            .source = "pictures/" + key + ".jpg",
            .digest = {.high = std::hash<std::string>{}(key), .low = record},
            .pack = pack,
            .record = record};
  }

  static void add_pack(Store& store, const std::vector<Item>& items, std::int64_t pack = 1) {
    auto transaction = store.begin();
    store.add_pack({.id = pack,
                    .file = "00000" + std::to_string(pack) + ".pack",
                    .count = items.size(),
                    .width = 60,
                    .height = 80,
                    .fit = "pad"});
    store.put_items(items);
    transaction.commit();
  }

  // Three items, "a", "b" and "c", with the tag colour.
  static void fill(Store& store) {
    add_pack(store, {picture("a", 0), picture("b", 1), picture("c", 2)});
    auto transaction = store.begin();
    store.put_tags("colour", std::vector<TagValue>{{.item = 1, .value = "red"},
                                                   {.item = 2, .value = "blue"},
                                                   {.item = 3, .value = "red"}});
    transaction.commit();
  }

  [[nodiscard]] static StoredLatents latents(std::size_t dimensions,
                                             std::vector<std::int64_t> items,
                                             std::vector<float> values) {
    return {.dimensions = dimensions, .items = std::move(items), .values = std::move(values)};
  }

  static StoredModel model(const std::string& name, std::size_t dimensions) {
    return {.name = name,
            .file = name + ".safetensors",
            .network = "compact",
            .dimensions = dimensions};
  }

  // With its latents in the database, as before version 4.
  std::int64_t add_model(Store& store, const std::string& name,
                         const StoredLatents& latents) const {
    auto transaction = store.begin();
    const auto id = store.put_model(model(name, latents.dimensions));
    store.activate_model(id);
    transaction.commit();
    const Database database(file_, OpenMode::kExisting);
    Statement put(database, "INSERT INTO latents VALUES(?1, ?2, ?3, row_checksum(?1, ?2, ?3))");
    for (std::size_t i = 0; i < latents.items.size(); ++i) {
      const auto vector =
          std::span(latents.values).subspan(i * latents.dimensions, latents.dimensions);
      put.bind(id, latents.items[i], std::as_bytes(vector)).run();
    }
    return id;
  }

  [[nodiscard]] static std::vector<std::string> keys(const Store& store) {
    std::vector<std::string> keys;
    for (const Item& item : store.items()) keys.push_back(item.key);
    return keys;
  }

  // "": none.
  [[nodiscard]] static std::string active_name(const Store& store) {
    const auto active = store.active_model();
    return active ? active->name : "";
  }

  TemporaryFolder temporary_;
  std::filesystem::path folder_ = temporary_.path();
  std::filesystem::path file_ = folder_ / "shop.db";
};

}  // namespace likeness
