#include "likeness/web/jobs.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <ctime>
#include <exception>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/work.hpp"
#include "likeness/web/call.hpp"
#include "likeness/web/http.hpp"

namespace likeness {
namespace {

constexpr const char* kFormat = "likeness jobs 1";
constexpr std::size_t kMostBytes = 16UL << 20U;  // of the file
constexpr std::size_t kMostKept = 100;
constexpr std::size_t kMostWaiting = 16;
constexpr std::size_t kMostMessages = 20;
constexpr std::size_t kMostTries = 3;

constexpr std::array<std::string_view, 5> kStates{"waiting", "running", "done", "failed",
                                                  "stopped"};

std::int64_t now() { return static_cast<std::int64_t>(std::time(nullptr)); }

Json time_text(std::int64_t seconds) {
  if (seconds == 0) return {};
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

// For the file: what is needed to make the job again.
Json record_of(const Job& job) {
  return Json::Object{{"id", job.id},           {"verb", job.verb},
                      {"options", job.options}, {"state", static_cast<int>(job.state)},
                      {"asked", job.asked},     {"begun", job.begun},
                      {"ended", job.ended},     {"error", job.error},
                      {"outcome", job.outcome}, {"is_to_end", Json(job.is_to_end)},
                      {"tries", job.tries}};
}

Job job_from(const Json& record) {
  const auto number = [&](const char* name, std::int64_t most) {
    const std::int64_t value = record.at(name).integer();
    if (value < 0 || value > most) throw Error(Error::Kind::kCorrupt, "has a wrong number");
    return value;
  };
  constexpr std::int64_t kMost = std::int64_t{1} << 40U;
  const bool is_newer = record.find("tries") != nullptr;  // than what knew neither of the last two
  return {.id = static_cast<std::uint64_t>(number("id", kMost)),
          .verb = record.at("verb").text(),
          .options = record.at("options"),
          .state = static_cast<Job::State>(number("state", kStates.size() - 1)),
          .asked = number("asked", kMost),
          .begun = number("begun", kMost),
          .ended = number("ended", kMost),
          .error = record.at("error").text(),
          .outcome = record.at("outcome"),
          .is_to_end = is_newer && record.at("is_to_end").boolean(),
          .tries = is_newer ? static_cast<std::size_t>(number("tries", kMost)) : 0};
}

// Whoever writes an item holds the shop for a moment.
Json done_with_patience(const std::function<Json()>& work, const std::stop_token& stop) {
  constexpr std::chrono::seconds kPatience{10};
  constexpr std::chrono::milliseconds kPause{50};
  const auto last = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    try {
      return work();
    } catch (const Error& error) {
      const bool is_busy = error.kind() == Error::Kind::kUnavailable && !stop.stop_requested();
      if (!is_busy || std::chrono::steady_clock::now() >= last) throw;
    }
    std::this_thread::sleep_for(kPause);
  }
}

// With the service that did it.
std::string why_over(const Job& job) {
  if (job.is_to_end) return "it was to end, and the service ended first";
  if (job.tries < kMostTries) return "the service ended while it ran: ask for it again";
  return fmt::format("the service broke off {} times in a row while it ran", job.tries);
}

// Answers come first: of this thread, and of those that it will make.
void come_after_others() {
  const sched_param none{};
  (void)::sched_setscheduler(0, SCHED_IDLE, &none);
}

// Where a thread that comes after others has to end it may not come for minutes, if they take all
// of the machine: all of them come like others from now on, where that is allowed (RLIMIT_NICE).
void come_like_others() {
  std::error_code wrong;
  std::filesystem::directory_iterator task("/proc/self/task", wrong);
  for (; !wrong && task != std::filesystem::directory_iterator(); task.increment(wrong)) {
    const std::string name = task->path().filename().string();
    pid_t thread = 0;
    std::from_chars(name.data(), name.data() + name.size(), thread);
    const sched_param none{};
    if (::sched_getscheduler(thread) == SCHED_IDLE) {
      (void)::sched_setscheduler(thread, SCHED_OTHER, &none);
    }
  }
}

// None: nullptr.
template <typename Entries>
auto* entry_of(Entries& entries, std::uint64_t id) {
  const auto found =
      std::ranges::find_if(entries, [&](const auto& entry) { return entry.job.id == id; });
  return found == entries.end() ? nullptr : &*found;
}

[[noreturn]] void refuse_unknown(std::uint64_t id) {
  throw HttpProblem{
      .status = 404, .kind = "not found", .message = fmt::format("there is no job {}", id)};
}

}  // namespace

Json to_json(const Job& job) {
  Json::Array messages;
  for (const std::string& message : job.messages) messages.emplace_back(message);
  Json progress;
  if (!job.doing.empty()) {
    progress = Json::Object{{"doing", job.doing},
                            {"unit", job.unit},
                            {"done", job.done},
                            {"total", job.total == 0 ? Json() : Json(job.total)}};
  }
  return Json::Object{{"id", job.id},
                      {"verb", job.verb},
                      {"options", job.options},
                      {"state", kStates[static_cast<std::size_t>(job.state)]},
                      {"asked", time_text(job.asked)},
                      {"begun", time_text(job.begun)},
                      {"ended", time_text(job.ended)},
                      {"progress", std::move(progress)},
                      {"messages", std::move(messages)},
                      {"error", job.error.empty() ? Json() : Json(job.error)},
                      {"outcome", job.outcome}};
}

// Writes what a job tells into it.
class Jobs::Told final : public Status {
 public:
  Told(std::mutex& mutex, Job& job) : mutex_(mutex), job_(job) {}

