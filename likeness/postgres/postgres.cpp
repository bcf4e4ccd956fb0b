#include "likeness/postgres/postgres.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "likeness/postgres/libpq.hpp"

namespace likeness {
namespace {

constexpr int kBinary = 1;

struct Clear {
  void operator()(PGresult* result) const noexcept { pq().PQclear(result); }
  void operator()(PGcancel* cancel) const noexcept { pq().PQfreeCancel(cancel); }
  void operator()(PQconninfoOption* options) const noexcept { pq().PQconninfoFree(options); }
  void operator()(char* text) const noexcept { pq().PQfreemem(text); }
};
using Result = std::unique_ptr<PGresult, Clear>;

// libpq's texts end with line ends and may have several lines.
std::string one_line(const char* text) {
  std::string line = text == nullptr ? "" : text;
  while (line.ends_with('\n')) line.pop_back();
  std::ranges::replace(line, '\n', ' ');
  return line;
}

Error::Kind kind_of_state(std::string_view state) {
  if (state == "53100") return Error::Kind::kFull;
  const std::string_view group = state.substr(0, 2);
  // No connection, no resources, ended by an operator, a system's error: later it may be well.
  for (const std::string_view passing : {"", "08", "40", "53", "55", "57", "58"}) {
    if (group == passing) return Error::Kind::kUnavailable;
  }
  return Error::Kind::kInput;
}

[[noreturn]] void fail(const std::string& name, PGconn* connection, const PGresult* result) {
  const char* state =
      result == nullptr ? nullptr : pq().PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* text =
      result == nullptr ? nullptr : pq().PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const std::string why = one_line(text == nullptr ? pq().PQerrorMessage(connection) : text);
  const std::string code = state == nullptr ? "" : state;
  throw PostgresError(kind_of_state(code), fmt::format("{}: {}", name, why), code);
}

void check(const std::string& name, PGconn* connection, const PGresult* result) {
  const ExecStatusType status = pq().PQresultStatus(result);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN) return;
  fail(name, connection, result);
}

std::vector<std::vector<Answer::Cell>> rows_of(const PGresult* result) {
  std::vector<std::vector<Answer::Cell>> rows(static_cast<std::size_t>(pq().PQntuples(result)));
  const int columns = pq().PQnfields(result);
  for (int row = 0; row < pq().PQntuples(result); ++row) {
    auto& cells = rows[static_cast<std::size_t>(row)];
    for (int column = 0; column < columns; ++column) {
      Answer::Cell& cell = cells.emplace_back();
      if (pq().PQgetisnull(result, row, column) != 0) continue;
      cell.emplace(pq().PQgetvalue(result, row, column),
                   static_cast<std::size_t>(pq().PQgetlength(result, row, column)));
    }
  }
  return rows;
}

// Tells the server to give up what it does for this connection, and takes what it still says.
void give_up(PGconn* connection) {
  const std::unique_ptr<PGcancel, Clear> cancel(pq().PQgetCancel(connection));
  std::array<char, 256> why{};
  if (cancel) pq().PQcancel(cancel.get(), why.data(), static_cast<int>(why.size()));
  while (Result(pq().PQgetResult(connection))) {
  }
}

// Until the next result is there; not: it is too late.
bool wait_for_result(PGconn* connection, const std::optional<Postgres::Moment>& until) {
  using std::chrono::milliseconds;
  while (pq().PQisBusy(connection) != 0) {
    int patience = -1;
    if (until) {
      const auto left =
          std::chrono::ceil<milliseconds>(*until - std::chrono::steady_clock::now()).count();
      patience = static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000));
    }
    pollfd socket{.fd = pq().PQsocket(connection), .events = POLLIN, .revents = 0};
    if (::poll(&socket, 1, patience) == 0) return false;
    if (pq().PQconsumeInput(connection) == 0) return true;  // PQgetResult() says what it is
  }
  return true;
}

// Of what was sent, the last one: those behind a statement that fails are not executed.
Result take_last_result(const std::string& name, PGconn* connection,
                        const std::optional<Postgres::Moment>& until) {
  Result last;
  for (;;) {
    if (!wait_for_result(connection, until)) {
      throw Error(Error::Kind::kUnavailable, name + ": did not answer in time");
    }
    Result next(pq().PQgetResult(connection));
    if (!next) return last;
    last = std::move(next);
  }
}

// Until the whole answer is there.
void wait_for_answer(PGconn* connection, const std::function<void()>& each_second) {
  while (pq().PQisBusy(connection) != 0) {
    pollfd socket{.fd = pq().PQsocket(connection), .events = POLLIN, .revents = 0};
    if (::poll(&socket, 1, 1000) == 0) {
      try {
        each_second();
      } catch (...) {
        give_up(connection);
        throw;
      }
      continue;
    }
    if (pq().PQconsumeInput(connection) == 0) return;  // PQgetResult() says what it is
  }
}

}  // namespace

