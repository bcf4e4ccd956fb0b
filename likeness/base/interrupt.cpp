#include "likeness/base/interrupt.hpp"

#include <atomic>
#include <csignal>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

std::atomic<bool> interrupt_seen{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler must not wait for a lock");

void note_interrupt(int signal) {
  interrupt_seen = true;
  std::signal(signal, SIG_DFL);
}

}  // namespace

void catch_interrupts() noexcept {
  std::signal(SIGINT, note_interrupt);
  std::signal(SIGTERM, note_interrupt);
}

bool interrupted() noexcept { return interrupt_seen; }

void stop_if_interrupted() {
  if (interrupted()) {
    throw Error(Error::Kind::kUnavailable,
                "interrupted: nothing that was finished is lost; run the same command again");
  }
}

}  // namespace likeness
