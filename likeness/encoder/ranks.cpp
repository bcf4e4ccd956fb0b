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

// The sizes of parts and where each begins.
struct Layout {
  std::vector<int> sizes;
  std::vector<int> begins;
  std::size_t bytes = 0;

  void add(std::size_t size) {
    begins.push_back(as_int(bytes));
    sizes.push_back(as_int(size));
    bytes += size;
  }
};

Layout layout_of(const std::vector<std::size_t>& sizes) {
  Layout layout;
  for (const std::size_t size : sizes) layout.add(size);
  return layout;
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

  // What another rank has said before it gave up.
  void throw_if_one_gave_up() const {
    int there = 0;
    MPI_Status status{};
    check(mpi().Iprobe(MPI_ANY_SOURCE, kGaveUp, mpi().world, &there, &status));
    if (there == 0) return;
    int size = 0;
    check(mpi().Get_count(&status, mpi().byte, &size));
    std::string why(static_cast<std::size_t>(std::clamp(size, 0, int{kLongestReason})), '\0');
    check(mpi().Recv(why.data(), static_cast<int>(why.size()), mpi().byte, status.MPI_SOURCE,
                     kGaveUp, mpi().world, MPI_STATUS_IGNORE));
    throw RankEnded(Error::Kind::kUnavailable,
                    "rank " + std::to_string(status.MPI_SOURCE) + ": " + why);
  }

  // Until a call has ended that was begun.
  void wait(MPI_Request& request) const {
    const auto begun = Clock::now();
    Clock::time_point told;
    while (true) {
      int ended = 0;
      check(mpi().Test(&request, &ended, MPI_STATUS_IGNORE));
      if (ended != 0) return;
      const auto now = Clock::now();
      if (now - begun < kLookFor) {
        std::this_thread::yield();
        continue;
      }
      if (is_first) throw_if_one_gave_up();
      if (told == Clock::time_point() && stop.stop_requested()) told = now;
      if (is_first && told != Clock::time_point() && now - told > kWaitForOthers) {
        throw RankEnded(Error::Kind::kUnavailable, "another rank has ended");
      }
      std::this_thread::sleep_for(
          std::clamp<Clock::duration>((now - begun) / 20, kBetweenLooks, kLongestSleep));
    }
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

void Ranks::broadcast(std::span<std::byte> bytes) const {
  while (meeting_ && !bytes.empty()) {
    const auto part = bytes.first(std::min(bytes.size(), kMostAtOnce));
    MPI_Request request = nullptr;
    check(mpi().Ibcast(part.data(), as_int(part.size()), mpi().byte, 0, mpi().world, &request));
    meeting_->wait(request);
    bytes = bytes.subspan(part.size());
  }
}

void Ranks::gather(std::span<std::byte> bytes, std::size_t things) const {
  if (!meeting_ || bytes.empty()) return;
  assert(bytes.size() % things == 0);
  const std::size_t size = bytes.size() / things;
  Layout layout;
  for (std::size_t i = 0; i < count_; ++i) layout.add(share_of(things, i).size() * size);
  MPI_Request request = nullptr;
  check(mpi().Iallgatherv(MPI_IN_PLACE, 0, mpi().byte, bytes.data(), layout.sizes.data(),
                          layout.begins.data(), mpi().byte, mpi().world, &request));
  meeting_->wait(request);
}

void Ranks::exchange(const Parts& sent, std::span<std::byte> received,
                     const std::vector<std::size_t>& received_sizes) const {
  assert(meeting_);
  Layout from = layout_of(sent.sizes);
  const Layout to = layout_of(received_sizes);
  assert(from.bytes == sent.bytes.size() && to.bytes == received.size());
  assert(to.sizes[rank_] == 0);
  from.sizes[rank_] = 0;
  MPI_Request request = nullptr;
  check(mpi().Ialltoallv(sent.bytes.data(), from.sizes.data(), from.begins.data(), mpi().byte,
                         received.data(), to.sizes.data(), to.begins.data(), mpi().byte,
                         mpi().world, &request));
  meeting_->wait(request);
}

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
