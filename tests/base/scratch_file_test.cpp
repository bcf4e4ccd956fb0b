#include "likeness/base/scratch_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

class ScratchFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "scratch-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    let_tmpdir_be(name);
  }
  void TearDown() override {
    let_tmpdir_be(before_);
    std::filesystem::remove_all(folder_);
  }
  static void let_tmpdir_be(const std::string& name) {
    ASSERT_EQ(::setenv("TMPDIR", name.c_str(), 1), 0);  // NOLINT(concurrency-mt-unsafe)
  }

  const std::string before_ = testing::TempDir();
  std::filesystem::path folder_;
};

TEST_F(ScratchFileTest, KeepsWhatIsWrittenWhenItsPagesAreReleasedAndHasNoName) {
  constexpr std::size_t kBytes = 100'001;
  ScratchFile file(kBytes);
  ASSERT_EQ(file.bytes().size(), kBytes);
  EXPECT_EQ(std::ranges::count(file.bytes(), std::byte{0}), kBytes);
  std::ranges::fill(file.bytes(), std::byte{7});
  file.release_pages();
  EXPECT_EQ(std::ranges::count(file.bytes(), std::byte{7}), kBytes);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(ScratchFileTest, MayBeOfNoBytes) {
  ScratchFile file(0);
  EXPECT_TRUE(file.bytes().empty());
  file.release_pages();
}

TEST_F(ScratchFileTest, SaysWhatToDoWhereThereIsNoRoom) {
  const auto message = [](std::size_t bytes) {
    try {
      const ScratchFile file(bytes);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kUnavailable);
      return std::string(error.what());
    }
    return std::string("no error");
  };
  const std::string too_large = message(std::size_t{1} << 62U);
  EXPECT_NE(too_large.find(folder_.string()), std::string::npos) << too_large;
  EXPECT_NE(too_large.find("let TMPDIR name a folder"), std::string::npos) << too_large;
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
  let_tmpdir_be((folder_ / "none").string());
  EXPECT_NE(message(1).find("let TMPDIR name a folder"), std::string::npos);
}

}  // namespace
}  // namespace likeness
