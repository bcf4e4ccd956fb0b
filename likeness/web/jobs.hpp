// Work of minutes beside the service's answers: one job after the other, with its progress, its
// history, and an end that can be asked for. What was asked for stands in SHOP/jobs.json, so that
// it is not forgotten when the service ends.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/web/job_verbs.hpp"

namespace likeness {

struct Job {
  enum class State : std::uint8_t { kWaiting, kRunning, kDone, kFailed, kStopped };

  std::uint64_t id = 0;
  std::string verb;
  Json options;
  State state = State::kWaiting;
  std::int64_t asked = 0;  // seconds since 1970; of what has not come yet, 0
  std::int64_t begun = 0;
  std::int64_t ended = 0;
  std::string doing = {};  // of the step at work: "epoch 3", in `unit`s, of which `total` are to do
  std::string unit = {};
  std::size_t done = 0;
  std::size_t total = 0;                   // 0: nobody knows
  std::vector<std::string> messages = {};  // the last ones
  std::string error = {};                  // why it failed
  Json outcome = {};
  bool is_to_end = false;  // somebody asked; else what stops it is the end of the service
  std::size_t tries = 0;   // begun by services of which none said that it ended

  [[nodiscard]] bool is_over() const noexcept {
    return state != State::kWaiting && state != State::kRunning;
  }
};

[[nodiscard]] Json to_json(const Job& job);

// For any number of threads.
class Jobs {
 public:
  // Jobs of a service that has ended: a training goes on, unless with it the service broke off
  // three times in a row; what had not begun begins, and the rest has failed. `changed` is called
  // when a job may have changed the shop. Where their file is damaged, the work is told that they
  // are forgotten.
  Jobs(ShopFiles files, const Work& work, std::function<void()> changed);
  ~Jobs();
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;
  Jobs(Jobs&&) = delete;
  Jobs& operator=(Jobs&&) = delete;

  // HttpProblem as of job_work(), 503 where many wait already; Error::kUnavailable if it cannot be
  // written down.
  Job add(const std::string& verb, const Json& options);
  // The newest first.
  [[nodiscard]] std::vector<Job> all() const;
  [[nodiscard]] std::optional<Job> find(std::uint64_t id) const;
  // Asks the job to end; HttpProblem 404 if there is none, 409 if it has ended; Error::kUnavailable
  // if that cannot be written down: it ends all the same.
  Job stop(std::uint64_t id);
  // That wait or run.
  [[nodiscard]] std::size_t open() const;
  // Ends the one that runs where it can go on later. Whether it has ended in time: if not it is at
  // work still, and written down as one to go on with.
  [[nodiscard]] bool finish(std::chrono::milliseconds patience);

 private:
  class Told;
  struct Entry {
    Job job;
    JobWork work;  // of one that waits
    std::stop_source stop = {};
  };

  void read(const Work& work);
  void take_over(Job job);
  [[nodiscard]] JobWork work_left_of(const Job& job) const;
  void write() const;
  void run(const std::stop_token& stop);
  void run_one(Entry& entry, const std::stop_token& stop);
  void settle(Entry& entry, const std::stop_token& stop, const std::function<Json()>& work);

  const ShopFiles files_;
  const std::size_t threads_;
  const std::function<void()> changed_;
  mutable std::mutex mutex_;  // of what follows
  std::condition_variable_any came_;
  std::deque<Entry> entries_;  // the oldest first
  std::uint64_t next_ = 1;
  bool at_work_ = true;  // the thread, of which `ended_` tells
  std::condition_variable ended_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace likeness
