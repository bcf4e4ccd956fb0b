// Only what a signal's handler may call is called in one: no memory is taken, no lock, no stream.
// The file's name comes from /proc/self/maps, so that whoever maps a file need not tell us.
#include "app/bus_error.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace likeness {
namespace {

constexpr std::size_t kMostName = 4096;
constexpr int kFailed = 1;

volatile std::sig_atomic_t wants_json = 0;

// Text without memory of its own; what does not fit is left out.
class Line {
 public:
  void add(char letter) noexcept {
    if (size_ < letters_.size()) letters_[size_++] = letter;
  }
  void add(std::string_view text) noexcept {
    for (const char letter : text) add(letter);
  }
  void clear() noexcept { size_ = 0; }
  [[nodiscard]] std::string_view text() const noexcept { return {letters_.data(), size_}; }
  void write_to(int descriptor) const noexcept {
    [[maybe_unused]] const auto written = ::write(descriptor, letters_.data(), size_);
  }

 private:
  std::array<char, 2 * kMostName> letters_{};
  std::size_t size_ = 0;
};

// Reads a hexadecimal number and takes it off the text's beginning.
std::uintptr_t take_number(std::string_view& text) noexcept {
  std::uintptr_t number = 0;
  while (!text.empty()) {
    const char letter = text.front();
    const bool digit = letter >= '0' && letter <= '9';
    if (!digit && (letter < 'a' || letter > 'f')) break;
    number = 16 * number + static_cast<std::uintptr_t>(digit ? letter - '0' : letter - 'a' + 10);
    text.remove_prefix(1);
  }
  return number;
}

// A line of /proc/self/maps is "begin-end rights offset device inode   name". Empty if it is not
// the address's, or no file's.
std::string_view file_of(std::string_view line, std::uintptr_t address) noexcept {
  std::string_view range = line;
  const std::uintptr_t begin = take_number(range);
  if (range.empty() || range.front() != '-') return {};
  range.remove_prefix(1);
  if (address < begin || address >= take_number(range)) return {};
  const auto name = line.find('/');
  return name == std::string_view::npos ? std::string_view() : line.substr(name);
}

// Puts the name of the file that is mapped at the address into `name`.
bool find_file(std::uintptr_t address, Line& name) noexcept {
  static constinit std::array<char, 1U << 16U> block{};  // a signal's stack may be small
  static constinit Line line;
  const int maps = ::open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (maps < 0) return false;
  while (true) {
    const auto size = ::read(maps, block.data(), block.size());
    if (size <= 0) break;
    for (const char letter : std::string_view(block.data(), static_cast<std::size_t>(size))) {
      if (letter != '\n') {
        line.add(letter);
        continue;
      }
      const std::string_view found = file_of(line.text(), address);
      name.add(found);
      line.clear();
      if (!found.empty()) return true;
    }
  }
  return false;
}

constexpr std::string_view kReason =
    ": was cut short or cannot be read from the disk: restore it from a backup, or make it again";

void tell(std::string_view file) noexcept {
  static constinit Line line;
  line.add("likeness: ");
  for (const char letter : file) line.add(static_cast<unsigned char>(letter) < 0x20 ? ' ' : letter);
  line.add(kReason);
  line.add('\n');
  line.write_to(STDERR_FILENO);
  if (wants_json == 0) return;
  line.clear();
  line.add(R"({"error":{"kind":"corrupt","message":")");
  for (const char letter : file) {
    if (letter == '"' || letter == '\\') line.add('\\');
    line.add(static_cast<unsigned char>(letter) < 0x20 ? ' ' : letter);
  }
  line.add(kReason);
  line.add("\"}}\n");
  line.write_to(STDOUT_FILENO);
}

void on_bus_error(int signal, siginfo_t* info, void* /*context*/) noexcept {
  static std::atomic_flag told;
  while (told.test_and_set()) ::pause();  // another thread is telling it, and then ends them all
  static constinit Line file;
  if (info->si_code == BUS_ADRERR &&
      find_file(reinterpret_cast<std::uintptr_t>(info->si_addr), file)) {
    tell(file.text());
    ::_exit(kFailed);
  }
  std::signal(signal, SIG_DFL);  // not by a file: it ends the program as it would without us
  ::raise(signal);
}

}  // namespace

void tell_bus_errors(ErrorForm form) noexcept {
  wants_json = form == ErrorForm::kJson ? 1 : 0;
  struct sigaction action{};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGBUS, &action, nullptr);
}

}  // namespace likeness