  void begin(const std::string& doing, const std::string& unit, std::size_t total) override {
    const std::scoped_lock lock(mutex_);
    job_.doing = doing;
    job_.unit = unit;
    job_.done = 0;
    job_.total = total;
  }
  void advance(std::size_t units) override {
    const std::scoped_lock lock(mutex_);
    job_.done += units;
  }
  void end() override {
    const std::scoped_lock lock(mutex_);
    job_.doing.clear();
  }
  void say(const Message& message) override {
    const std::scoped_lock lock(mutex_);
    job_.messages.push_back(line_of(message));
    if (job_.messages.size() > kMostMessages) job_.messages.erase(job_.messages.begin());
  }

 private:
  std::mutex& mutex_;
  Job& job_;
};

Jobs::Jobs(ShopFiles files, const Work& work, std::function<void()> changed)
    : files_(std::move(files)), threads_(work.threads), changed_(std::move(changed)) {
  read(work);
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Jobs::~Jobs() = default;  // the thread is stopped and waited for

bool Jobs::finish(std::chrono::milliseconds patience) {
  thread_.request_stop();
  come_like_others();
  std::unique_lock lock(mutex_);
  if (ended_.wait_for(lock, patience, [this] { return !at_work_; })) return true;
  for (Entry& entry : entries_) {  // nothing has gone wrong with it
    if (entry.job.state == Job::State::kRunning) entry.job.tries = 0;
  }
  try {
    write();
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): it goes on all the same
  }
  return false;
}

// Their history is not worth a service that does not start.
void Jobs::read(const Work& work) {
  if (!std::filesystem::exists(files_.jobs())) return;
  std::vector<Job> jobs;
  try {
    const auto bytes = read_file(files_.jobs(), kMostBytes);
    const Json file = parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                                 files_.jobs().string());
    if (file.at("format").text() != kFormat) throw Error(Error::Kind::kCorrupt, "of another kind");
    for (const Json& record : file.at("jobs").array()) jobs.push_back(job_from(record));
  } catch (const Error& error) {
    return work.say(files_.jobs().string() + ": is damaged (" + error.what() +
                    "): what the service was asked to do is forgotten");
  }
  for (Job& job : jobs) take_over(std::move(job));
}

void Jobs::take_over(Job job) {
  next_ = std::max(next_, job.id + 1);
  JobWork work = work_left_of(job);
  if (work) {
    job.state = Job::State::kWaiting;
  } else if (!job.is_over()) {
    job.state = job.is_to_end ? Job::State::kStopped : Job::State::kFailed;
    job.error = why_over(job);
    job.ended = now();
  }
  entries_.push_back({.job = std::move(job), .work = std::move(work)});
}

JobWork Jobs::work_left_of(const Job& job) const {
  try {
    if (job.state == Job::State::kWaiting) return job_work(files_, job.verb, job.options);
    const bool goes_on =
        job.state == Job::State::kRunning && !job.is_to_end && job.tries < kMostTries;
    if (goes_on) return work_to_go_on(files_, job.verb, job.options);
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): it is no work any more
  } catch (const HttpProblem&) {     // NOLINT(bugprone-empty-catch): the same
  }
  return nullptr;
}

// With the mutex held.
void Jobs::write() const {
  Json::Array records;
  for (const Entry& entry : entries_) records.push_back(record_of(entry.job));
  write_file(files_.jobs(),
             Json(Json::Object{{"format", kFormat}, {"jobs", std::move(records)}}).dump() + "\n");
}

