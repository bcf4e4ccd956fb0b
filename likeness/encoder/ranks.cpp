#include "likeness/encoder/ranks.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <climits>
#include <thread>
#include <utility>

#include "likeness/base/started_together.hpp"
#include "likeness/encoder/open_mpi.hpp"

namespace likeness {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int kGaveUp = 1;                    // the tag of what a rank that gives up says last
constexpr std::size_t kLongestReason = 4096;  // bytes of it
// One who waits looks again and again for so long, for the others are about as fast; then he looks
// now and then, after a twentieth of what he has waited, and leaves the processor to whoever has
// something to do.
constexpr auto kLookFor = 200us;
constexpr auto kBetweenLooks = 50us;  // at least
constexpr Clock::duration kLongestSleep = 1ms;
// mpirun tells all ranks to end when one has, and kills them a second later. So long the first one
// waits for ranks that may only be busy.
constexpr auto kWaitForOthers = 400ms;
constexpr auto kLastWordsTake = 2s;                         // at most
constexpr std::size_t kMostAtOnce = std::size_t{1} << 30U;  // bytes: MPI counts them in an int

int as_int(std::size_t bytes) {
  if (bytes > INT_MAX) {
    throw Error(Error::Kind::kInput,
                "training by several processes: too much to send at once: "
                "train a smaller network or on a smaller sample");
  }
  return static_cast<int>(bytes);
}

// The sizes of parts, then where each begins.
void add_layout(const std::vector<std::size_t>& sizes, std::vector<int>* layout) {
  for (const std::size_t size : sizes) layout->push_back(as_int(size));
  std::size_t begin = 0;
  for (const std::size_t size : sizes) {
    layout->push_back(as_int(begin));
    begin += size;
  }
}

void check(int code) {
  if (code == MPI_SUCCESS) return;
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  mpi().Error_string(code, text.data(), &length);
  throw RankEnded(Error::Kind::kUnavailable,
                  "another rank cannot be reached: " +
                      std::string(text.data(), static_cast<std::size_t>(std::max(length, 0))));
}

}  // namespace

std::string open_mpi_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  check(mpi().Get_library_version(text.data(), &length));
  // "Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4, ..."
  std::string version(text.data(), static_cast<std::size_t>(std::max(length, 0)));
  version.resize(std::min(version.find(','), version.size()));
  const std::size_t number = version.find(" v");
  return number == std::string::npos ? version : version.substr(number + 2);
}

struct Ranks::Meeting {
  std::stop_token stop;
  bool is_first = true;
  MPI_Comm all = mpi().world;

  // Whether another rank has given up.
  [[nodiscard]] static bool one_gave_up(MPI_Status* status) {
    int there = 0;
    check(mpi().Iprobe(MPI_ANY_SOURCE, kGaveUp, mpi().world, &there, status));
    return there != 0;
  }

  // What it has said before.
  [[noreturn]] static void throw_what_it_said(MPI_Status status) {
    int size = 0;
    check(mpi().Get_count(&status, mpi().byte, &size));
    std::string why(static_cast<std::size_t>(std::clamp(size, 0, int{kLongestReason})), '\0');
    check(mpi().Recv(why.data(), static_cast<int>(why.size()), mpi().byte, status.MPI_SOURCE,
                     kGaveUp, mpi().world, MPI_STATUS_IGNORE));
    throw RankEnded(Error::Kind::kUnavailable,
                    "rank " + std::to_string(status.MPI_SOURCE) + ": " + why);
  }

  void wait(const std::function<bool()>& has_ended) const {
    const auto begun = Clock::now();
    Clock::time_point told;
    while (!has_ended()) {
      const auto now = Clock::now();
      if (now - begun < kLookFor) {
        std::this_thread::yield();
        continue;
      }
      // It may have given up because of what is waited for, when that has ended here, too.
      MPI_Status status{};
      if (is_first && one_gave_up(&status)) {
        if (has_ended()) return;
        throw_what_it_said(status);
      }
      if (told == Clock::time_point() && stop.stop_requested()) told = now;
      if (is_first && told != Clock::time_point() && now - told > kWaitForOthers) {
        throw RankEnded(Error::Kind::kUnavailable, "another rank has ended");
      }
      std::this_thread::sleep_for(
          std::clamp<Clock::duration>((now - begun) / 20, kBetweenLooks, kLongestSleep));
    }
  }

  // Until a call has ended that was begun.
  void wait(MPI_Request request) const {
    wait([&request] { return has_ended(&request); });
  }

  [[nodiscard]] static bool has_ended(MPI_Request* request) {
    int ended = 0;
    check(mpi().Test(request, &ended, MPI_STATUS_IGNORE));
    return ended != 0;
  }
};

