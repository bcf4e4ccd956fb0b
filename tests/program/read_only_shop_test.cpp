// A shop that one may only read, as a web server reads its owner's: every command that only reads
// works, and gives the owner's answers.
#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "tests/program/line_shop.hpp"

namespace likeness {
namespace {

namespace fs = std::filesystem;

constexpr auto kMayRead = fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read;
constexpr auto kMayEnter = fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;

class ReadOnlyShop : public LineShop {
 protected:
  ReadOnlyShop() {
    EXPECT_EQ(run({"cluster", "shop", "--clusters", "2"}).exit_code, 0);
    // Where anybody may run it and write: the build's folder may be its owner's alone.
    install(LIKENESS_PROGRAM, path("program/likeness"));
    const fs::path libraries = LIKENESS_LOADED_LIBRARIES;
    const auto beside = fs::relative(libraries, fs::path(LIKENESS_PROGRAM).parent_path());
    for (const auto& library : fs::directory_iterator(libraries)) {
      install(library.path(), path("program") / beside / library.path().filename());
    }
    fs::create_directory(path("out"));
    fs::permissions(path("out"), fs::perms::all);
    fs::permissions(path("."), kMayRead | kMayEnter | fs::perms::owner_write);
    for (const auto& entry : fs::recursive_directory_iterator(path("shop"))) {
      fs::permissions(entry.path(), entry.is_directory() ? kMayRead | kMayEnter : kMayRead);
    }
    fs::permissions(path("shop"), kMayRead | kMayEnter);
  }
  ~ReadOnlyShop() override {
    fs::permissions(path("shop"), fs::perms::owner_all);
    for (const auto& entry : fs::recursive_directory_iterator(path("shop"))) {
      if (entry.is_directory()) fs::permissions(entry.path(), fs::perms::owner_all);
    }
  }

  // The program, run by somebody else; by the owner where only root can be somebody else.
  [[nodiscard]] Outcome run_as_reader(const std::vector<std::string>& words) const {
    const auto open = [](const fs::path& file) {
      return ::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    };
    const int out = open(path("reader.out"));
    const int err = open(path("reader.err"));
    if (out < 0 || err < 0) throw std::system_error(errno, std::generic_category(), "reader");
    const pid_t child = ::fork();
    if (child == 0) {
      ::dup2(out, STDOUT_FILENO);
      ::dup2(err, STDERR_FILENO);
      if (!give_up_rights() || ::chdir(path(".").c_str()) != 0) ::_exit(99);
      std::vector<std::string> copies = words;
      copies.insert(copies.begin(), "program/likeness");
      std::vector<char*> arguments;
      arguments.reserve(copies.size() + 1);
      for (std::string& word : copies) arguments.push_back(word.data());
      arguments.push_back(nullptr);
      ::execv(arguments.front(), arguments.data());
      ::_exit(98);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(out);
    ::close(err);
    return {.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
            .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
            .out = read("reader.out"),
            .err = read("reader.err")};
  }

  [[nodiscard]] std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(path("shop"))) {
      names.insert(entry.path().string());
    }
    return names;
  }

 private:
  void install(const fs::path& file, const fs::path& to) const {
    fs::create_directories(to.parent_path());
    fs::copy_file(file, to);
    fs::permissions(to, kMayRead | kMayEnter);
    const fs::path outermost = path("program").parent_path();
    for (fs::path folder = to.parent_path(); folder != outermost; folder = folder.parent_path()) {
      fs::permissions(folder, kMayRead | kMayEnter | fs::perms::owner_write);
    }
  }
  static bool give_up_rights() {
    constexpr uid_t kNobody = 65534;
    if (::geteuid() != 0) return true;
    return ::setgroups(0, nullptr) == 0 && ::setresgid(kNobody, kNobody, kNobody) == 0 &&
           ::setresuid(kNobody, kNobody, kNobody) == 0;
  }
};

TEST_F(ReadOnlyShop, AnswersAsItAnswersItsOwner) {
  const auto before = files();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"info", "shop", "--json"},
        {"recommend", "shop", "--item", "0003", "--json"},
        {"recommend", "shop", "--item", "0003", "--by", "clusters", "--where", "colour=red"}}) {
    const Outcome reader = run_as_reader(words);
    EXPECT_EQ(reader.exit_code, 0) << words[0] << ": " << reader.err;
    EXPECT_EQ(reader.out, run(words).out) << words[0];
  }
  EXPECT_EQ(files(), before);
}

TEST_F(ReadOnlyShop, ServesEveryCommandThatOnlyReads) {
  const auto before = files();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"duplicates", "shop"},
        {"evaluate", "shop", "--by", "colour", "--models-only"},
        {"export", "shop", "out/latents.npy"},
        {"recommend", "shop", "--item", "0003", "--picture", "out/strip.png"},
        {"report", "shop", "-o", "out/report"}}) {
    const Outcome reader = run_as_reader(words);
    EXPECT_EQ(reader.exit_code, 0) << words[0] << ": " << reader.err;
  }
  const Outcome verify = run_as_reader({"verify", "shop", "--json"});
  // The test's model has latents and no file; nothing else is wrong.
  EXPECT_EQ(parse_json(verify.out, "stdout").at("problems").array().size(), 1U) << verify.out;
  EXPECT_TRUE(exists("out/latents.npy") && exists("out/report/index.html"));
  EXPECT_EQ(files(), before);
}

TEST_F(ReadOnlyShop, IsChangedByNobodyWhoMayOnlyRead) {
  const auto before = files();
  for (const std::vector<std::string>& words : {std::vector<std::string>{"remove", "shop", "0001"},
                                                {"pack", "shop", "pictures"},
                                                {"cluster", "shop"},
                                                {"report", "shop"}}) {
    const Outcome reader = run_as_reader(words);
    EXPECT_EQ(reader.exit_code, 1) << words[0];
    EXPECT_NE(reader.err.find("shop"), std::string::npos) << reader.err;
  }
  EXPECT_EQ(files(), before);
}

}  // namespace
}  // namespace likeness
