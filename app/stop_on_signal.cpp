#include "app/stop_on_signal.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <string>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

// A handler may write to a descriptor, but not ask a stop source: a thread that reads does.
std::atomic<int> signals{-1};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler must not wait for a lock");

constexpr std::uint64_t kSignal = 1;
constexpr std::uint64_t kEnd = std::uint64_t{1} << 32U;

void wake(std::uint64_t value) {
  const int before = errno;
  [[maybe_unused]] const auto written = ::write(signals, &value, sizeof(value));
  errno = before;
}

void on_signal(int signal) {
  std::signal(signal, SIG_DFL);
  wake(kSignal);
}

}  // namespace

StopOnSignal::StopOnSignal() {
  signals = ::eventfd(0, EFD_CLOEXEC);
  if (signals < 0) {
    throw Error(Error::Kind::kUnavailable,
                "no event can be waited for: too many files are open: close other programs");
  }
  watcher_ = std::thread([this] {
    std::uint64_t value = 0;
    while (value < kEnd) {
      if (::read(signals, &value, sizeof(value)) != sizeof(value)) continue;
      if (value % kEnd != 0) source_.request_stop();
    }
  });
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

StopOnSignal::~StopOnSignal() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  wake(kEnd);
  watcher_.join();
  ::close(signals.exchange(-1));
}

}  // namespace likeness