Ranks Ranks::join(const std::stop_token& stop) {
  Ranks ranks;
  if (started_together().count < 2) return ranks;
  int threads = MPI_THREAD_SINGLE;
  check(mpi().Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &threads));
  check(mpi().Comm_set_errhandler(mpi().world, mpi().errors_return));
  int rank = 0;
  int count = 1;
  check(mpi().Comm_rank(mpi().world, &rank));
  check(mpi().Comm_size(mpi().world, &count));
  ranks.rank_ = static_cast<std::size_t>(rank);
  ranks.count_ = static_cast<std::size_t>(count);
  ranks.meeting_ = std::make_shared<Meeting>(Meeting{.stop = stop, .is_first = rank == 0});
  return ranks;
}

Ranks Ranks::again() const {
  Ranks ranks = *this;
  if (!meeting_) return ranks;
  ranks.meeting_ = std::make_shared<Meeting>(*meeting_);
  check(mpi().Comm_dup(meeting_->all, &ranks.meeting_->all));
  return ranks;
}

void Ranks::broadcast(std::span<std::byte> bytes) const {
  while (meeting_ && !bytes.empty()) {
    const auto part = bytes.first(std::min(bytes.size(), kMostAtOnce));
    MPI_Request request = nullptr;
    check(mpi().Ibcast(part.data(), as_int(part.size()), mpi().byte, 0, meeting_->all, &request));
    meeting_->wait(request);
    bytes = bytes.subspan(part.size());
  }
}

Ranks::Parts<std::span<std::byte>> Ranks::shares(std::span<std::byte> bytes,
                                                 std::size_t things) const {
  assert(bytes.size() % things == 0);
  std::vector<std::size_t> sizes(count_);
  for (std::size_t i = 0; i < count_; ++i) {
    sizes[i] = share_of(things, i).size() * (bytes.size() / things);
  }
  return {.bytes = bytes, .sizes = std::move(sizes)};
}

void Ranks::gather(std::span<std::byte> bytes, std::size_t things) const {
  if (!meeting_ || bytes.empty()) return;
  Pending pending = begin_gather(shares(bytes, things));
  wait(pending);
}

Ranks::Pending Ranks::begin_gather(const Parts<std::span<std::byte>>& parts) const {
  assert(meeting_);
  Pending pending;
  add_layout(parts.sizes, &pending.layout);
  const int* const sizes = pending.layout.data();
  MPI_Request request = nullptr;
  check(mpi().Iallgatherv(MPI_IN_PLACE, 0, mpi().byte, parts.bytes.data(), sizes, sizes + count_,
                          mpi().byte, meeting_->all, &request));
  pending.request = request;
  return pending;
}

Ranks::Pending Ranks::begin_exchange(const Parts<std::span<const std::byte>>& sent,
                                     const Parts<std::span<std::byte>>& received) const {
  assert(meeting_ && received.sizes[rank_] == 0);
  Pending pending;
  add_layout(sent.sizes, &pending.layout);
  add_layout(received.sizes, &pending.layout);
  pending.layout[rank_] = 0;
  const int* const from = pending.layout.data();
  const int* const to = from + 2 * count_;
  MPI_Request request = nullptr;
  check(mpi().Ialltoallv(sent.bytes.data(), from, from + count_, mpi().byte, received.bytes.data(),
                         to, to + count_, mpi().byte, meeting_->all, &request));
  pending.request = request;
  return pending;
}

bool Ranks::has_ended(Pending& pending) const {
  auto request = static_cast<MPI_Request>(pending.request);
  const bool ended = Meeting::has_ended(&request);
  pending.request = request;  // none, once it has
  return ended;
}

void Ranks::wait(Pending& pending) const {
  wait([&] { return has_ended(pending); });
}

void Ranks::wait(const std::function<bool()>& has_ended) const { meeting_->wait(has_ended); }

bool Ranks::any(bool value) const {
  if (!meeting_) return value;
  std::vector<std::byte> values(count_);
  values[rank_] = std::byte{value};
  gather(std::span(values), count_);
  return std::ranges::any_of(values, [](std::byte one) { return one != std::byte{0}; });
}

void Ranks::leave() const {
  if (!meeting_) return;
  MPI_Request request = nullptr;
  check(mpi().Ibarrier(mpi().world, &request));
  meeting_->wait(request);
  check(mpi().Finalize());
}

void Ranks::give_up(const std::string& why) const {
  if (!meeting_ || is_first()) return;
  const std::string text = why.substr(0, kLongestReason);
  const auto until = Clock::now() + kLastWordsTake;
  MPI_Request request = nullptr;
  int sent = mpi().Isend(text.data(), static_cast<int>(text.size()), mpi().byte, 0, kGaveUp,
                         mpi().world, &request) == MPI_SUCCESS
                 ? 0
                 : 1;
  // The first one looks for it while it waits for this one, and then mpirun ends all.
  while (Clock::now() < until && !meeting_->stop.stop_requested()) {
    if (sent == 0) mpi().Test(&request, &sent, MPI_STATUS_IGNORE);
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

}  // namespace likeness
