// Processes that train one model together, on one machine or several: ranks, counted from 0. An
// optional part, chosen when likeness is built: ranks.cpp is the one file that knows Open MPI, and
// where that was not there ranks_absent.cpp stands in its place. Its library is loaded only in a
// process that mpirun started beside others.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <type_traits>
#include <vector>

#include "likeness/base/error.hpp"

namespace likeness {

// Of Open MPI, as it is loaded: "4.1.4". Error::kUnavailable, with what to do, where there is none.
[[nodiscard]] std::string open_mpi_version();

// Another rank cannot go on, or is no longer there.
class RankEnded : public Error {
 public:
  using Error::Error;
};

// A part of what lies in a row.
struct Share {
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] std::size_t size() const noexcept { return end - begin; }
  [[nodiscard]] bool holds(std::size_t i) const noexcept { return begin <= i && i < end; }
  [[nodiscard]] Share within(const Share& other) const noexcept {
    const std::size_t from = std::max(begin, other.begin);
    return {.begin = from, .end = std::max(from, std::min(end, other.end))};
  }
};

// A copy is the same ranks, and its calls are theirs. Calls are for one thread. Those marked "all"
// are made by every rank, in the same order and for as many bytes; they throw RankEnded in the
// first rank if another one has ended or cannot go on, and sleep where they have to wait.
class Ranks {
 public:
  Ranks() = default;  // a process alone, for which the calls below are nothing
  // All: meets the others that mpirun started with this process; without mpirun it is alone. Once a
  // process. Error::kUnavailable where there is no Open MPI.
  [[nodiscard]] static Ranks join(const std::stop_token& stop);

  [[nodiscard]] std::size_t rank() const noexcept { return rank_; }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] bool is_first() const noexcept { return rank_ == 0; }
  // What a rank, or this one, takes of so many things: as many as others, or one more or less.
  [[nodiscard]] Share share_of(std::size_t things, std::size_t rank) const noexcept {
    return {.begin = things * rank / count_, .end = things * (rank + 1) / count_};
  }
  [[nodiscard]] Share share_of(std::size_t things) const noexcept {
    return share_of(things, rank_);
  }

  // All: what the first one has.
  void broadcast(std::span<std::byte> bytes) const;
  // All: each has its share, share_of(things), of `things` that are equally large; then all have
  // all of them.
  void gather(std::span<std::byte> bytes, std::size_t things) const;

  // What is begun here goes on while the rank computes, whenever it asks whether it has ended; till
  // then its bytes stay where they are.
  struct Pending {
    void* request = nullptr;
    std::vector<int> layout{};  // that MPI reads till the end
  };
  template <typename Bytes>
  struct Parts {
    Bytes bytes;                     // one part after the other
    std::vector<std::size_t> sizes;  // by rank
  };
  // All: of each rank's `sent` its i-th part arrives at rank i, but for one's own; `received` holds
  // what came from rank 0, 1 and so on.
  [[nodiscard]] Pending begin_exchange(const Parts<std::span<const std::byte>>& sent,
                                       const Parts<std::span<std::byte>>& received) const;
  // All: each has its part, of those sizes; then all have all of them.
  [[nodiscard]] Pending begin_gather(const Parts<std::span<std::byte>>& parts) const;
  [[nodiscard]] bool has_ended(Pending& pending) const;
  void wait(Pending& pending) const;
  // Until it says so, which is asked again and again.
  void wait(const std::function<bool()>& has_ended) const;

  // All: the same ranks, whose calls may come before and after those of these in any order.
  [[nodiscard]] Ranks again() const;

  // All: whether it is true in any of them.
  [[nodiscard]] bool any(bool value) const;

  // All: ends the meeting, after which no call is made.
  void leave() const;
  // Of a rank that is not the first: makes the first one throw RankEnded of this text.
  void give_up(const std::string& why) const;

  template <typename T>
    requires std::is_trivially_copyable_v<T>
  [[nodiscard]] T from_first(T value) const {
    broadcast(std::as_writable_bytes(std::span(&value, 1)));
    return value;
  }
  template <typename T>
    requires std::is_trivially_copyable_v<T>
  void broadcast(std::vector<T>& values) const {
    values.resize(from_first(values.size()));
    broadcast(std::as_writable_bytes(std::span(values)));
  }
  template <typename T>
    requires std::is_trivially_copyable_v<T>
  void gather(std::span<T> values, std::size_t things) const {
    gather(std::as_writable_bytes(values), things);
  }
  // The same, begun.
  template <typename T>
    requires std::is_trivially_copyable_v<T>
  [[nodiscard]] Pending begin_gather(std::span<T> values, std::size_t things) const {
    return begin_gather(shares(std::as_writable_bytes(values), things));
  }

 private:
  struct Meeting;
  [[nodiscard]] Parts<std::span<std::byte>> shares(std::span<std::byte> bytes,
                                                   std::size_t things) const;

  std::shared_ptr<Meeting> meeting_;
  std::size_t rank_ = 0;
  std::size_t count_ = 1;
};

}  // namespace likeness
