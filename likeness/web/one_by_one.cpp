#include "likeness/web/one_by_one.hpp"

#include <utility>

namespace likeness {

OneByOne::OneByOne(std::size_t most_waiting)
    : most_waiting_(most_waiting), thread_([this](const std::stop_token& stop) { run(stop); }) {}

OneByOne::~OneByOne() { finish(); }

bool OneByOne::add(std::function<void()> work) {
  const std::scoped_lock lock(mutex_);
  if (queue_.size() >= most_waiting_) return false;
  queue_.push_back(std::move(work));
  came_.notify_one();
  return true;
}

void OneByOne::finish() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void OneByOne::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (came_.wait(lock, stop, [this] { return !queue_.empty(); }) && !stop.stop_requested()) {
    const auto work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
    lock.lock();
  }
}

}  // namespace likeness
