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

struct sqlite3;
struct sqlite3_stmt;

namespace likeness {

enum class OpenMode { kExisting, kCreate };

// One connection; for one thread at a time. SQL may use row_checksum(values...), which is what
// the rows of a shop carry to tell a flipped byte, for SQLite itself keeps no checksums.
class Database {
 public:
  // Error::kNotFound without such a file (kExisting), kCorrupt if it is something else.
  Database(const std::filesystem::path& path, OpenMode mode);

  // SQL without values: the schema, pragmas, BEGIN and COMMIT.
  void execute(const char* sql);
  [[nodiscard]] std::int64_t last_inserted() const noexcept;
  [[nodiscard]] bool in_transaction() const noexcept;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  friend class Statement;
  struct Close {
    void operator()(sqlite3* database) const noexcept;
  };

  std::filesystem::path path_;
  std::unique_ptr<sqlite3, Close> database_;
};

// A prepared statement: bind() and then step() through the rows, or run() if there are none.
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
  void run();

  [[nodiscard]] std::int64_t integer(int column) const;
  // A number that cannot be negative; Error::kCorrupt if it is.
  [[nodiscard]] std::size_t count(int column) const;
  [[nodiscard]] double real(int column) const;
  // Views into the row: valid until the next step() or bind().
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::span<const std::byte> blob(int column) const;

 private:
  struct Finalize {
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

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
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

  // On the disk when it returns, also after a power cut.
  void commit();

 private:
  Database* database_;
};

}  // namespace likeness
