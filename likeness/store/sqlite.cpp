#include "likeness/store/sqlite.hpp"

#include <sqlite3.h>

#include <cassert>
#include <exception>
#include <functional>
#include <map>
#include <new>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/mapped_file.hpp"
#include "likeness/store/page_checksums.hpp"
#include "likeness/store/read_only.hpp"

namespace likeness {
namespace {

constexpr int kBusyMilliseconds = 5000;
constexpr std::uintmax_t kSmallestPage = 512;
constexpr int kFunctionFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

// Throws what an SQLite result code means to the person who runs the program.
[[noreturn]] void fail(int code, const std::string& file, const std::string& reason) {
  if (code == kDamagedPage) fail(SQLITE_CORRUPT, file, "a page is not as it was written");
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error(Error::Kind::kUnavailable,
                  file + ": another program is writing to it: try again when it has ended");
    case SQLITE_FULL:
      throw Error(Error::Kind::kFull,
                  file + ": cannot be written: " + reason + "; there is no space left on the disk");
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

std::span<const std::byte> bytes_of(sqlite3_value* value) {
  const void* start = sqlite3_value_blob(value);
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
  return {static_cast<const std::byte*>(start), start == nullptr ? 0 : size};
}

// A row's checksum is that of its values, each with its length, so that no two rows look alike.
void append_value(std::string& row, std::span<const std::byte> bytes) {
  const std::uint64_t size = bytes.size();
  row.append(reinterpret_cast<const char*>(&size), sizeof size);
  row.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

std::uint64_t checksum_of(std::span<sqlite3_value*> values, std::string& row) {
  row.clear();
  for (sqlite3_value* value : values) {
    const bool number = sqlite3_value_type(value) == SQLITE_INTEGER;
    const std::int64_t integer = number ? sqlite3_value_int64(value) : 0;
    append_value(row, number ? std::as_bytes(std::span(&integer, 1)) : bytes_of(value));
  }
  return checksum(std::as_bytes(std::span(row)));
}

// A C function for SQLite to call: no exception may leave it.
void row_checksum(sqlite3_context* context, int count, sqlite3_value** values) noexcept {
  try {
    const std::span row(values, static_cast<std::size_t>(count));
    auto& memory = *static_cast<std::string*>(sqlite3_user_data(context));
    sqlite3_result_int64(context, static_cast<std::int64_t>(checksum_of(row, memory)));
  } catch (const std::exception&) {
    sqlite3_result_error_nomem(context);
  }
}

// SQLite would take a file shorter than its smallest page for a new one. (An empty one is new: its
// making was interrupted. Beside a log it was cut, and SQLite would throw the log away.)
void check_file(const std::filesystem::path& path, OpenMode mode) {
  for (const char* ending : {"", "-wal", "-shm", "-journal"}) {
    require_regular_or_absent(path.string() + ending);
  }
  std::error_code unreadable;
  const auto size = std::filesystem::file_size(path, unreadable);
  std::error_code no_log;
  const bool has_log = std::filesystem::file_size(path.string() + "-wal", no_log) > 0 && !no_log;
  if (!unreadable && size < kSmallestPage && (size > 0 || has_log)) {
    fail(SQLITE_CORRUPT, path.string(), "it ends too early");
  }
  if (unreadable == std::errc::no_such_file_or_directory && mode != OpenMode::kCreate) {
    throw Error(Error::Kind::kNotFound, path.string() + ": there is no such file");
  }
}

}  // namespace

struct Database::Connection {
  struct Close {
    void operator()(sqlite3* open) const noexcept { sqlite3_close_v2(open); }
  };

  Connection(std::filesystem::path name, OpenMode mode);

  void open(const std::string& name, int flags);
  void open_to_read();
  void set_up() const;
  [[nodiscard]] int reserve(int bytes) const;
  void reserve_if_empty() const;
  void check(int code) const;
  // SQLite takes no locks on an immutable file: all that was read before is what was there at the
  // beginning, or it is an error.
  void check_unchanged() const;

  const std::size_t cut_files = known_cut_files();
  std::filesystem::path path;
  std::optional<DatabaseCopy> copy;
  std::optional<FileState> unchanged;
  bool writable = true;
  mutable std::string row;  // memory for row_checksum()
  std::unique_ptr<sqlite3, Close> database;

  // Prepared statements that nobody uses now, by their words; they go before the connection does.
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  std::multimap<std::string, std::unique_ptr<sqlite3_stmt, Finalize>, std::less<>> idle;
};

Database::Connection::Connection(std::filesystem::path name, OpenMode mode)
    : path(std::move(name)) {
  check_file(path, mode);
  if (mode == OpenMode::kReading) {
    open_to_read();
    return;
  }
  if (mode == OpenMode::kCopy) copy.emplace(path);
  // Absolute, for SQLite reads "file:..." and ":memory:" as something else than a name.
  const auto file = std::filesystem::absolute(copy ? copy->path() : path);
  open(file.string(), SQLITE_OPEN_READWRITE | (mode == OpenMode::kCreate ? SQLITE_OPEN_CREATE : 0));
  reserve_if_empty();
}

// Empty is also a file whose making was interrupted: SQLite takes back what was begun as it reads
// it for the first time.
void Database::Connection::reserve_if_empty() const {
  bool is_empty = false;
  const auto note = [](void* empty, int /*columns*/, char** values, char** /*names*/) noexcept {
    *static_cast<bool*>(empty) = std::string_view(values[0]) == "0";
    return 0;
  };
  check(sqlite3_exec(database.get(), "PRAGMA page_count", note, &is_empty, nullptr));
  if (is_empty) (void)reserve(kPageChecksumBytes);
}

// Bytes that pages keep free, from the file's beginning or the next VACUUM on; -1 only asks.
int Database::Connection::reserve(int bytes) const {
  check(sqlite3_file_control(database.get(), "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes));
  return bytes;
}

// A connection that may write tidies up when it closes, one that may not leaves its -wal and -shm.
void Database::Connection::open_to_read() {
  const std::string name = std::filesystem::absolute(path).string();
  writable = may_write(path);
  if (writable) {
    open(name, SQLITE_OPEN_READWRITE);
    return reserve_if_empty();
  }
  switch (read_only_way(path)) {
    case ReadOnlyWay::kShared: return open(name, SQLITE_OPEN_READONLY);
    case ReadOnlyWay::kImmutable:
      unchanged = state_of(path);
      return open(immutable_uri(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
    case ReadOnlyWay::kCopy:
      writable = true;
      copy.emplace(path);
      open(copy->path().string(), SQLITE_OPEN_READWRITE);
      return reserve_if_empty();
  }
}

// SQLite would count its memory under one lock for all connections, which nobody asks for.
void leave_memory_uncounted() {
  static const int code =
      sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);  // before the first connection
  (void)code;  // SQLITE_MISUSE: somebody else in this process uses SQLite already
}

void Database::Connection::open(const std::string& name, int flags) {
  leave_memory_uncounted();
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(name.c_str(), &opened, flags | SQLITE_OPEN_NOMUTEX, page_checksum_vfs());
  database.reset(opened);
  if (code != SQLITE_OK) fail(code, path.string(), sqlite3_errstr(code));
  set_up();
}

// The file may come from a stranger: nothing in its schema is allowed to run code.
void Database::Connection::set_up() const {
  check(sqlite3_extended_result_codes(database.get(), 1));
  check(sqlite3_busy_timeout(database.get(), kBusyMilliseconds));
  check(sqlite3_db_config(database.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr));
  check(sqlite3_db_config(database.get(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr));
  check(sqlite3_create_function_v2(database.get(), "row_checksum", -1, kFunctionFlags, &row,
                                   row_checksum, nullptr, nullptr, nullptr));
}

void Database::Connection::check(int code) const {
  if (code == SQLITE_OK) return;
  check_unchanged();
  const bool of_system = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;
  const int cause = of_system ? sqlite3_system_errno(database.get()) : 0;
  fail(kind_of(cause) == Error::Kind::kFull ? SQLITE_FULL : code, path.string(),
       sqlite3_errmsg(database.get()));
}

void Database::Connection::check_unchanged() const {
  if (!unchanged || state_of(path) == *unchanged) return;
  throw Error(Error::Kind::kUnavailable,
              path.string() + ": was changed while it was read: run the same command again");
}

Database::Database(const std::filesystem::path& path, OpenMode mode)
    : connection_(std::make_unique<Connection>(path, mode)) {}

Database::~Database() = default;
Database::Database(Database&& other) noexcept = default;
Database& Database::operator=(Database&& other) noexcept = default;

const std::filesystem::path& Database::path() const noexcept { return connection_->path; }

bool Database::is_writable() const noexcept { return connection_->writable; }

std::size_t Database::cut_files() const noexcept { return connection_->cut_files; }

bool Database::has_page_checksums() const { return connection_->reserve(-1) == kPageChecksumBytes; }

void Database::add_page_checksums() {
  (void)connection_->reserve(kPageChecksumBytes);
  execute("VACUUM");
  checkpoint();
}

void Database::copy_to(const std::filesystem::path& file) const {
  const Connection target(file, OpenMode::kCreate);
  sqlite3_backup* copying =
      sqlite3_backup_init(target.database.get(), "main", connection_->database.get(), "main");
  if (copying != nullptr) {
    sqlite3_backup_step(copying, -1);
    sqlite3_backup_finish(copying);  // its code is the connection's
  }
  target.check(sqlite3_extended_errcode(target.database.get()));
  connection_->check_unchanged();
}

void Database::execute(const char* sql) {
  connection_->check(sqlite3_exec(connection_->database.get(), sql, nullptr, nullptr, nullptr));
}

void Database::checkpoint() {
  const int code = sqlite3_wal_checkpoint_v2(connection_->database.get(), "main",
                                             SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  const bool waits = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED;
  if (!waits) connection_->check(code);
}

bool Database::checkpoint_whole(bool waits) {
  sqlite3* database = connection_->database.get();
  if (!waits) connection_->check(sqlite3_busy_timeout(database, 0));
  const int code =
      sqlite3_wal_checkpoint_v2(database, "main", SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
  connection_->check(sqlite3_busy_timeout(database, kBusyMilliseconds));
  if ((code & 0xff) == SQLITE_BUSY) return false;
  connection_->check(code);
  return true;
}

std::int64_t Database::last_inserted() const noexcept {
  return sqlite3_last_insert_rowid(connection_->database.get());
}

bool Database::in_transaction() const noexcept {
  return sqlite3_get_autocommit(connection_->database.get()) == 0;
}

Statement::Statement(const Database& database, std::string_view sql)
    : connection_(database.connection_.get()), statement_(nullptr, {.connection = connection_}) {
  if (const auto known = connection_->idle.find(sql); known != connection_->idle.end()) {
    statement_.reset(known->second.release());
    connection_->idle.erase(known);
    return;
  }
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(connection_->database.get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  statement_.reset(statement);
  check(code);
}

void Statement::GiveBack::operator()(sqlite3_stmt* statement) const noexcept {
  constexpr std::size_t kMostIdle = 64;
  const Database::Connection::Finalize finalize;
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  const char* sql = sqlite3_sql(statement);
  if (sql == nullptr || connection->idle.size() >= kMostIdle) return finalize(statement);
  try {
    connection->idle.emplace(sql, statement);
  } catch (const std::bad_alloc&) {
    finalize(statement);
  }
}

void Statement::check(int code) const { connection_->check(code); }

void Statement::reset() {
  sqlite3_reset(statement_.get());  // its code only repeats what step() has thrown
  sqlite3_clear_bindings(statement_.get());
  is_at_start_ = true;
}

bool Statement::step() {
  if (std::exchange(is_at_start_, false)) connection_->check_unchanged();
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) check(code);
  connection_->check_unchanged();
  is_at_start_ = true;
  return false;
}

bool Statement::step_row(std::string_view table) {
  if (!step()) return false;
  const int values = sqlite3_column_count(statement_.get()) - 1;
  row_.clear();
  for (int column = 0; column < values; ++column) {
    const bool number = sqlite3_column_type(statement_.get(), column) == SQLITE_INTEGER;
    const std::int64_t value = number ? integer(column) : 0;
    append_value(row_, number ? std::as_bytes(std::span(&value, 1)) : blob(column));
  }
  const auto sum = static_cast<std::int64_t>(checksum(std::as_bytes(std::span(row_))));
  if (sum == integer(values)) return true;
  fail(SQLITE_CORRUPT, connection_->path.string(),
       "a row of " + std::string(table) + " is not as it was written");
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
  fail(SQLITE_CORRUPT, connection_->path.string(), "a count is negative");
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
  require_whole_files(database_->cut_files());
  database_->execute("COMMIT");
  std::exchange(database_, nullptr)->checkpoint();
}

}  // namespace likeness
