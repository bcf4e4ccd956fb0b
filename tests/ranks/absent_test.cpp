// What likeness does that was built without Open MPI: this program has ranks_absent.cpp in it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "likeness/base/started_together.hpp"
#include "likeness/encoder/ranks.hpp"

namespace likeness {
namespace {

// As mpirun sets it.
class RanksAbsent : public testing::Test {
 protected:
  static void set(const char* rank, const char* count) {
    ::setenv("OMPI_COMM_WORLD_RANK", rank, 1);
    ::setenv("OMPI_COMM_WORLD_SIZE", count, 1);
  }
  ~RanksAbsent() override {
    ::unsetenv("OMPI_COMM_WORLD_RANK");
    ::unsetenv("OMPI_COMM_WORLD_SIZE");
  }
};

TEST_F(RanksAbsent, IsAloneWithoutMpirun) {
  EXPECT_EQ(Ranks::join({}).count(), 1U);
  set("0", "1");
  EXPECT_EQ(Ranks::join({}).count(), 1U);
}

TEST_F(RanksAbsent, SaysHowToHaveIt) {
  set("1", "2");
  try {
    (void)Ranks::join({});
    FAIL() << "there is somebody to meet";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kUnavailable);
    EXPECT_EQ(
        std::string(error.what()),
        "this likeness was built without Open MPI, which training by several processes needs: "
        "install libopenmpi-dev and build it again");
  }
}

TEST_F(RanksAbsent, TakesNoNonsenseOfTheEnvironment) {
  for (const auto& [rank, count] : {std::pair{"2", "2"},
                                    {"-1", "2"},
                                    {"x", "2"},
                                    {"0", "2x"},
                                    {"0", ""},
                                    {"0", "99999999999999999999"}}) {
    set(rank, count);
    EXPECT_EQ(started_together().count, 1U) << rank << " of " << count;
  }
  set("1", "3");
  EXPECT_EQ(started_together().rank, 1U);
  EXPECT_EQ(started_together().count, 3U);
  EXPECT_EQ(started_together().on_this_machine, 1U);
}

}  // namespace
}  // namespace likeness
