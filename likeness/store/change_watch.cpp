#include "likeness/store/change_watch.hpp"

namespace likeness {

ChangeWatch::ChangeWatch(const std::filesystem::path& database)
    : path_(database), database_(database, OpenMode::kReading) {}

ChangeWatch::State ChangeWatch::state() const {
  Statement statement(database_, "PRAGMA data_version");
  return {.version = statement.step() ? statement.integer(0) : 0,
          .database = state_of(path_),
          .log = state_of(path_.string() + "-wal")};
}

void write_back_log(const std::filesystem::path& database) {
  Database(database, OpenMode::kExisting).checkpoint();
}

}  // namespace likeness
