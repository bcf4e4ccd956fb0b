// SQLite behind three small classes, so that its header stays in sqlite.cpp: every statement is
// prepared and its values are bound, and every failure is an Error that names the file.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct sqlite3_stmt;

namespace likeness {

enum class OpenMode {
  kExisting,  // to read and write
  kCreate,    // the same, and made if it is not there
  kReading,   // also where nothing may be written; what others do meanwhile is seen or is an error
  kCopy,      // to read and write a copy that goes with the object
};

// One connection; for one thread at a time. SQL may use row_checksum(values...), which is what
// the rows of a shop carry to tell a flipped byte; pages have checksums (page_checksums.hpp).
class Database {
 public:
  // Error::kNotFound without such a file (but with kCreate), kCorrupt if it is something else.
  Database(const std::filesystem::path& path, OpenMode mode);
  ~Database();
  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // SQL without values: the schema, pragmas, BEGIN and COMMIT.
  void execute(const char* sql);
  [[nodiscard]] std::int64_t last_inserted() const noexcept;
  [[nodiscard]] bool in_transaction() const noexcept;
  // The name it was opened by.
  [[nodiscard]] const std::filesystem::path& path() const noexcept;
  [[nodiscard]] bool is_writable() const noexcept;
  // How many mapped files were known to be cut short when it was opened: see require_whole_files().
  [[nodiscard]] std::size_t cut_files() const noexcept;
  [[nodiscard]] bool has_page_checksums() const;  // known after the first read
  void add_page_checksums();  // writes the whole file anew; not in a transaction
  // What this connection reads, whole, into a file that is made.
  void copy_to(const std::filesystem::path& file) const;
  // What was committed is written into the file itself; what others still read follows later.
  void checkpoint();
  // The same for all of it, after some seconds of waiting, where that is wanted, for whoever reads
  // what was before. False if somebody still does.
  [[nodiscard]] bool checkpoint_whole(bool waits);

 private:
  friend class Statement;
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

// A prepared statement: bind() and then step() through the rows, or run() if there are none. The
// connection keeps it for the next of the same words, for preparing takes longer than a row.
// Must not outlive its Database.
class Statement {
 public:
  Statement(const Database& database, std::string_view sql);

  // Starts anew with these values for ?1, ?2, ...; they are copied.
  template <typename... Values>
  Statement& bind(const Values&... values) {
    reset();
    int place = 0;
    (bind_value(++place, values), ...);
    return *this;
  }
  [[nodiscard]] bool step();  // true: there is a row; false: that was the last one
  // The same for SELECT ..., checksum FROM `table`: Error::kCorrupt unless that is the row_checksum
  // of the columns before it.
  [[nodiscard]] bool step_row(std::string_view table);
  void run();

  [[nodiscard]] std::int64_t integer(int column) const;
  // A number that cannot be negative; Error::kCorrupt if it is.
  [[nodiscard]] std::size_t count(int column) const;
  [[nodiscard]] double real(int column) const;
  // Views into the row: valid until the next step() or bind().
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::span<const std::byte> blob(int column) const;

 private:
  struct GiveBack {
    Database::Connection* connection = nullptr;
    void operator()(sqlite3_stmt* statement) const noexcept;
  };

  void reset();
  template <std::integral Number>
  void bind_value(int place, Number value) {
    bind_integer(place, static_cast<std::int64_t>(value));
  }
  void bind_value(int place, double value);
  void bind_value(int place, std::string_view value);
  void bind_value(int place, std::span<const std::byte> value);
  void bind_integer(int place, std::int64_t value);
  void check(int code) const;

  Database::Connection* connection_;
  std::unique_ptr<sqlite3_stmt, GiveBack> statement_;
  std::string row_;          // memory for step_row()
  bool is_at_start_ = true;  // not stepped since bind()
};

// Everything between its construction and commit() happens, or nothing of it does.
class Transaction {
 public:
  // Waits for another process that is writing; Error::kUnavailable after some seconds.
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Transaction(Transaction&&) = delete;
  Transaction& operator=(Transaction&&) = delete;

  // On the disk when it returns, also after a power cut, and not only beside the file itself: what
  // could go wrong as the program ends has been told. Error::kCorrupt, and nothing is changed, if a
  // mapped file was found cut short since the database was opened.
  void commit();

 private:
  Database* database_;
};

}  // namespace likeness
