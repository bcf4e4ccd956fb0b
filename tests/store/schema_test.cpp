#include "likeness/store/schema.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <array>
#include <string_view>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "tests/store/first_version.hpp"
#include "tests/store/store_fixture.hpp"

namespace likeness {
namespace {

using SchemaTest = StoreFixture;

constexpr const char* kFirst =
    "PRAGMA application_id = 0x6c696b65; CREATE TABLE t(a); PRAGMA user_version = 1;";
constexpr const char* kSecond =
    "ALTER TABLE t ADD COLUMN b DEFAULT 'new'; PRAGMA user_version = 2;";
constexpr const char* kBroken = "INSERT INTO t(a) VALUES('half'); INSERT INTO nowhere VALUES(1);";

std::int64_t count_of(const Database& database, std::string_view sql) {
  Statement statement(database, sql);
  return statement.step() ? statement.integer(0) : -1;
}

// The kind and text of the Error that opening gives.
std::pair<Error::Kind, std::string> complaint(const std::filesystem::path& file, OpenMode mode) {
  try {
    const Store store(file, mode);
  } catch (const Error& error) {
    return {error.kind(), error.what()};
  }
  ADD_FAILURE() << "opened " << file;
  return {Error::Kind::kInput, ""};
}

TEST_F(SchemaTest, AnOlderDatabaseIsBroughtUpToDateWithItsRows) {
  {
    Database database(file_, OpenMode::kCreate);
    migrate(database, std::array{kFirst});
    database.execute("INSERT INTO t VALUES('old')");
  }
  Database database(file_, OpenMode::kExisting);
  migrate(database, std::array{kFirst, kSecond});
  EXPECT_EQ(count_of(database, "SELECT count(*) FROM t WHERE a = 'old' AND b = 'new'"), 1);
  EXPECT_EQ(count_of(database, "PRAGMA user_version"), 2);
}

TEST_F(SchemaTest, AMigrationThatFailsLeavesTheOlderVersion) {
  Database database(file_, OpenMode::kCreate);
  migrate(database, std::array{kFirst});
  EXPECT_THROW(migrate(database, std::array{kFirst, kBroken}), Error);
  EXPECT_EQ(count_of(database, "PRAGMA user_version"), 1);
  EXPECT_EQ(count_of(database, "SELECT count(*) FROM t"), 0);
}

TEST_F(SchemaTest, MigrationsNumberThemselvesInOrder) {
  Database database(file_, OpenMode::kCreate);
  const auto migrations = shop_migrations();
  for (std::size_t version = 1; version <= migrations.size(); ++version) {
    migrate(database, migrations.first(version));
    EXPECT_EQ(count_of(database, "PRAGMA user_version"), static_cast<std::int64_t>(version));
  }
}

TEST_F(SchemaTest, TheFirstVersionGetsChecksumsForItsPages) {
  make_first_version(file_);
  {
    const Store store(file_, OpenMode::kExisting);
    EXPECT_EQ(store.tag_names(), std::vector<std::string>{"colour"});
    EXPECT_TRUE(store.check().empty());
  }
  auto bytes = read_file(file_);
  bytes[bytes.size() - 100] ^= std::byte{1};
  write_file(file_, bytes);
  const Store store(file_, OpenMode::kExisting);
  EXPECT_FALSE(store.check().empty());
}

TEST_F(SchemaTest, ADamagedFileOfTheFirstVersionGetsNoChecksums) {
  make_first_version(file_);
  Database(file_, OpenMode::kExisting).execute("UPDATE tags SET name = 'hue'");
  EXPECT_EQ(complaint(file_, OpenMode::kExisting).first, Error::Kind::kCorrupt);
  EXPECT_EQ(complaint(file_, OpenMode::kReading).first, Error::Kind::kCorrupt);
}

// A shop as version 1 left it: one model that answers, one that does not.
void make_version_1(const std::filesystem::path& file) {
  make_first_version(file);
  Database(file, OpenMode::kExisting).execute(R"sql(
    INSERT INTO packs VALUES(1, '000001.pack', 2, 8, 8, 'stretch',
                             row_checksum(1, '000001.pack', 2, 8, 8, 'stretch'));
    INSERT INTO items VALUES(1, 'a', 'a.jpg', zeroblob(16), 1, 0, 0,
                             row_checksum(1, 'a', 'a.jpg', zeroblob(16), 1, 0, 0));
    INSERT INTO models VALUES(3, 'm', 'm.safetensors', 'compact', 1, 1,
                              row_checksum(3, 'm', 'm.safetensors', 'compact', 1, 1));
    INSERT INTO models VALUES(7, 'n', 'n.safetensors', 'compact', 2, 0,
                              row_checksum(7, 'n', 'n.safetensors', 'compact', 2, 0));
    INSERT INTO latents VALUES(3, 1, x'0000803F', row_checksum(3, 1, x'0000803F'));
    INSERT INTO clusters VALUES(3, 0, x'0000803F', row_checksum(3, 0, x'0000803F'));
    INSERT INTO item_clusters VALUES(3, 1, 0, row_checksum(3, 1, 0));
  )sql");
}

TEST_F(SchemaTest, AShopOfVersion1KeepsItsModelsLatentsAndClusters) {
  make_version_1(file_);
  Store store(file_, OpenMode::kExisting);
  const auto models = store.models();
  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(active_name(store), "m");
  EXPECT_EQ(models[0].id, 3);
  EXPECT_EQ(models[0].weights, "");
  EXPECT_FALSE(models[0].successor);
  EXPECT_EQ(store.tabled_latents(3).values, std::vector<float>{1.0F});
  EXPECT_EQ(store.clusters(3).items, std::vector<std::int64_t>{1});
  EXPECT_TRUE(store.check().empty());
  auto transaction = store.begin();
  store.set_weights(3, "0123456789abcdef");
  EXPECT_GT(store.put_model(model("n", 2)), 7);
  transaction.commit();
  EXPECT_EQ(store.find_model("m")->weights, "0123456789abcdef");
  EXPECT_EQ(store.tabled_latents(3).items, std::vector<std::int64_t>{1});
  EXPECT_TRUE(store.check().empty());
}

TEST_F(SchemaTest, TheDamagedRowOfAModelIsToldBeforeAMigration) {
  make_version_1(file_);
  Database(file_, OpenMode::kExisting).execute("UPDATE models SET dimensions = 9 WHERE id = 7");
  const auto [kind, text] = complaint(file_, OpenMode::kExisting);
  EXPECT_EQ(kind, Error::Kind::kCorrupt);
  EXPECT_NE(text.find("model n"), std::string::npos) << text;
}

TEST_F(SchemaTest, ForeignKeysAreEnforcedAfterAMigration) {
  make_version_1(file_);
  {
    const Store store(file_, OpenMode::kExisting);
  }
  Database database(file_, OpenMode::kExisting);
  migrate(database, shop_migrations());
  database.execute("DELETE FROM models WHERE id = 3");
  EXPECT_EQ(count_of(database, "SELECT count(*) FROM latents"), 0);
  EXPECT_EQ(count_of(database, "SELECT count(*) FROM item_clusters"), 0);
}

TEST_F(SchemaTest, ANewerVersionIsRefusedAndSaysWhatToDo) {
  {
    const Store store(file_, OpenMode::kCreate);
  }
  Database(file_, OpenMode::kExisting).execute("PRAGMA user_version = 9999");
  const auto [kind, text] = complaint(file_, OpenMode::kExisting);
  EXPECT_EQ(kind, Error::Kind::kInput);
  EXPECT_NE(text.find("version 9999"), std::string::npos) << text;
  EXPECT_NE(text.find("newer likeness"), std::string::npos) << text;
}

TEST_F(SchemaTest, AnotherProgramsDatabaseIsRefusedAndNotTouched) {
  Database(file_, OpenMode::kCreate).execute("CREATE TABLE theirs(x)");
  const auto before = read_file(file_);
  EXPECT_EQ(complaint(file_, OpenMode::kExisting).first, Error::Kind::kCorrupt);
  EXPECT_EQ(complaint(file_, OpenMode::kCreate).first, Error::Kind::kCorrupt);
  EXPECT_EQ(read_file(file_), before);
}

TEST_F(SchemaTest, AFileThatIsNoDatabaseIsRefusedAndNotTouched) {
  const std::string text(5000, '?');
  write_file(file_, text);
  const auto [kind, message] = complaint(file_, OpenMode::kExisting);
  EXPECT_EQ(kind, Error::Kind::kCorrupt);
  EXPECT_NE(message.find("shop.db"), std::string::npos) << message;
  EXPECT_EQ(read_file(file_).size(), text.size());
}

TEST_F(SchemaTest, ADatabaseWithoutItsTablesIsCorrupt) {
  {
    const Store store(file_, OpenMode::kCreate);
  }
  Database(file_, OpenMode::kExisting).execute("DROP TABLE item_tags");
  const Store store(file_, OpenMode::kExisting);
  EXPECT_THROW((void)store.tag_column("colour"), Error);
  EXPECT_FALSE(store.check().empty());
}

TEST_F(SchemaTest, AMissingFileIsNotFoundUnlessItIsToBeMade) {
  EXPECT_EQ(complaint(file_, OpenMode::kExisting).first, Error::Kind::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(file_));
  EXPECT_EQ(complaint(folder_ / "none" / "shop.db", OpenMode::kCreate).first,
            Error::Kind::kUnavailable);
}

TEST_F(SchemaTest, AnEmptyFileIsAStoreWhoseMakingWasInterrupted) {
  write_file(file_, std::string_view());
  EXPECT_TRUE(Store(file_, OpenMode::kExisting).items().empty());
}

// SQLite would throw the log away, and with it what stood there alone.
TEST_F(SchemaTest, AnEmptyFileBesideALogIsDamaged) {
  Store store(file_, OpenMode::kCreate);
  fill(store);
  const auto whole = read_file(file_);
  std::filesystem::resize_file(file_, 0);
  EXPECT_EQ(complaint(file_, OpenMode::kExisting).first, Error::Kind::kCorrupt);
  EXPECT_EQ(complaint(file_, OpenMode::kReading).first, Error::Kind::kCorrupt);
  write_file(file_, whole);
  EXPECT_EQ(keys(Store(file_, OpenMode::kExisting)).size(), 3U);
}

// Killed in the transaction that makes it: SQLite takes back what there is, and begins anew.
TEST_F(SchemaTest, AFileWhoseMakingWasInterruptedGetsChecksumsAsANewOneDoes) {
  const auto whole = folder_ / "whole.db";
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(whole.c_str(), &raw), SQLITE_OK);
  for (const char* sql : {"PRAGMA cache_spill = 1", "PRAGMA cache_size = 1", "BEGIN IMMEDIATE",
                          "CREATE TABLE t(a)", "INSERT INTO t VALUES(zeroblob(100000))"}) {
    ASSERT_EQ(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr), SQLITE_OK);
  }
  ASSERT_GT(std::filesystem::file_size(whole), 0U);
  std::filesystem::copy_file(whole, file_);
  std::filesystem::copy_file(whole.string() + "-journal", file_.string() + "-journal");
  ASSERT_EQ(sqlite3_close(raw), SQLITE_OK);
  {
    Store store(file_, OpenMode::kCreate);
    fill(store);
  }
  EXPECT_EQ(keys(Store(file_, OpenMode::kReading)).size(), 3U);
}

}  // namespace
}  // namespace likeness
