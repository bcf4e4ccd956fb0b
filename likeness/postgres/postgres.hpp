// A connection to a PostgreSQL. An optional part, chosen when likeness is linked: postgres.cpp is
// the one file that knows libpq, and where that was not there postgres_absent.cpp stands in its
// place.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/base/error.hpp"

struct pg_conn;

namespace likeness {

// "postgresql://..." or "postgres://...": what a command may be given in place of a shop.
[[nodiscard]] bool is_postgres_address(std::string_view word) noexcept;
// Of "postgresql://a,postgresql://b" each; a comma before anything else belongs to an address,
// which may name several hosts. Error::kInput if one is none, which libpq is not asked for.
[[nodiscard]] std::vector<std::string> postgres_addresses(const std::string& words);

// Of libpq, as it is loaded: "15.8". Error::kUnavailable, with what to do, where there is none.
[[nodiscard]] std::string libpq_version();

// What the server refused, with its SQLSTATE ("23505"), whose first two letters are a class.
class PostgresError : public Error {
 public:
  PostgresError(Error::Kind kind, const std::string& text, std::string state)
      : Error(kind, Message(text)), state_(std::move(state)) {}
  [[nodiscard]] const std::string& state() const noexcept { return state_; }

 private:
  std::string state_;
};

// The rows of an answer, as PostgreSQL's binary format has them. What is no value of the asked type
// is Error::kCorrupt.
class Answer {
 public:
  using Cell = std::optional<std::string>;  // nothing: NULL
  explicit Answer(std::vector<std::vector<Cell>> rows) : rows_(std::move(rows)) {}

  [[nodiscard]] std::size_t rows() const noexcept { return rows_.size(); }
  [[nodiscard]] bool is_null(std::size_t row, std::size_t column) const;
  [[nodiscard]] std::int64_t integer(std::size_t row, std::size_t column) const;  // 2, 4, 8 bytes
  [[nodiscard]] bool boolean(std::size_t row, std::size_t column) const;
  [[nodiscard]] const std::string& text(std::size_t row, std::size_t column) const;  // or bytea
  [[nodiscard]] std::vector<std::int32_t> integers(std::size_t row, std::size_t column) const;
  [[nodiscard]] std::vector<float> halves(std::size_t row, std::size_t column) const;  // halfvec

 private:
  std::vector<std::vector<Cell>> rows_;
};

// For one thread. Every call throws Error::kUnavailable if the server cannot be reached, and
// PostgresError for what it refuses; each error's text is one line that begins with name().
class Postgres {
 public:
  // A URI as libpq takes it. Error::kInput if it is none, and Error::kUnavailable, with what to do,
  // where likeness was built without libpq. Each host that the address names has so long to take
  // the connection, two seconds at least.
  explicit Postgres(const std::string& address,
                    std::chrono::seconds connecting = std::chrono::seconds(10));
  ~Postgres();
  Postgres(const Postgres&) = delete;
  Postgres& operator=(const Postgres&) = delete;
  Postgres(Postgres&&) = delete;
  Postgres& operator=(Postgres&&) = delete;

  // Another one to the same server.
  [[nodiscard]] Postgres again() const { return Postgres(address_); }

  // "PostgreSQL at HOST, database NAME", without what is secret.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  using Moment = std::chrono::steady_clock::time_point;
  // What is not answered by then is Error::kUnavailable, and the connection is of no use any more.
  void answer_by(Moment moment) noexcept { answer_by_ = moment; }
  [[nodiscard]] const std::optional<Moment>& answers_by() const noexcept { return answer_by_; }
  // Whether nothing is under way: no statement, no transaction, no loss of the connection.
  [[nodiscard]] bool is_idle() const;

  // One statement; $1, $2 ... are the values, as texts that the server reads.
  [[nodiscard]] Answer ask(const std::string& sql, const std::vector<std::string>& values = {});
  // Statements without an answer. What takes long calls `each_second`; if that throws, the server
  // is told to give the statement up.
  void execute(const std::string& sql, const std::function<void()>& each_second = {});
  // COPY ... FROM STDIN: these bytes.
  void copy(const std::string& sql, std::span<const std::byte> bytes);

 private:
  struct Close {
    void operator()(pg_conn* connection) const noexcept;
  };
  std::unique_ptr<pg_conn, Close> connection_;
  std::string address_;
  std::string name_;
  std::optional<Moment> answer_by_;
};

// From its making to commit(); without a commit nothing of it happens.
class PostgresTransaction {
 public:
  explicit PostgresTransaction(Postgres& database, const std::string& begin = "BEGIN");
  ~PostgresTransaction();
  PostgresTransaction(const PostgresTransaction&) = delete;
  PostgresTransaction& operator=(const PostgresTransaction&) = delete;
  PostgresTransaction(PostgresTransaction&&) = delete;
  PostgresTransaction& operator=(PostgresTransaction&&) = delete;

  void commit();

 private:
  Postgres& database_;
  bool open_ = true;
};

// Texts and numbers as one value of ask(), for text[] and int[].
[[nodiscard]] std::string array_of(std::span<const std::string> texts);
[[nodiscard]] std::string array_of(std::span<const std::int32_t> numbers);

}  // namespace likeness
