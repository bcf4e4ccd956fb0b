// Work that takes seconds, done by a thread of its own, so that the pool goes on answering.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace likeness {

class OneByOne {
 public:
  explicit OneByOne(std::size_t most_waiting);
  ~OneByOne();
  OneByOne(const OneByOne&) = delete;
  OneByOne& operator=(const OneByOne&) = delete;
  OneByOne(OneByOne&&) = delete;
  OneByOne& operator=(OneByOne&&) = delete;

  // False, and nothing comes of it, where so many wait already. The work must not throw.
  [[nodiscard]] bool add(std::function<void()> work);
  // Ends when what runs is done; what waits is dropped.
  void finish();

 private:
  void run(const std::stop_token& stop);

  const std::size_t most_waiting_;
  std::mutex mutex_;  // of the queue
  std::condition_variable_any came_;
  std::deque<std::function<void()>> queue_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace likeness
