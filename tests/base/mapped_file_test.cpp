#include "likeness/base/mapped_file.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

class CutFile : public testing::Test {
 protected:
  CutFile() { write_file(file_, std::string(100'000, 'x')); }
  ~CutFile() override { know_cut_files(found_cut_files()); }

  // Cuts the file and reads behind its end, in some threads at once.
  void cut_and_read(const MappedFile& mapped) const {
    std::filesystem::resize_file(file_, 10);
    const auto read = [&mapped] {
      EXPECT_EQ(mapped.bytes().back(), std::byte{0});
      EXPECT_EQ(mapped.bytes()[50'000], std::byte{0});
    };
    std::thread other(read);
    read();
    other.join();
  }

  [[nodiscard]] static std::string error_of_whole_files() {
    try {
      require_whole_files();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kCorrupt);
      return error.what();
    }
    return {};
  }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "a.pack";
};

TEST_F(CutFile, ReadsZerosAndIsNamedFromThenOn) {
  survive_cut_files();
  {
    const MappedFile mapped(file_);
    EXPECT_EQ(error_of_whole_files(), "");
    cut_and_read(mapped);
    EXPECT_EQ(mapped.bytes()[0], std::byte{'x'});
  }
  EXPECT_TRUE(error_of_whole_files().starts_with(file_.string() + ": was cut short"));
  const std::size_t found = found_cut_files();
  EXPECT_THROW((void)with_whole_files(known_cut_files(), [] { return 1; }), Error);
  know_cut_files(found);
  EXPECT_EQ(with_whole_files(known_cut_files(), [] { return 1; }), 1);
  EXPECT_EQ(error_of_whole_files(), "");
}

TEST_F(CutFile, IsTheReasonOfWhateverFollows) {
  survive_cut_files();
  const MappedFile mapped(file_);
  try {
    with_whole_files(known_cut_files(), [&]() -> int {
      cut_and_read(mapped);
      throw std::out_of_range("a number of zeros");
    });
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("a.pack: was cut short"), std::string::npos);
  }
}

TEST_F(CutFile, NothingMadeOfItIsKept) {
  survive_cut_files();
  const MappedFile mapped(file_);
  AtomicFile made(folder_.path() / "made");
  made.write(mapped.bytes());
  cut_and_read(mapped);
  EXPECT_THROW(made.commit(), Error);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "made"));
}

// Many files come and go, and the one that is cut is named all the same.
TEST_F(CutFile, IsFoundAmongMany) {
  survive_cut_files();
  for (int i = 0; i < 5; ++i) {
    const auto other = folder_.path() / std::to_string(i);
    write_file(other, std::string(9000, 'y'));
    const MappedFile first(other);
    const MappedFile mapped(file_);
    const MappedFile last(other);
    cut_and_read(mapped);
    EXPECT_NE(error_of_whole_files().find("a.pack"), std::string::npos);
    know_cut_files(found_cut_files());
    write_file(file_, std::string(100'000, 'x'));
  }
}

// Not every SIGBUS is a file's. (The address sanitizer has a handler of its own, which exits.)
TEST_F(CutFile, ASignalFromElsewhereEndsTheProgramAsEver) {
  const auto ended = [](int status) { return !WIFEXITED(status) || WEXITSTATUS(status) != 0; };
  EXPECT_EXIT(
      {
        survive_cut_files();
        ::raise(SIGBUS);
        std::exit(0);  // NOLINT(concurrency-mt-unsafe)
      },
      ended, "");
}

}  // namespace
}  // namespace likeness
