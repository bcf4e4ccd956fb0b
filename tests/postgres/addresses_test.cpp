#include <gtest/gtest.h>

#include "likeness/base/error.hpp"
#include "likeness/postgres/postgres.hpp"

namespace likeness {
namespace {

using Words = std::vector<std::string>;

TEST(PostgresAddresses, EachBeginsWithItsScheme) {
  EXPECT_EQ(postgres_addresses("postgresql://a/x"), (Words{"postgresql://a/x"}));
  EXPECT_EQ(postgres_addresses("postgresql://a/x,postgres://b"),
            (Words{"postgresql://a/x", "postgres://b"}));
}

TEST(PostgresAddresses, OneMayNameSeveralHosts) {
  EXPECT_EQ(postgres_addresses("postgresql://a,b:5433/x,postgresql://c,d"),
            (Words{"postgresql://a,b:5433/x", "postgresql://c,d"}));
}

TEST(PostgresAddresses, RefusesWhatIsNone) {
  for (const char* wrong : {"", ",", "shop", "shop,postgresql://a"}) {
    EXPECT_THROW((void)postgres_addresses(wrong), Error) << wrong;
  }
}

}  // namespace
}  // namespace likeness
