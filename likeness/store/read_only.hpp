// How a database is read by one who may not write to it: of another owner, on a read-only medium.
// SQLite's WAL mode wants to make files beside it even for reading, and would leave out what stands
// in a -wal that it cannot use.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace likeness {

class Database;

// Whether a connection may write to the file and make files beside it.
[[nodiscard]] bool may_write(const std::filesystem::path& database);

enum class ReadOnlyWay {
  kShared,     // a writer has left or still has a -wal and a -shm, which SQLite can use as they are
  kImmutable,  // all is in the file itself; whether it stays as it is, is for the reader to look at
  kCopy,       // there are changes beside it that only a writer can take up: in a copy of our own
};
[[nodiscard]] ReadOnlyWay read_only_way(const std::filesystem::path& database);

// What tells that a file was changed; all zero for one that is not there.
struct FileState {
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
  bool operator==(const FileState&) const = default;
};
[[nodiscard]] FileState state_of(const std::filesystem::path& file);

// The name that sqlite3_open_v2() takes with SQLITE_OPEN_URI for a file that nobody changes.
[[nodiscard]] std::string immutable_uri(const std::filesystem::path& database);

// A database, all of one moment, in a folder that goes with the object.
class DatabaseCopy {
 public:
  // With what stands beside it. Error::kUnavailable if it cannot be made, or if others write to it
  // all the time.
  explicit DatabaseCopy(const std::filesystem::path& database);
  // As that connection reads it.
  explicit DatabaseCopy(const Database& database);
  ~DatabaseCopy();
  DatabaseCopy(const DatabaseCopy&) = delete;
  DatabaseCopy& operator=(const DatabaseCopy&) = delete;
  DatabaseCopy(DatabaseCopy&&) = delete;
  DatabaseCopy& operator=(DatabaseCopy&&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path folder_;
  std::filesystem::path path_;
};

}  // namespace likeness
