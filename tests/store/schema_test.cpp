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
