#include "likeness/base/file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "likeness/base/error.hpp"
#include "likeness/base/mapped_file.hpp"
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

// A pipe that nobody writes to would keep a plain open() waiting for ever.
TEST_F(FileTest, WhatIsNoRegularFileIsRefusedAtOnce) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  std::filesystem::create_symlink("/dev/zero", folder_ / "zeros");
  std::filesystem::create_directory(folder_ / "folder");
  for (const char* name : {"pipe", "zeros", "folder"}) {
    const auto path = folder_ / name;
    const auto refuses = [&](const auto& act) {
      try {
        act();
        ADD_FAILURE() << name << " was taken for a file";
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), Error::Kind::kInput) << error.what();
        EXPECT_NE(std::string(error.what()).find(path.string()), std::string::npos);
      }
    };
    refuses([&] { (void)read_file(path); });
    refuses([&] { const MappedFile file(path); });
    refuses([&] { write_file(path, std::string_view("x")); });
    refuses([&] { require_regular_or_absent(path); });
    refuses([&] { const RegularFile file(path, RegularFile::For::kLocking); });
    EXPECT_TRUE(std::filesystem::exists(path));
    EXPECT_FALSE(std::filesystem::exists(path.string() + ".tmp"));
  }
  require_regular_or_absent(folder_ / "none");
}

TEST_F(FileTest, WhatLiesInTheWayOfATemporaryFileIsNotWrittenTo) {
  write_file(folder_ / "other", std::string_view("theirs"));
  std::filesystem::create_symlink(folder_ / "other", folder_ / "a.tmp");
  EXPECT_THROW(write_file(folder_ / "a", std::string_view("ours")), Error);
  EXPECT_EQ(text_of(folder_ / "other"), "theirs");
  ASSERT_EQ(::mkfifo((folder_ / "b.tmp").c_str(), 0600), 0);
  EXPECT_THROW(write_file(folder_ / "b", std::string_view("ours")), Error);
}

TEST_F(FileTest, OnlyOneWritesAFileAtATimeAndWhatADeadOneLeftIsReplaced) {
  write_file(folder_ / "a.tmp", std::string_view("left by a killed process"));
  {
    AtomicFile first(folder_ / "a");
    EXPECT_THROW(const AtomicFile second(folder_ / "a"), Error);
    first.write(std::as_bytes(std::span(std::string_view("whole"))));
    first.commit();
  }
  EXPECT_EQ(text_of(folder_ / "a"), "whole");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a.tmp"));
}

// Writing fails after `bytes` bytes of a file, as it does on a full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  FullDisk(FullDisk&&) = delete;
  FullDisk& operator=(FullDisk&&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_F(FileTest, AFullDiskLeavesTheOldFileAndNoOther) {
  write_file(folder_ / "a", std::string_view("old"));
  {
    const FullDisk full(1000);
    EXPECT_THROW(write_file(folder_ / "a", std::string(2000, 'x')), Error);
  }
  EXPECT_EQ(text_of(folder_ / "a"), "old");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a.tmp"));
}

}  // namespace
}  // namespace likeness
