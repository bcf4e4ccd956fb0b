#include "likeness/store/sqlite.hpp"

#include <sqlite3.h>

#include <cassert>
#include <exception>
#include <stdexcept>
#include <system_error>

#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"

namespace likeness {
namespace {

constexpr int kBusyMilliseconds = 5000;
constexpr std::uintmax_t kSmallestPage = 512;
constexpr int kFunctionFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

// Throws what an SQLite result code means to the person who runs the program.
[[noreturn]] void fail(int code, const std::string& file, const std::string& reason) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error(Error::Kind::kUnavailable,
                  file + ": another program is writing to it: try again when it has ended");
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
      throw Error(Error::Kind::kUnavailable, file + ": cannot be used: " + reason +
                                                 "; check the disk, its free space and the "
                                                 "permissions of the folder");
    case SQLITE_CONSTRAINT:
    case SQLITE_MISUSE:
    case SQLITE_RANGE: throw std::logic_error(file + ": " + reason);
    default:  // SQLITE_CORRUPT, SQLITE_NOTADB, and SQL that does not fit the tables found
      throw Error(Error::Kind::kCorrupt,
                  file + ": is damaged or no database of likeness: " + reason +
                      "; restore it from a backup, or move the shop away and pack again");
  }
}

[[noreturn]] void fail(int code, sqlite3* database) {
  const char* file = sqlite3_db_filename(database, "main");
  fail(code, file == nullptr ? "database" : file, sqlite3_errmsg(database));
}

std::span<const std::byte> bytes_of(sqlite3_value* value) {
  const void* start = sqlite3_value_blob(value);
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
  return {static_cast<const std::byte*>(start), start == nullptr ? 0 : size};
}

// The checksum of values of any type, each with its length, so that no two rows look alike.
std::uint64_t checksum_of(std::span<sqlite3_value*> values) {
  std::string row;
  for (sqlite3_value* value : values) {
    const bool number = sqlite3_value_type(value) == SQLITE_INTEGER;
    const std::int64_t integer = number ? sqlite3_value_int64(value) : 0;
    const auto bytes = number ? std::as_bytes(std::span(&integer, 1)) : bytes_of(value);
    const std::uint64_t size = bytes.size();
    row.append(reinterpret_cast<const char*>(&size), sizeof size);
    row.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  return checksum(std::as_bytes(std::span(row)));
}

// A C function for SQLite to call: no exception may leave it.
void row_checksum(sqlite3_context* context, int count, sqlite3_value** values) noexcept {
  try {
    const std::span row(values, static_cast<std::size_t>(count));
    sqlite3_result_int64(context, static_cast<std::int64_t>(checksum_of(row)));
  } catch (const std::exception&) {
    sqlite3_result_error_nomem(context);
  }
}

void check(int code, sqlite3* database) {
  if (code != SQLITE_OK) fail(code, database);
}

// SQLite would take a file shorter than its smallest page for a new one. (An empty one is new: its
// making was interrupted.)
void check_file(const std::filesystem::path& path, OpenMode mode) {
  std::error_code unreadable;
  const auto size = std::filesystem::file_size(path, unreadable);
  if (!unreadable && size > 0 && size < kSmallestPage) {
    fail(SQLITE_CORRUPT, path.string(), "it ends too early");
  }
  if (unreadable == std::errc::no_such_file_or_directory && mode == OpenMode::kExisting) {
    throw Error(Error::Kind::kNotFound, path.string() + ": there is no such file");
  }
}

// The file may come from a stranger: nothing in its schema is allowed to run code.
void set_up(sqlite3* database) {
  check(sqlite3_extended_result_codes(database, 1), database);
  check(sqlite3_busy_timeout(database, kBusyMilliseconds), database);
  check(sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr), database);
  check(sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr), database);
  check(sqlite3_create_function_v2(database, "row_checksum", -1, kFunctionFlags, nullptr,
                                   row_checksum, nullptr, nullptr, nullptr),
        database);
}

}  // namespace

Database::Database(const std::filesystem::path& path, OpenMode mode) : path_(path) {
  check_file(path, mode);
  // Absolute, for SQLite reads "file:..." and ":memory:" as something else than a name.
  const std::string name = std::filesystem::absolute(path).string();
  sqlite3* database = nullptr;
  const int create = mode == OpenMode::kCreate ? SQLITE_OPEN_CREATE : 0;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | create;
  const int code = sqlite3_open_v2(name.c_str(), &database, flags, nullptr);
  database_.reset(database);
  if (code != SQLITE_OK) fail(code, path.string(), sqlite3_errstr(code));
  set_up(database);
}

void Database::Close::operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }

void Database::execute(const char* sql) {
  check(sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr), database_.get());
}

std::int64_t Database::last_inserted() const noexcept {
  return sqlite3_last_insert_rowid(database_.get());
}

bool Database::in_transaction() const noexcept {
  return sqlite3_get_autocommit(database_.get()) == 0;
}

Statement::Statement(const Database& database, std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(database.database_.get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  statement_.reset(statement);
  likeness::check(code, database.database_.get());
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

void Statement::check(int code) const {
  likeness::check(code, sqlite3_db_handle(statement_.get()));
}

void Statement::reset() {
  sqlite3_reset(statement_.get());  // its code only repeats what step() has thrown
  sqlite3_clear_bindings(statement_.get());
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) check(code);
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

void Statement::bind_integer(int place, std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), place, value));
}

void Statement::bind_value(int place, double value) {
  check(sqlite3_bind_double(statement_.get(), place, value));
}

void Statement::bind_value(int place, std::string_view value) {
  const char* start = value.data() == nullptr ? "" : value.data();  // a null would bind NULL
  check(sqlite3_bind_text64(statement_.get(), place, start, value.size(), SQLITE_TRANSIENT,
                            SQLITE_UTF8));
}

void Statement::bind_value(int place, std::span<const std::byte> value) {
  const void* start = value.data() == nullptr ? "" : static_cast<const void*>(value.data());
  check(sqlite3_bind_blob64(statement_.get(), place, start, value.size(), SQLITE_TRANSIENT));
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::size_t Statement::count(int column) const {
  const std::int64_t value = integer(column);
  if (value >= 0) return static_cast<std::size_t>(value);
  fail(SQLITE_CORRUPT, sqlite3_db_filename(sqlite3_db_handle(statement_.get()), "main"),
       "a count is negative");
}

double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

std::string_view Statement::text(int column) const {
  const auto bytes = blob(column);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::byte> Statement::blob(int column) const {
  const void* start = sqlite3_column_blob(statement_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return {static_cast<const std::byte*>(start), start == nullptr ? 0 : size};
}

Transaction::Transaction(Database& database) : database_(&database) {
  assert(!database.in_transaction());
  database.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (database_ == nullptr || !database_->in_transaction()) return;
  try {
    database_->execute("ROLLBACK");
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): closing rolls back as well
  }
}

void Transaction::commit() {
  database_->execute("COMMIT");
  database_ = nullptr;
}

}  // namespace likeness
