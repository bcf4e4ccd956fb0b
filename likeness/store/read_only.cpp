#include "likeness/store/read_only.hpp"

#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "likeness/base/error.hpp"
#include "likeness/store/sqlite.hpp"

namespace likeness {
namespace {

namespace fs = std::filesystem;

constexpr int kMostTries = 5;

// What SQLite keeps beside the file, and what of it holds changes.
constexpr std::array<std::string_view, 2> kChanges{"-wal", "-journal"};

fs::path beside(const fs::path& database, std::string_view ending) {
  return database.string().append(ending);
}

bool has_bytes(const fs::path& file) { return state_of(file).size > 0; }

bool may_write_if_there(const fs::path& file) {
  return ::access(file.c_str(), W_OK) == 0 || errno == ENOENT;
}

std::array<FileState, 3> states_of(const fs::path& database) {
  return {state_of(database), state_of(beside(database, kChanges[0])),
          state_of(beside(database, kChanges[1]))};
}

fs::path new_folder() {
  std::string name = (fs::temp_directory_path() / "likeness-XXXXXX").string();
  if (::mkdtemp(name.data()) != nullptr) return name;
  throw Error(kind_of(errno), name + ": cannot be made: " + std::generic_category().message(errno) +
                                  ": let TMPDIR name a folder that may be written to");
}

// Without the rights of the original, which may be to read only.
void copy_one(const fs::path& from, const fs::path& to) {
  fs::copy_file(from, to, fs::copy_options::overwrite_existing);
  fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write);
}

void copy_all(const fs::path& from, const fs::path& to) {
  copy_one(from, to);
  for (const auto ending : kChanges) {
    fs::remove(beside(to, ending));
    if (has_bytes(beside(from, ending))) copy_one(beside(from, ending), beside(to, ending));
  }
}

}  // namespace

bool may_write(const fs::path& database) {
  const fs::path folder = database.has_parent_path() ? database.parent_path() : fs::path(".");
  if (::access(folder.c_str(), W_OK) != 0 || ::access(database.c_str(), W_OK) != 0) return false;
  return may_write_if_there(beside(database, "-wal")) &&
         may_write_if_there(beside(database, "-shm"));
}

ReadOnlyWay read_only_way(const fs::path& database) {
  if (has_bytes(beside(database, "-journal"))) return ReadOnlyWay::kCopy;
  if (!has_bytes(beside(database, "-wal"))) return ReadOnlyWay::kImmutable;
  const bool shared = ::access(beside(database, "-shm").c_str(), R_OK) == 0;
  return shared ? ReadOnlyWay::kShared : ReadOnlyWay::kCopy;
}

FileState state_of(const fs::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) return {};
  return {.inode = status.st_ino,
          .size = static_cast<std::uint64_t>(status.st_size),
          .seconds = status.st_mtim.tv_sec,
          .nanoseconds = status.st_mtim.tv_nsec};
}

std::string immutable_uri(const fs::path& database) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char letter : fs::absolute(database).string()) {
    const auto byte = static_cast<unsigned char>(letter);
    if (std::isalnum(byte) != 0 || letter == '/' || letter == '.' || letter == '-') {
      uri += letter;
    } else {
      uri.append("%").append(1, kDigits[byte / 16]).append(1, kDigits[byte % 16]);
    }
  }
  return uri + "?immutable=1";
}

DatabaseCopy::DatabaseCopy(const fs::path& database)
    : folder_(new_folder()), path_(folder_ / database.filename()) {
  try {
    for (int tries = 0; tries < kMostTries; ++tries) {
      const auto before = states_of(database);
      copy_all(database, path_);
      if (states_of(database) == before) return;
    }
    throw Error(Error::Kind::kUnavailable,
                database.string() + ": is being written to: try again when that has ended");
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
    throw;
  }
}

DatabaseCopy::DatabaseCopy(const Database& database)
    : folder_(new_folder()), path_(folder_ / database.path().filename()) {
  try {
    database.copy_to(path_);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
    throw;
  }
}

DatabaseCopy::~DatabaseCopy() {
  std::error_code ignored;  // it lies where the system tidies up
  fs::remove_all(folder_, ignored);
}

}  // namespace likeness
