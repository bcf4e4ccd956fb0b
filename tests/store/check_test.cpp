// Damage to shop.db: it is told, or it changes no answer.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/random.hpp"
#include "tests/store/store_fixture.hpp"

namespace likeness {
namespace {

class StoreCheck : public StoreFixture {
 protected:
  StoreCheck() {
    Store store(file_, OpenMode::kCreate);
    fill(store);
    const auto model = add_model(store, "m", latents(2, {1, 2, 3}, {1, 2, 3, 4, 5, 6}));
    auto transaction = store.begin();
    store.put_clusters(
        model,
        {.dimensions = 2, .centroids = {1, 2, 5, 6}, .items = {1, 2, 3}, .cluster = {0, 0, 1}});
    store.put_latent_file(model, {.pack = 1, .file = "m/000001.latents", .count = 2});
    store.put_run({.name = "r", .model = "m", .settings = "{}", .outcome = "{}"});
    transaction.commit();
    add_pack(store, {picture("c", 0, 2)}, 2);
  }

  // Without the flush of write_file(): these tests write hundreds of times.
  void overwrite(std::span<const std::byte> bytes) const {
    std::ofstream(file_, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }

  // All answers in one text, to compare them.
  static std::string answers(const Store& store) {
    std::string text;
    const auto add = [&text](const auto& value) {
      if constexpr (std::is_arithmetic_v<std::decay_t<decltype(value)>>) {
        text += std::to_string(value) + " ";
      } else {
        text += std::string(value) + " ";
      }
    };
    for (const Item& item : store.items_with_removed()) {
      add(item.id), add(item.key), add(item.source), add(to_hex(item.digest));
      add(item.pack), add(item.record), add(item.removed);
    }
    for (const StoredPack& pack : store.packs()) {
      add(pack.id), add(pack.file), add(pack.count), add(pack.width), add(pack.fit);
    }
    const auto colour = store.tag_column("colour");
    for (std::size_t i = 0; i < colour.items.size(); ++i)
      add(colour.items[i]), add(colour.values[i]);
    for (const StoredModel& model : store.models()) {
      add(model.id), add(model.name), add(model.file), add(model.network), add(model.active);
    }
    const auto latents = store.tabled_latents(1);
    for (const auto item : latents.items) add(item);
    for (const float value : latents.values) add(value);
    const auto clusters = store.clusters(1);
    for (const auto cluster : clusters.cluster) add(cluster);
    for (const float value : clusters.centroids) add(value);
    for (const LatentFile& file : store.latent_files(1)) add(file.file), add(file.count);
    for (const RecordPlace& hole : store.holes()) add(hole.pack), add(hole.record);
    for (const StoredRun& run : store.runs()) add(run.name), add(run.outcome);
    for (const float distance : store.pair_distances(1)) add(distance);
    add(store.setting("keys").value_or("none"));
    for (const TagSummary& tag : store.tag_summaries(9)) {
      add(tag.name), add(tag.items), add(tag.values);
      for (const ValueCount& value : tag.common) add(value.value), add(value.items);
    }
    for (const auto item : store.items_with("colour", "red")) add(item);
    const std::vector<std::int64_t> items = {1, 2, 3};
    for (const RecordPlace& place : store.places_of(items)) add(place.pack), add(place.record);
    if (const auto found = store.find_item("b")) add(found->id);
    if (const auto found = store.find_item(RecordPlace{.pack = 1, .record = 1})) add(found->key);
    for (const auto& place : store.places_in_cluster(1, 1)) add(place.record);
    add(store.count_items()), add(store.count_removed());
    return text;
  }
};

TEST_F(StoreCheck, FindsNothingInASoundStore) {
  EXPECT_TRUE(Store(file_, OpenMode::kExisting).check().empty());
}

TEST_F(StoreCheck, NamesTheRowThatIsNotAsItWasWritten) {
  const auto changed = {"UPDATE items SET record = 2 WHERE key = 'b'",
                        "UPDATE item_tags SET value = 'grey' WHERE item = 2",
                        "UPDATE tags SET name = 'hue'",
                        "UPDATE models SET dimensions = 3",
                        "UPDATE latents SET vector = zeroblob(8) WHERE item = 2",
                        "UPDATE clusters SET centroid = zeroblob(8) WHERE cluster = 1",
                        "UPDATE item_clusters SET cluster = 1 WHERE item = 2",
                        "UPDATE packs SET count = 4",
                        "UPDATE runs SET outcome = 'none'",
                        "DELETE FROM packs"};
  const auto sound = read_file(file_);
  for (const char* sql : changed) {
    overwrite(sound);
    Database(file_, OpenMode::kExisting).execute(sql);
    const Store store(file_, OpenMode::kExisting);
    const auto problems = store.check();
    EXPECT_FALSE(problems.empty()) << sql;
    EXPECT_EQ(store.check(2), problems) << sql;
  }
}

// Rows that are as somebody wrote them, and still do not belong together.
TEST_F(StoreCheck, NamesValuesThatAreNotCountedAsItemsHaveThem) {
  const std::string wrong = ": the items that have the value are counted wrongly\n";
  const std::vector<std::pair<const char*, std::string>> changed = {
      {"UPDATE tag_values SET items = items", ""},
      {"UPDATE tag_values SET items = 9 WHERE value = 'red'", "value red of tag 1" + wrong},
      {"INSERT INTO tag_values VALUES(1, 'new', 1, 0)", "value new of tag 1" + wrong},
      {"INSERT INTO tag_values VALUES(1, 'none', 0, 0)", "value none of tag 1" + wrong},
      {"DELETE FROM tag_values WHERE value = 'red'",
       "tag colour: a value that items have is not counted\n"}};
  const auto sound = read_file(file_);
  for (const auto& [change, expected] : changed) {
    overwrite(sound);
    {
      Database database(file_, OpenMode::kExisting);
      database.execute(change);
      database.execute("UPDATE tag_values SET checksum = row_checksum(tag, value, items)");
    }
    std::string found;
    for (const auto& problem : Store(file_, OpenMode::kReading).check()) {
      found += problem.where + ": " + problem.what + "\n";
    }
    EXPECT_NE(found.find(expected), std::string::npos) << change << "\n" << found;
    EXPECT_EQ(found.empty(), expected.empty()) << change << "\n" << found;
  }
}

TEST_F(StoreCheck, AFlippedByteIsToldOrChangesNoAnswer) {
  const auto sound = read_file(file_);
  const std::string expected = answers(Store(file_, OpenMode::kExisting));
  Random random(1);
  std::size_t told = 0;
  for (int round = 0; round < 300; ++round) {
    auto bytes = sound;
    const auto place = random.below(bytes.size());
    bytes[place] ^= static_cast<std::byte>(1 + random.below(255));
    overwrite(bytes);
    try {
      const Store store(file_, OpenMode::kExisting);
      const auto problems = store.check();
      EXPECT_EQ(store.check(2).empty(), problems.empty()) << "byte " << place;
      if (problems.empty()) {
        EXPECT_EQ(answers(store), expected) << "byte " << place;
      } else {
        ++told;
      }
    } catch (const Error&) {
      ++told;
    }
  }
  EXPECT_GT(told, 0U);
}

// Without check(): what every command does.
TEST_F(StoreCheck, AFlippedByteIsToldAsItIsReadOrChangesNoAnswer) {
  const auto sound = read_file(file_);
  const std::string expected = answers(Store(file_, OpenMode::kReading));
  Random random(2);
  std::size_t told = 0;
  for (int round = 0; round < 600; ++round) {
    auto bytes = sound;
    const auto place = random.below(bytes.size());
    bytes[place] ^= static_cast<std::byte>(1 + random.below(255));
    overwrite(bytes);
    try {
      EXPECT_EQ(answers(Store(file_, OpenMode::kReading)), expected) << "byte " << place;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kCorrupt) << error.what();
      EXPECT_NE(std::string(error.what()).find("shop.db"), std::string::npos) << error.what();
      ++told;
    }
  }
  EXPECT_GT(told, 300U);
}

TEST_F(StoreCheck, PagesInOneAnothersPlacesAreTold) {
  constexpr std::size_t kPage = 16384;
  const auto sound = read_file(file_);
  const std::string expected = answers(Store(file_, OpenMode::kReading));
  const std::size_t pages = sound.size() / kPage;
  std::size_t told = 0;
  for (std::size_t a = 0; a < pages; ++a) {
    for (std::size_t b = 0; b < pages; ++b) {
      auto bytes = sound;  // b's content instead of a's
      std::ranges::copy(std::span(sound).subspan(b * kPage, kPage),
                        bytes.begin() + static_cast<std::ptrdiff_t>(a * kPage));
      overwrite(bytes);
      try {
        EXPECT_EQ(answers(Store(file_, OpenMode::kReading)), expected) << b << " for " << a;
      } catch (const Error&) {
        ++told;
      }
    }
  }
  EXPECT_GT(told, pages * (pages - 1) / 2);
}

// Another program's change has no page checksum; ours has, and only the row's tells it.
TEST_F(StoreCheck, ARowThatIsNotAsItWasWrittenIsAnErrorWhereItIsRead) {
  const auto changed = {"UPDATE items SET record = 2 WHERE key = 'b'",
                        "UPDATE item_tags SET value = 'grey' WHERE item = 2",
                        "UPDATE models SET dimensions = 3",
                        "UPDATE latents SET vector = zeroblob(8) WHERE item = 2",
                        "UPDATE clusters SET centroid = zeroblob(8) WHERE cluster = 1",
                        "UPDATE item_clusters SET cluster = 1 WHERE item = 2",
                        "UPDATE runs SET outcome = 'none'"};
  const auto sound = read_file(file_);
  for (const char* sql : changed) {
    overwrite(sound);
    Database(file_, OpenMode::kExisting).execute(sql);
    EXPECT_THROW((void)answers(Store(file_, OpenMode::kReading)), Error) << sql;
  }
}

// What is cut off its end may be pages that nobody uses any more.
TEST_F(StoreCheck, ATruncatedFileIsAnErrorOrChangesNoAnswer) {
  const auto sound = read_file(file_);
  const std::string expected = answers(Store(file_, OpenMode::kExisting));
  for (std::size_t size = 1; size < sound.size(); size += 4099) {
    overwrite(std::span(sound).first(size));
    try {
      const Store store(file_, OpenMode::kExisting);
      if (!store.check().empty()) continue;
      EXPECT_GT(size, sound.size() / 2);
      EXPECT_EQ(answers(store), expected) << size;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kCorrupt) << error.what();
    }
  }
}

}  // namespace
}  // namespace likeness