std::string libpq_version() {
  const int version = pq().PQlibVersion();  // 150008
  return std::to_string(version / 10000) + "." + std::to_string(version % 10000);
}

void Postgres::Close::operator()(pg_conn* connection) const noexcept { pq().PQfinish(connection); }

Postgres::Postgres(const std::string& address, std::chrono::seconds connecting)
    : address_(address) {
  char* why = nullptr;
  const std::unique_ptr<PQconninfoOption, Clear> options(
      pq().PQconninfoParse(address.c_str(), &why));
  const std::unique_ptr<char, Clear> reason(why);
  // The address itself may hold a password, and so may libpq's words about it.
  if (!options) {
    throw Error(Error::Kind::kInput,
                "the address is none: give postgresql://USER@HOST:PORT/DATABASE");
  }
  // What stands before the address it may decide otherwise, and not what stands behind.
  const std::array<const char*, 5> names = {"connect_timeout", "application_name", "dbname",
                                            "client_encoding", nullptr};
  const std::string seconds = std::to_string(connecting.count());
  const std::array<const char*, 5> values = {seconds.c_str(), "likeness", address.c_str(), "UTF8",
                                             nullptr};
  connection_.reset(pq().PQconnectdbParams(names.data(), values.data(), 1));
  if (!connection_) throw std::bad_alloc();
  pq().PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
  const char* host = pq().PQhost(connection_.get());
  const char* database = pq().PQdb(connection_.get());
  name_ = fmt::format("PostgreSQL at {}, database {}", host == nullptr ? "" : host,
                      database == nullptr ? "" : database);
  if (pq().PQstatus(connection_.get()) != CONNECTION_OK) fail(name_, connection_.get(), nullptr);
}

Postgres::~Postgres() = default;

bool Postgres::is_idle() const {
  return pq().PQtransactionStatus(connection_.get()) == PQTRANS_IDLE;
}

Answer Postgres::ask(const std::string& sql, const std::vector<std::string>& values) {
  std::vector<const char*> texts;
  texts.reserve(values.size());
  for (const std::string& value : values) {
    if (value.find('\0') != std::string::npos) {
      throw Error(Error::Kind::kInput, "a text with a zero byte is in no database: leave it out");
    }
    texts.push_back(value.c_str());
  }
  if (pq().PQsendQueryParams(connection_.get(), sql.c_str(), static_cast<int>(texts.size()),
                             nullptr, texts.data(), nullptr, nullptr, kBinary) == 0) {
    fail(name_, connection_.get(), nullptr);
  }
  const Result result = take_last_result(name_, connection_.get(), answer_by_);
  check(name_, connection_.get(), result.get());
  return Answer(rows_of(result.get()));
}

void Postgres::execute(const std::string& sql, const std::function<void()>& each_second) {
  if (pq().PQsendQuery(connection_.get(), sql.c_str()) == 0)
    fail(name_, connection_.get(), nullptr);
  if (!each_second) {
    const Result result = take_last_result(name_, connection_.get(), answer_by_);
    check(name_, connection_.get(), result.get());
    return;
  }
  for (;;) {
    wait_for_answer(connection_.get(), each_second);
    const Result result(pq().PQgetResult(connection_.get()));
    if (!result) return;
    if (pq().PQresultStatus(result.get()) == PGRES_COMMAND_OK) continue;
    if (pq().PQresultStatus(result.get()) == PGRES_TUPLES_OK) continue;
    while (Result(pq().PQgetResult(connection_.get()))) {
    }
    fail(name_, connection_.get(), result.get());
  }
}

void Postgres::copy(const std::string& sql, std::span<const std::byte> bytes) {
  PGconn* connection = connection_.get();
  const Result started(pq().PQexec(connection, sql.c_str()));
  check(name_, connection, started.get());
  constexpr std::size_t kMostAtOnce = std::size_t{1} << 20;
  for (; !bytes.empty(); bytes = bytes.subspan(std::min(bytes.size(), kMostAtOnce))) {
    const auto part = bytes.first(std::min(bytes.size(), kMostAtOnce));
    if (pq().PQputCopyData(connection, reinterpret_cast<const char*>(part.data()),
                           static_cast<int>(part.size())) != 1) {
      fail(name_, connection, nullptr);
    }
  }
  if (pq().PQputCopyEnd(connection, nullptr) != 1) fail(name_, connection, nullptr);
  const Result ended(pq().PQgetResult(connection));
  while (Result(pq().PQgetResult(connection))) {
  }
  check(name_, connection, ended.get());
}

}  // namespace likeness