Job Jobs::add(const std::string& verb, const Json& options) {
  JobWork work = job_work(files_, verb, options);
  const std::scoped_lock lock(mutex_);
  const auto waiting = std::ranges::count_if(
      entries_, [](const Entry& entry) { return entry.job.state == Job::State::kWaiting; });
  if (static_cast<std::size_t>(waiting) >= kMostWaiting) {
    throw HttpProblem{.status = 503,
                      .kind = "busy",
                      .message = "many jobs wait already: come again later",
                      .headers = {{"Retry-After", "60"}}};
  }
  Entry& entry = entries_.emplace_back();
  entry.job = {.id = next_, .verb = verb, .options = options, .asked = now()};
  entry.work = std::move(work);
  try {
    write();
  } catch (...) {
    entries_.pop_back();
    throw;
  }
  ++next_;
  while (entries_.size() > kMostKept && entries_.front().job.is_over()) entries_.pop_front();
  came_.notify_one();
  return entries_.back().job;
}

std::vector<Job> Jobs::all() const {
  const std::scoped_lock lock(mutex_);
  std::vector<Job> jobs;
  jobs.reserve(entries_.size());
  for (const Entry& entry : entries_) jobs.push_back(entry.job);
  std::ranges::reverse(jobs);
  return jobs;
}

std::optional<Job> Jobs::find(std::uint64_t id) const {
  const std::scoped_lock lock(mutex_);
  const auto* entry = entry_of(entries_, id);
  return entry == nullptr ? std::nullopt : std::optional(entry->job);
}

std::size_t Jobs::open() const {
  const std::scoped_lock lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(entries_, [](const Entry& entry) { return !entry.job.is_over(); }));
}

Job Jobs::stop(std::uint64_t id) {
  const std::scoped_lock lock(mutex_);
  Entry* entry = entry_of(entries_, id);
  if (entry == nullptr) refuse_unknown(id);
  if (entry->job.is_over()) {
    throw HttpProblem{
        .status = 409, .kind = "conflict", .message = fmt::format("job {} has ended already", id)};
  }
  entry->job.is_to_end = true;
  entry->stop.request_stop();
  if (entry->job.state == Job::State::kWaiting) {
    entry->job.state = Job::State::kStopped;
    entry->job.ended = now();
  }
  write();
  return entry->job;
}

void Jobs::run(const std::stop_token& stop) {
  come_after_others();
  std::unique_lock lock(mutex_);
  const auto waits = [](const Entry& entry) { return entry.job.state == Job::State::kWaiting; };
  while (came_.wait(lock, stop, [&] { return std::ranges::any_of(entries_, waits); }) &&
         !stop.stop_requested()) {
    Entry& entry = *std::ranges::find_if(entries_, waits);  // a deque: it stays where it is
    lock.unlock();
    run_one(entry, stop);
    lock.lock();
  }
  at_work_ = false;
  ended_.notify_all();
}

void Jobs::run_one(Entry& entry, const std::stop_token& stop) {
  Told told(mutex_, entry.job);
  const std::stop_callback ending(stop, [&] { entry.stop.request_stop(); });
  {
    const std::scoped_lock lock(mutex_);
    entry.job.state = Job::State::kRunning;
    entry.job.begun = now();
    ++entry.job.tries;
  }
  settle(entry, stop, [&] {
    {
      const std::scoped_lock lock(mutex_);
      write();
    }
    return entry.work({.threads = threads_, .stop = entry.stop.get_token(), .status = &told});
  });
}

// What has become of it.
void Jobs::settle(Entry& entry, const std::stop_token& stop, const std::function<Json()>& work) {
  Job::State state = Job::State::kDone;
  Json outcome;
  std::string error;
  try {
    outcome = done_with_patience(work, entry.stop.get_token());
  } catch (const Error& failure) {
    state = entry.stop.stop_requested() ? Job::State::kStopped : Job::State::kFailed;
    error = line_of(failure.message());
  } catch (const std::exception& failure) {
    state = Job::State::kFailed;
    error = std::string("a mistake in likeness itself, please report it: ") + failure.what();
  }
  changed_();  // before it is said to be done: whoever hears that sees what it did
  const std::scoped_lock lock(mutex_);
  entry.job.tries = 0;
  // One that ended with the service stands in the file as running.
  const bool ended_with_service =
      stop.stop_requested() && state == Job::State::kStopped && !entry.job.is_to_end;
  if (!ended_with_service) {
    entry.job.state = state;
    entry.job.outcome = std::move(outcome);
    entry.job.error = std::move(error);
    entry.job.ended = now();
    entry.job.doing.clear();
    entry.work = nullptr;
  }
  try {
    write();
  } catch (const Error& failure) {
    entry.job.messages.push_back(line_of(failure.message()));
  }
}

}  // namespace likeness
