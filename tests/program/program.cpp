#include "tests/program/program.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "likeness/base/random.hpp"
#include "likeness/catalogue/jpeg.hpp"

namespace likeness {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

void check(int code) {
  if (code != 0) throw std::system_error(code, std::generic_category(), "starting likeness");
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// What the program finds open when it starts.
class Descriptors {
 public:
  Descriptors(const std::filesystem::path& input, const std::filesystem::path& output,
              const std::filesystem::path& errors, const std::filesystem::path& folder) {
    constexpr int kWrite = O_WRONLY | O_CREAT | O_TRUNC;
    check(posix_spawn_file_actions_init(&actions_));
    check(posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, input.c_str(), O_RDONLY, 0));
    check(posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, output.c_str(), kWrite, 0600));
    check(posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, errors.c_str(), kWrite, 0600));
    check(posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str()));
  }
  ~Descriptors() { posix_spawn_file_actions_destroy(&actions_); }
  Descriptors(const Descriptors&) = delete;
  Descriptors& operator=(const Descriptors&) = delete;
  Descriptors(Descriptors&&) = delete;
  Descriptors& operator=(Descriptors&&) = delete;

  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

}  // namespace

Running::Running(const std::vector<std::string>& words, const std::filesystem::path& folder,
                 const std::string& input, const std::vector<std::string>& environment)
    : folder_(folder.parent_path()) {
  static std::atomic<int> runs{0};
  name_ = folder.filename().string() + ".run" + std::to_string(++runs);
  write_text(file("in"), input);
  std::vector<std::string> copies = words;
  copies.insert(copies.begin(), LIKENESS_PROGRAM);
  const auto arguments = pointers_to(copies);
  std::vector<std::string> variables = environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  const Descriptors descriptors(file("in"), file("out"), file("err"), folder);
  check(posix_spawn(&process_, LIKENESS_PROGRAM, descriptors.get(), nullptr, arguments.data(),
                    pointers_to(variables).data()));
}

Running::~Running() {
  if (process_ > 0) {
    send(SIGKILL);
    ::waitpid(process_, &status_, 0);
  }
  for (const char* ending : {"in", "out", "err"}) std::filesystem::remove(file(ending));
}

std::filesystem::path Running::file(const char* ending) const {
  return folder_ / (name_ + "." + ending);
}

void Running::send(int signal) const {
  if (process_ > 0) ::kill(process_, signal);  // -1 would be every process there is
}

bool Running::ended() {
  if (process_ > 0 && ::wait4(process_, &status_, WNOHANG, &used_) == process_) process_ = -1;
  return process_ < 0;
}

Outcome Running::wait() {
  if (!ended()) {
    ::wait4(process_, &status_, 0, &used_);
    process_ = -1;
  }
  return {.exit_code = WIFEXITED(status_) ? WEXITSTATUS(status_) : -1,
          .signal = WIFSIGNALED(status_) ? WTERMSIG(status_) : 0,
          .out = text_of(file("out")),
          .err = text_of(file("err")),
          .peak_memory = static_cast<std::uint64_t>(used_.ru_maxrss) * 1024};
}

ProgramTest::ProgramTest()
    : folder_(std::filesystem::path(testing::TempDir()) /
              ("likeness_program_" + std::to_string(::getpid()))) {
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
}

ProgramTest::~ProgramTest() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Outcome ProgramTest::run(const std::vector<std::string>& words, const std::string& input) const {
  return Running(words, folder_, input).wait();
}

Json ProgramTest::run_json(std::vector<std::string> words) const {
  words.emplace_back("--json");
  const Outcome outcome = run(words);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return parse_json(outcome.out, "stdout of " + words.front());
}

Outcome ProgramTest::run_for(std::chrono::microseconds time, int signal,
                             const std::vector<std::string>& words) const {
  Running running(words, folder_, "");
  const auto end = std::chrono::steady_clock::now() + time;
  while (!running.ended() && std::chrono::steady_clock::now() < end) {
  }
  if (!running.ended()) running.send(signal);
  return running.wait();
}

std::chrono::microseconds ProgramTest::time_of(const std::vector<std::string>& words) const {
  const auto start = std::chrono::steady_clock::now();
  const Outcome outcome = run(words);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                               start);
}

std::string ProgramTest::complaint(int exit_code, const std::vector<std::string>& words) const {
  const Outcome outcome = run(words);
  EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err.rfind("likeness: ", 0), 0U) << outcome.err;
  EXPECT_EQ(outcome.err.find('\n'), outcome.err.size() - 1) << outcome.err;
  return outcome.err;
}

void ProgramTest::write(const std::string& name, const std::string& content) const {
  write_text(path(name), content);
}

std::string ProgramTest::read(const std::string& name) const { return text_of(path(name)); }

void ProgramTest::draw(const std::string& name, std::uint64_t seed, Size size) const {
  Image image{.size = size, .pixels = {}};
  Random random(seed);
  image.pixels.resize(3 * static_cast<std::size_t>(size.width) *
                      static_cast<std::size_t>(size.height));
  for (auto& level : image.pixels) level = static_cast<std::uint8_t>(random.below(256));
  const auto jpeg = encode_jpeg(image, 90);
  write(name, {reinterpret_cast<const char*>(jpeg.data()), jpeg.size()});
}

void ProgramTest::draw_pictures(int count) const {
  for (int i = 1; i <= count; ++i) {
    const std::string number = std::to_string(i);
    draw("pictures/" + std::string(4 - number.size(), '0') + number + ".jpg",
         static_cast<std::uint64_t>(i));
  }
}

}  // namespace likeness
