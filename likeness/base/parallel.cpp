#include "likeness/base/parallel.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "likeness/base/cpu_quota.hpp"
#include "likeness/base/started_together.hpp"

namespace likeness {
namespace {

std::size_t allowed_processors() noexcept {
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) == 0) {
    return static_cast<std::size_t>(std::max(1, CPU_COUNT(&allowed)));
  }
  return std::max(1U, std::thread::hardware_concurrency());
}

std::size_t quota_of_this_process() noexcept {
  // Read once: defaults of options ask for it again and again, and it takes several files.
  static const std::size_t quota = [] {
    try {
      return cpu_quota().value_or(SIZE_MAX);
    } catch (const std::exception&) {
      return SIZE_MAX;  // what cannot be read sets no limit
    }
  }();
  return quota;
}

}  // namespace

std::size_t available_threads() noexcept {
  const std::size_t allowed = std::min(allowed_processors(), quota_of_this_process());
  const std::size_t sharing = started_together().on_this_machine;
  if (sharing == 1) return allowed;
  // What this one is allowed may be its own already, as mpirun binds processes to processors, or
  // the others' as well.
  const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
  const std::size_t all = online < 1 ? allowed : static_cast<std::size_t>(online);
  const std::size_t part = std::min(all, quota_of_this_process()) / sharing;
  return std::min(allowed, std::max<std::size_t>(1, part));
}

void parallel_for(std::size_t count, std::size_t threads,
                  const std::function<void(std::size_t)>& body) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr first_exception;

  const auto work = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) body(i);
    } catch (...) {
      const std::scoped_lock lock(mutex);
      if (!first_exception) first_exception = std::current_exception();
      next = count;
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < std::min(threads, count); ++i) helpers.emplace_back(work);
    work();
  }
  if (first_exception) std::rethrow_exception(first_exception);
}

}  // namespace likeness
