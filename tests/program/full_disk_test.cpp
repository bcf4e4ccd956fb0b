// Where a file may grow no further, which is to the program what a full disk is.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <string>

#include "tests/program/line_shop.hpp"

namespace likeness {
namespace {

using FullDisk = LineShop;

TEST_F(FullDisk, ExportWritesBothItsFilesOrNone) {
  constexpr std::size_t kNumbers = 5000;
  put_model("large", {.dimensions = kNumbers,
                      .items = {1, 2, 3, 4, 5},
                      .values = std::vector<float>(5 * kNumbers, 1.0F)});
  write("out.npy", "old vectors");
  write("out.keys.txt", "old keys");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit full{.rlim_cur = 80'000, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
  const std::string line = complaint(1, {"export", "shop", "out.npy"});
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_NE(line.find("out.npy: cannot be written"), std::string::npos) << line;
  EXPECT_EQ(read("out.npy"), "old vectors");
  EXPECT_EQ(read("out.keys.txt"), "old keys");
  EXPECT_FALSE(exists("out.npy.tmp") || exists("out.keys.txt.tmp"));
}

}  // namespace
}  // namespace likeness
