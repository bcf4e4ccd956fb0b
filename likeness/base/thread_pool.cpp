#include "likeness/base/thread_pool.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace likeness {

ThreadPool::ThreadPool(std::size_t threads) {
  for (std::size_t i = 1; i < threads; ++i) {
    helpers_.emplace_back([this] { help(); });
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  begun_.notify_all();
  for (std::thread& helper : helpers_) helper.join();
}

// Calls the body without the lock as long as there is something left.
void ThreadPool::take(std::unique_lock<std::mutex>& lock, std::size_t worker) {
  while (next_ < count_) {
    const std::size_t i = next_++;
    const Work work = work_;
    ++running_;
    lock.unlock();
    std::exception_ptr exception;
    try {
      work.call(work.body, i, worker);
    } catch (...) {
      exception = std::current_exception();
    }
    lock.lock();
    --running_;
    if (!exception) continue;
    next_ = count_;
    if (!first_exception_) first_exception_ = exception;
  }
}

void ThreadPool::help() {
  std::unique_lock lock(mutex_);
  while (true) {
    begun_.wait(lock, [this] { return stopping_ || (next_ < count_ && joined_ < workers_); });
    if (stopping_) return;
    take(lock, joined_++);
    if (running_ == 0) ended_.notify_one();
  }
}

void ThreadPool::run_round(std::size_t count, const Work& work) {
  std::unique_lock lock(mutex_);
  assert(running_ == 0 && next_ == count_);
  work_ = work;
  next_ = 0;
  count_ = count;
  workers_ = std::min(count, threads());
  joined_ = 1;
  if (workers_ > 1) begun_.notify_all();
  take(lock, 0);
  ended_.wait(lock, [this] { return running_ == 0; });
  if (first_exception_) std::rethrow_exception(std::exchange(first_exception_, nullptr));
}

}  // namespace likeness
