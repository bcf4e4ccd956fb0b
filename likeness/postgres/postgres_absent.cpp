// Instead of postgres.cpp, where libpq was not there when likeness was built.
#include "likeness/postgres/postgres.hpp"

namespace likeness {
namespace {

[[noreturn]] void fail() {
  throw Error(Error::Kind::kUnavailable,
              "this likeness was built without PostgreSQL: install libpq-dev and build it again");
}

}  // namespace

std::string libpq_version() { fail(); }
void Postgres::Close::operator()(pg_conn*) const noexcept {}
Postgres::Postgres(const std::string&, std::chrono::seconds) { fail(); }
Postgres::~Postgres() = default;
bool Postgres::is_idle() const { fail(); }
Answer Postgres::ask(const std::string&, const std::vector<std::string>&) { fail(); }
void Postgres::execute(const std::string&, const std::function<void()>&) { fail(); }
void Postgres::copy(const std::string&, std::span<const std::byte>) { fail(); }

}  // namespace likeness
