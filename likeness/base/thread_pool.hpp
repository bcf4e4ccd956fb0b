// Threads that sleep until there is something to do: for work that comes in many short rounds, such
// as the steps of a training. (parallel_for() starts threads for one round.)
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace likeness {

class ThreadPool {
 public:
  // The caller's thread is one of them; at least one.
  explicit ThreadPool(std::size_t threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ThreadPool(ThreadPool&&) = delete;
  ThreadPool& operator=(ThreadPool&&) = delete;

  [[nodiscard]] std::size_t threads() const noexcept { return helpers_.size() + 1; }

  // Calls body(i, worker) once for each i in [0, count), as threads get free, in no promised order;
  // worker is below threads() and count, no two calls at a time have the same, and 0 is the caller.
  // The first exception stops the handing out and is thrown again here. One round at a time.
  // Allocates nothing.
  template <typename Body>
  void run(std::size_t count, const Body& body) {
    run_round(count,
              {.body = &body, .call = [](const void* self, std::size_t i, std::size_t worker) {
                 (*static_cast<const Body*>(self))(i, worker);
               }});
  }

 private:
  struct Work {
    const void* body = nullptr;
    void (*call)(const void* body, std::size_t i, std::size_t worker) = nullptr;
  };

  void run_round(std::size_t count, const Work& work);
  void help();
  void take(std::unique_lock<std::mutex>& lock, std::size_t worker);

  std::mutex mutex_;
  std::condition_variable begun_;
  std::condition_variable ended_;
  Work work_;
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  std::size_t workers_ = 0;  // of the round at most
  std::size_t joined_ = 0;
  std::size_t running_ = 0;  // calls that have not returned
  bool stopping_ = false;
  std::exception_ptr first_exception_;
  std::vector<std::thread> helpers_;  // last: they use all of the above
};

}  // namespace likeness
