// What a caller hands to whatever takes time: how many threads it may use, whether it is to stop,
// and who is told how far it is.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>

#include "likeness/base/error.hpp"

namespace likeness {

// Who is told. Its steps come one after the other, each begun and ended by one thread.
class Status {
 public:
  Status() = default;
  virtual ~Status() = default;
  Status(const Status&) = delete;
  Status& operator=(const Status&) = delete;
  Status(Status&&) = delete;
  Status& operator=(Status&&) = delete;

  // A step of so many units; 0: nobody knows how many.
  virtual void begin(const std::string& doing, const std::string& unit, std::size_t total) = 0;
  // So many more are done. By any thread.
  virtual void advance(std::size_t units) = 0;
  virtual void end() = 0;
  // What a person may want to know now. By any thread.
  virtual void say(const Message& message) = 0;
};

struct Work {
  std::size_t threads = 1;
  std::stop_token stop{};
  Status* status = nullptr;  // none: nobody is told

  void say(const Message& message) const;
};

// Throws Error::kUnavailable if work was asked to stop: between two steps, when what is finished is
// safe.
void stop_if_asked(const std::stop_token& stop);

// A step of some work, from its making to its end.
class Progress {
 public:
  Progress(const Work& work, const std::string& doing, const std::string& unit, std::size_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  Progress(Progress&&) = delete;
  Progress& operator=(Progress&&) = delete;

  // By any thread.
  void advance(std::size_t units = 1);

 private:
  Status* status_;
};

}  // namespace likeness
