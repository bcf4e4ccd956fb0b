#include "tests/store/first_version.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "likeness/store/schema.hpp"

namespace likeness {

void make_first_version(const std::filesystem::path& file) {
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &raw), SQLITE_OK);
  for (const char* sql : {"PRAGMA journal_mode = WAL", shop_migrations().front()}) {
    ASSERT_EQ(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr), SQLITE_OK);
  }
  ASSERT_EQ(sqlite3_close(raw), SQLITE_OK);
  Database database(file, OpenMode::kExisting);
  database.execute("INSERT INTO tags VALUES(1, 'colour', row_checksum(1, 'colour'))");
}

}  // namespace likeness
