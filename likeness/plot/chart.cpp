#include "likeness/plot/chart.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <system_error>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/printable.hpp"
#include "likeness/plot/svg_text.hpp"

namespace likeness {
namespace {

constexpr const char* kProgram = "gnuplot";

// Of our own: no name of a user's is ever a file's.
constexpr const char* kScript = "chart.gnuplot";
constexpr const char* kPng = "chart.png";
constexpr const char* kSvg = "chart.svg";
constexpr const char* kMessages = "messages";

constexpr std::size_t kMostBytes = 64U << 20U;  // of a chart, and of what gnuplot has to say

// What all charts share: axes at the left and below, quiet lines behind the data.
constexpr const char* kStyle = R"-(reset
set encoding utf8
set datafile missing 'NaN'
set border 3 linecolor rgb '#555555'
set tics nomirror out scale 0.6 textcolor rgb '#333333'
set grid linetype 1 linewidth 0.6 linecolor rgb '#dddddd'
)-";

[[noreturn]] void fail(const std::string& message) {
  throw Error(Error::Kind::kUnavailable, message);
}

class WorkFolder {
 public:
  WorkFolder() {
    std::error_code none;
    std::string name =
        (std::filesystem::temp_directory_path(none) / "likeness-chart-XXXXXX").string();
    if (none || ::mkdtemp(name.data()) == nullptr) {
      fail("charts: no temporary folder can be made in " + name.substr(0, name.rfind('/')) +
           ": give TMPDIR a folder that can be written");
    }
    path_ = name;
  }
  ~WorkFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  WorkFolder(WorkFolder&&) = delete;
  WorkFolder& operator=(WorkFolder&&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// How the child is started: in the folder, without input, its words in a file, and with the
// signals that a shell would have given it.
class Start {
 public:
  explicit Start(const std::filesystem::path& folder) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, kMessages,
                                     O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&actions_, STDOUT_FILENO, STDERR_FILENO);
    posix_spawnattr_init(&attributes_);
    sigset_t defaults;
    sigemptyset(&defaults);
    for (const int signal : {SIGINT, SIGTERM, SIGPIPE}) sigaddset(&defaults, signal);
    posix_spawnattr_setsigdefault(&attributes_, &defaults);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }
  ~Start() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  Start(const Start&) = delete;
  Start& operator=(const Start&) = delete;
  Start(Start&&) = delete;
  Start& operator=(Start&&) = delete;

  // The error's number, 0 for none.
  [[nodiscard]] int spawn(::pid_t& child) const {
    std::string program = kProgram;
    std::string defaults = "--default-settings";  // not what somebody's .gnuplot says
    std::string script = kScript;
    const std::array<char*, 4> words = {program.data(), defaults.data(), script.data(), nullptr};
    return ::posix_spawnp(&child, program.c_str(), &actions_, &attributes_, words.data(),
                          ::environ);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

std::string text_of(const std::filesystem::path& path) {
  const auto bytes = read_file(path, kMostBytes);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// gnuplot shows the line, a mark below it, and what is wrong, after empty lines.
std::string last_line(const std::string& messages) {
  const auto end = messages.find_last_not_of(" \r\n\t");
  if (end == std::string::npos) return "without a word";
  const auto before = messages.rfind('\n', end);
  const auto begin = before == std::string::npos ? 0 : before + 1;
  return shorten(messages.substr(begin, end + 1 - begin), 200);
}

void run_gnuplot(const std::filesystem::path& folder) {
  ::pid_t child = 0;
  const int code = Start(folder).spawn(child);
  if (code == ENOENT) {
    fail("gnuplot: is not installed, so no charts can be drawn: install Debian's gnuplot-nox");
  }
  if (code != 0) fail("gnuplot: cannot be started: " + std::generic_category().message(code));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail("gnuplot: " + std::generic_category().message(errno));
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  fail("gnuplot: cannot draw: " + last_line(text_of(folder / kMessages)) +
       ": is its version older than 5.2?");
}

std::string whole_script(const ChartScript& script) {
  const auto [width, height] = script.size;
  std::string text;
  // Twice as many pixels as units, so that it can be printed.
  text += fmt::format(
      "set terminal pngcairo noenhanced size {},{} font 'sans-serif,11' fontscale 2 linewidth 2 "
      "pointscale 2 background rgb '#ffffff'\nset output '{}'\n",
      2 * width, 2 * height, kPng);
  text += kStyle + script.commands;
  text += fmt::format(
      "set output\nset terminal svg noenhanced size {},{} font 'sans-serif,13' "
      "background rgb '#ffffff'\nset output '{}'\n",
      width, height, kSvg);
  text += kStyle + script.commands;
  return text + "set output\n";
}

std::string doubled(const std::string& text, char byte) {
  std::string result;
  for (const char each : text) result += each == byte ? std::string(2, each) : std::string(1, each);
  return result;
}

}  // namespace

Chart draw_chart(const ChartScript& script) {
  const WorkFolder folder;
  write_file(folder.path() / kScript, std::string_view(whole_script(script)));
  run_gnuplot(folder.path());
  try {
    return {.png = read_file(folder.path() / kPng, kMostBytes),
            .svg = text_of(folder.path() / kSvg)};
  } catch (const Error& error) {
    fail(std::string("gnuplot: has drawn nothing: ") + error.what());
  }
}

std::optional<std::filesystem::path> find_gnuplot() {
  const char* const path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody changes it
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::filesystem::path file = std::filesystem::path(folder) / kProgram;
    if (::access(file.c_str(), X_OK) == 0) return file;
  }
  return std::nullopt;
}

std::string gnuplot_text(std::string_view text) {
  return "'" + doubled(printable(text), '\'') + "'";
}

std::string gnuplot_label(std::string_view text) { return doubled(gnuplot_text(text), '%'); }

}  // namespace likeness
