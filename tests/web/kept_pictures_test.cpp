#include "likeness/web/kept_pictures.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace likeness {
namespace {

Image picture(std::uint8_t grey) {
  return {.size = {.width = 1, .height = 1}, .pixels = {grey, grey, grey}};
}

TEST(KeptPictures, AreFoundByTheirNames) {
  KeptPictures kept;
  const std::string name = kept.keep({.record = picture(7)});
  EXPECT_EQ(name.size(), 32U);
  EXPECT_EQ(kept.find(name)->record.pixels.front(), 7);
  EXPECT_FALSE(kept.find("0123456789abcdef0123456789abcdef"));
}

TEST(KeptPictures, GoWhenTheirTimeIsOver) {
  KeptPictures kept(10, std::chrono::seconds(-1));
  EXPECT_FALSE(kept.find(kept.keep({.record = picture(7)})));
}

TEST(KeptPictures, AreBoundedAndTheOneUsedLongestAgoGoes) {
  KeptPictures kept(2);
  const std::string first = kept.keep({.record = picture(1)});
  const std::string second = kept.keep({.record = picture(2)});
  EXPECT_TRUE(kept.find(first));
  const std::string third = kept.keep({.record = picture(3)});
  EXPECT_TRUE(kept.find(first));
  EXPECT_FALSE(kept.find(second));
  EXPECT_TRUE(kept.find(third));
  EXPECT_EQ(kept.count(), 2U);
}

}  // namespace
}  // namespace likeness
