// Tells whether anybody has committed to a shop's database, without reading what.
#pragma once

#include <cstdint>
#include <filesystem>

#include "likeness/store/read_only.hpp"
#include "likeness/store/sqlite.hpp"

namespace likeness {

// For one thread at a time.
class ChangeWatch {
 public:
  explicit ChangeWatch(const std::filesystem::path& database);

  // Differs from the last one if anything was committed in between; it may also differ if nothing
  // was. Two connections that were opened between two equal states see the same.
  struct State {
    std::int64_t version = 0;  // as SQLite counts the commits of others
    FileState database;        // for where SQLite cannot see them: a medium that is only read
    FileState log;
    bool operator==(const State&) const = default;
  };
  [[nodiscard]] State state() const;

 private:
  std::filesystem::path path_;
  Database database_;
};

// Writes what was committed into the database itself, as far as nobody reads what was before.
// Throws Error where that cannot be now.
void write_back_log(const std::filesystem::path& database);

}  // namespace likeness
