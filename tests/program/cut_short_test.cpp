// A mapped file that somebody cuts short while it is read: the program ends with an error that
// names it, and not by a signal.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>

#include "app/bus_error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/json.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

class CutShort : public testing::Test {
 protected:
  CutShort() { write_file(file_, std::string(100'000, 'x')); }

  // Cuts the file and reads behind its end, in some threads at once.
  [[noreturn]] void read_behind_the_end(ErrorForm form) const {
    const int out = ::open(out_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (out < 0 || ::dup2(out, STDOUT_FILENO) < 0) ::_exit(2);
    tell_bus_errors(form);
    const MappedFile mapped(file_);
    std::filesystem::resize_file(file_, 10);
    const auto read = [&mapped] {
      [[maybe_unused]] const volatile std::byte last = mapped.bytes().back();
    };
    std::thread other(read);
    read();
    other.join();
    ::_exit(0);
  }

  [[nodiscard]] std::string output() const {
    const auto bytes = read_file(out_);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "a \"pack\".pack";
  std::filesystem::path out_ = folder_.path() / "out";
};

TEST_F(CutShort, IsAnErrorThatNamesTheFile) {
  EXPECT_EXIT(read_behind_the_end(ErrorForm::kText), testing::ExitedWithCode(1),
              "^likeness: /.*a \"pack\".pack: was cut short .*\n$");
  EXPECT_EQ(output(), "");
}

TEST_F(CutShort, IsADocumentForAProgram) {
  EXPECT_EXIT(read_behind_the_end(ErrorForm::kJson), testing::ExitedWithCode(1), "was cut short");
  const Json document = parse_json(output(), "stdout");
  EXPECT_EQ(document.at("error").at("kind").text(), "corrupt");
  EXPECT_NE(document.at("error").at("message").text().find(file_.string()), std::string::npos);
}

// Not every SIGBUS is a file's.
TEST_F(CutShort, ASignalFromElsewhereEndsTheProgramAsEver) {
  EXPECT_EXIT(
      {
        tell_bus_errors(ErrorForm::kText);
        ::raise(SIGBUS);
      },
      testing::KilledBySignal(SIGBUS), "^$");
}

}  // namespace
}  // namespace likeness
