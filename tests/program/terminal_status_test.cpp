#include "app/terminal_status.hpp"

#include <gtest/gtest.h>

namespace likeness {
namespace {

TEST(ProgressLine, TellsCountRateAndTimeLeft) {
  EXPECT_EQ(progress_line("pack", "pictures", 1200, 39000, 0.1),
            "pack: 1,200 of 39,000 pictures, 12,000/s, 4 s left");
}

TEST(ProgressLine, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(progress_line("list", "files", 0, 0, 1.0), "list: 0 files");
  EXPECT_EQ(progress_line("list", "files", 10, 0, 1.0), "list: 10 files, 10/s");
  EXPECT_EQ(progress_line("pack", "pictures", 10, 10, 1.0), "pack: 10 of 10 pictures, 10/s");
}

}  // namespace
}  // namespace likeness
