// Indexes that do not hold what their table does, in pages that are as they were written: of a
// faulty program, or of a disk that lost some of the writes.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/store/page_checksums.hpp"
#include "likeness/store/soundness.hpp"
#include "tests/store/first_version.hpp"
#include "tests/store/store_fixture.hpp"

namespace likeness {
namespace {

class IndexDamage : public StoreFixture {
 protected:
  IndexDamage() {
    Store store(file_, OpenMode::kCreate);
    fill(store);
  }

  // What Database does not allow.
  void change_schema(const std::string& sql) const {
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open_v2(file_.c_str(), &raw, SQLITE_OPEN_READWRITE, page_checksum_vfs()),
              SQLITE_OK);
    const std::string all = "PRAGMA writable_schema = ON; " + sql;
    EXPECT_EQ(sqlite3_exec(raw, all.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(raw);
    EXPECT_EQ(sqlite3_close(raw), SQLITE_OK);
  }

  void change(const std::string& sql) const {
    Database(file_, OpenMode::kExisting).execute(sql.c_str());
  }

  // Changes rows behind the index's back.
  void change_without(const std::string& index, const std::string& sql) const {
    std::string row;
    {
      const Database database(file_, OpenMode::kExisting);
      Statement hidden(database,
                       "SELECT format('%Q, %Q, %Q, %d, %Q', type, name, tbl_name, rootpage, sql) "
                       "FROM sqlite_schema WHERE name = ?1");
      ASSERT_TRUE(hidden.bind(index).step());
      row = hidden.text(0);
    }
    change_schema("DELETE FROM sqlite_schema WHERE name = '" + index + "'");
    change(sql);
    change_schema("INSERT INTO sqlite_schema VALUES(" + row + ")");
  }

  // Makes it as if the words of a definition were others.
  void replace_in_schema(const std::string& name, const std::string& old_words,
                         const std::string& new_words) const {
    change_schema("UPDATE sqlite_schema SET sql = replace(sql, '" + old_words + "', '" + new_words +
                  "') WHERE name = '" + name + "'");
  }

  void keep_one_item_of_each_value() const {
    change(
        "DELETE FROM item_tags WHERE item = 3; "
        "UPDATE tag_values SET items = 1, checksum = row_checksum(tag, value, 1)");
    EXPECT_TRUE(tags_are_sound());
  }

  [[nodiscard]] bool tags_are_sound() const {
    return tag_rows_are_sound(Database(file_, OpenMode::kReading));
  }
  [[nodiscard]] bool others_are_sound() const {
    return structure_is_sound_without_tag_rows(Database(file_, OpenMode::kReading));
  }

  // One line a problem.
  [[nodiscard]] std::string problems() const {
    const Store store(file_, OpenMode::kReading);
    const auto found = store.check();
    EXPECT_EQ(store.check(2), found);
    std::string text;
    for (const auto& [what, where] : found) text.append(where).append(": ").append(what) += '\n';
    return text;
  }

  void expect_problem(const std::string& expected) const {
    const std::string found = problems();
    EXPECT_NE(found.find(expected), std::string::npos) << found;
  }
};

TEST_F(IndexDamage, IsNotFoundInASoundStore) {
  EXPECT_TRUE(tags_are_sound());
  EXPECT_TRUE(others_are_sound());
  EXPECT_EQ(problems(), "");
}

TEST_F(IndexDamage, IsNotFoundWithoutTags) {
  change("DELETE FROM item_tags; DELETE FROM tag_values");
  EXPECT_TRUE(tags_are_sound());
  EXPECT_EQ(problems(), "");
}

TEST_F(IndexDamage, ARowThatIsMissingInTheIndexIsFound) {
  change("INSERT INTO tags VALUES(2, 'size', row_checksum(2, 'size'))");
  change_without("items_by_value",
                 "INSERT INTO item_tags VALUES(2, 3, 'xl', row_checksum(2, 3, 'xl'))");
  EXPECT_FALSE(tags_are_sound());
  expect_problem("shop.db: row 4 missing from index items_by_value");
}

TEST_F(IndexDamage, ARowThatIsMissingInTheIndexAndNotAsItWasWrittenIsFound) {
  change("INSERT INTO tags VALUES(2, 'size', row_checksum(2, 'size'))");
  change_without("items_by_value", "INSERT INTO item_tags VALUES(2, 3, 'xl', 0)");
  EXPECT_FALSE(tags_are_sound());
  expect_problem("shop.db: row 4 missing from index items_by_value");
  expect_problem("shop.db: tag size of item 3: the tag's value is damaged");
}

TEST_F(IndexDamage, ARowThatOnlyTheIndexHasIsFound) {
  change_without("items_by_value", "DELETE FROM item_tags WHERE item = 3");
  EXPECT_FALSE(tags_are_sound());
  expect_problem("shop.db: wrong # of entries in index items_by_value");
}

TEST_F(IndexDamage, AnotherValueInTheIndexIsFound) {
  change_without("items_by_value",
                 "UPDATE item_tags SET value = 'grey', checksum = row_checksum(tag, item, 'grey') "
                 "WHERE item = 2");
  EXPECT_FALSE(tags_are_sound());
  expect_problem("shop.db: row 2 missing from index items_by_value");
}

// As many of each value as are counted, and as many rows in the table.
TEST_F(IndexDamage, ValuesThatHaveChangedPlacesInTheIndexAreFound) {
  change_without("items_by_value",
                 "UPDATE item_tags SET value = iif(item = 2, 'red', 'blue') WHERE item >= 2; "
                 "UPDATE item_tags SET checksum = row_checksum(tag, item, value)");
  EXPECT_FALSE(tags_are_sound());
  expect_problem("shop.db: row 2 missing from index items_by_value");
}

// As many of each as are counted, in the order of items.
TEST_F(IndexDamage, ValuesInTheWrongOrderAreFound) {
  keep_one_item_of_each_value();
  replace_in_schema("items_by_value", "value)", "value DESC)");
  change("REINDEX items_by_value");
  replace_in_schema("items_by_value", "value DESC)", "value)");
  EXPECT_FALSE(tags_are_sound());
  expect_problem("missing from index items_by_value");
}

TEST_F(IndexDamage, TagsInTheWrongOrderAreFound) {
  change(
      "INSERT INTO tags VALUES(2, 'size', row_checksum(2, 'size')); "
      "DELETE FROM item_tags; DELETE FROM tag_values; "
      "INSERT INTO item_tags SELECT id, 1, 'red', row_checksum(id, 1, 'red') FROM tags; "
      "INSERT INTO tag_values SELECT id, 'red', 1, row_checksum(id, 'red', 1) FROM tags");
  EXPECT_TRUE(tags_are_sound());
  replace_in_schema("items_by_value", "(tag", "(tag DESC");
  change("REINDEX items_by_value");
  replace_in_schema("items_by_value", "(tag DESC", "(tag");
  EXPECT_FALSE(tags_are_sound());
  expect_problem("missing from index items_by_value");
}

TEST_F(IndexDamage, ValuesInTheWrongOrderAsTheyAreCountedAreFound) {
  for (const std::string table : {"items_by_value", "tag_values"}) {
    replace_in_schema(table, "value)", "value DESC)");
  }
  change(
      "REINDEX items_by_value; CREATE TEMP TABLE rows AS SELECT * FROM tag_values; "
      "DELETE FROM tag_values; INSERT INTO tag_values SELECT * FROM rows");
  for (const std::string table : {"items_by_value", "tag_values"}) {
    replace_in_schema(table, "value DESC)", "value)");
  }
  EXPECT_FALSE(tags_are_sound());
  expect_problem("missing from index items_by_value");
}

TEST_F(IndexDamage, ItemsOfAValueInTheWrongOrderAreFound) {
  replace_in_schema("items_by_value", "value)", "value, item DESC)");
  change("REINDEX items_by_value");
  replace_in_schema("items_by_value", "value, item DESC)", "value)");
  EXPECT_FALSE(tags_are_sound());
  expect_problem("missing from index items_by_value");
}

// The bytes are the same, and so is their place, for they are the last.
TEST_F(IndexDamage, AValueThatIsNoTextInTheIndexIsFound) {
  replace_in_schema("item_tags", "value    TEXT", "value    BLOB");
  change("UPDATE item_tags SET value = CAST(value AS BLOB) WHERE value = 'red'");
  replace_in_schema("item_tags", "value    BLOB", "value    TEXT");
  change_without("items_by_value", "UPDATE item_tags SET value = CAST(value AS TEXT)");
  EXPECT_FALSE(tags_are_sound());
  expect_problem("shop.db: row 1 missing from index items_by_value");
}

TEST_F(IndexDamage, AValueThatIsNoTextInTheIndexAloneIsFound) {
  replace_in_schema("item_tags", "value    TEXT", "value    BLOB");
  change("UPDATE item_tags SET value = CAST(value AS BLOB) WHERE item = 3");
  replace_in_schema("item_tags", "value    BLOB", "value    TEXT");
  change_without("items_by_value",
                 "DELETE FROM item_tags WHERE item = 3; "
                 "UPDATE tag_values SET items = 1, checksum = row_checksum(tag, value, 1)");
  EXPECT_FALSE(tags_are_sound());
  expect_problem("shop.db: wrong # of entries in index items_by_value");
}

// One item of each value, so that the index is in order.
TEST_F(IndexDamage, ATableInTheWrongOrderIsFound) {
  keep_one_item_of_each_value();
  replace_in_schema("item_tags", "(tag, item)", "(tag, item DESC)");
  change(
      "CREATE TEMP TABLE rows AS SELECT * FROM item_tags; DELETE FROM item_tags; "
      "INSERT INTO item_tags SELECT * FROM rows");
  replace_in_schema("item_tags", "(tag, item DESC)", "(tag, item)");
  change("REINDEX items_by_value");
  EXPECT_FALSE(tags_are_sound());
  expect_problem("shop.db: row not in PRIMARY KEY order for item_tags");
}

TEST_F(IndexDamage, AnIndexThatAnotherProgramMadeIsLookedAt) {
  change("CREATE INDEX theirs ON item_tags(value)");
  EXPECT_EQ(problems(), "");
  change_without("theirs",
                 "UPDATE item_tags SET value = iif(item = 1, 'blue', 'red'); "
                 "UPDATE item_tags SET checksum = row_checksum(tag, item, value)");
  expect_problem("shop.db: row 1 missing from index theirs");
}

TEST_F(IndexDamage, OfEveryOtherTableIsFound) {
  change_without("items_by_record", "UPDATE items SET record = 7 WHERE id = 2");
  EXPECT_TRUE(tags_are_sound());
  EXPECT_FALSE(others_are_sound());
  expect_problem("shop.db: row 2 missing from index items_by_record");
}

// Without checksums of pages, and without the index of values.
TEST_F(IndexDamage, OfTheFirstVersionIsFoundBeforeItIsBroughtUpToDate) {
  std::filesystem::remove(file_);
  make_first_version(file_);
  change_without("one_active_model",
                 "INSERT INTO models VALUES(1, 'm', 'm.safetensors', 'compact', 2, 1, "
                 "row_checksum(1, 'm', 'm.safetensors', 'compact', 2, 1))");
  try {
    const Store store(file_, OpenMode::kExisting);
    FAIL() << "opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kCorrupt);
    EXPECT_NE(std::string(error.what()).find("row 1 missing from index one_active_model"),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace likeness
