#include "likeness/base/file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "likeness/base/error.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

class FileTest : public testing::Test {
 protected:
  [[nodiscard]] std::string text_of(const std::filesystem::path& path) const {
    const auto bytes = read_file(path);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  TemporaryFolder temporary_;
  std::filesystem::path folder_ = temporary_.path();
};

TEST_F(FileTest, WrittenFileIsReadBackWhole) {
  write_file(folder_ / "a", std::string_view("first"));
  write_file(folder_ / "a", std::string_view("second"));
  EXPECT_EQ(text_of(folder_ / "a"), "second");
  EXPECT_EQ(MappedFile(folder_ / "a").bytes().size(), 6U);
}

TEST_F(FileTest, UncommittedFileLeavesTheOldOneAndNoOther) {
  write_file(folder_ / "a", std::string_view("old"));
  {
    AtomicFile file(folder_ / "a");
    file.write(std::as_bytes(std::span(std::string_view("new"))));
  }
  EXPECT_EQ(text_of(folder_ / "a"), "old");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a.tmp"));
}

TEST_F(FileTest, BytesWrittenLaterReplaceThoseWrittenBefore) {
  AtomicFile file(folder_ / "a");
  file.write(std::as_bytes(std::span(std::string_view("????tail"))));
  file.write_at(0, std::as_bytes(std::span(std::string_view("head"))));
  file.commit();
  EXPECT_EQ(text_of(folder_ / "a"), "headtail");
}

TEST_F(FileTest, EmptyFileMapsToNothing) {
  write_file(folder_ / "a", std::string_view());
  EXPECT_TRUE(MappedFile(folder_ / "a").bytes().empty());
}

TEST_F(FileTest, ReleasedPagesAreResidentNoMoreAndReadAgain) {
  constexpr std::size_t kSize = std::size_t{1} << 20U;
  write_file(folder_ / "a", std::string(kSize, 'x'));
  const MappedFile file(folder_ / "a");
  const auto resident = [] {  // pages of this process; the second number of statm
    std::ifstream statm("/proc/self/statm");
    std::size_t all = 0;
    std::size_t pages = 0;
    statm >> all >> pages;
    return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  };
  const auto count = [&] { return std::ranges::count(file.bytes(), std::byte{'x'}); };
  EXPECT_EQ(count(), kSize);
  const std::size_t before = resident();
  file.release_pages();
  EXPECT_LE(resident() + kSize / 2, before);
  EXPECT_EQ(count(), kSize);
}

TEST_F(FileTest, MissingFileAndFolderAreErrors) {
  try {
    (void)read_file(folder_ / "none");
    FAIL() << "read a file that is not there";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kNotFound);
  }
  EXPECT_THROW((void)read_file(folder_), Error);
  EXPECT_THROW(write_file(folder_ / "none" / "a", std::string_view("x")), Error);
}

}  // namespace
}  // namespace likeness
