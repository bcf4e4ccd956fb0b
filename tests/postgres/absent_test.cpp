// What likeness says that was built without libpq: this program has postgres_absent.cpp in it.
#include <gtest/gtest.h>

#include <string>

#include "likeness/base/error.hpp"
#include "likeness/postgres/postgres.hpp"

namespace likeness {
namespace {

TEST(PostgresAbsent, SaysHowToHaveIt) {
  try {
    const Postgres database("postgresql:///nowhere");
    FAIL() << "there is a connection";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kUnavailable);
    EXPECT_EQ(std::string(error.what()),
              "this likeness was built without PostgreSQL: install libpq-dev and build it again");
  }
}

}  // namespace
}  // namespace likeness
