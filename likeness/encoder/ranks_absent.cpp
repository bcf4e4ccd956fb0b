// Instead of ranks.cpp, where Open MPI was not there when likeness was built.
#include <exception>

#include "likeness/base/started_together.hpp"
#include "likeness/encoder/ranks.hpp"

namespace likeness {
namespace {

[[noreturn]] void fail() {
  throw Error(
      Error::Kind::kUnavailable,
      "this likeness was built without Open MPI, which training by several processes needs: "
      "install libopenmpi-dev and build it again");
}

}  // namespace

struct Ranks::Meeting {};

std::string open_mpi_version() { fail(); }

Ranks Ranks::join(const std::stop_token& /*stop*/) {
  if (started_together().count > 1) fail();
  return {};
}

// A process alone has nobody to tell anything.
void Ranks::broadcast(std::span<std::byte> /*bytes*/) const {}
void Ranks::gather(std::span<std::byte> /*bytes*/, std::size_t /*things*/) const {}
Ranks Ranks::again() const { return *this; }
// Asked of several ranks alone:
Ranks::Parts<std::span<std::byte>> Ranks::shares(std::span<std::byte> /*bytes*/,
                                                 std::size_t /*things*/) const {
  std::terminate();
}
Ranks::Pending Ranks::begin_gather(const Parts<std::span<std::byte>>& /*parts*/) const {
  std::terminate();
}
Ranks::Pending Ranks::begin_exchange(const Parts<std::span<const std::byte>>& /*sent*/,
                                     const Parts<std::span<std::byte>>& /*received*/) const {
  std::terminate();
}
bool Ranks::has_ended(Pending& /*pending*/) const { std::terminate(); }
void Ranks::wait(Pending& /*pending*/) const { std::terminate(); }
void Ranks::wait(const std::function<bool()>& /*has_ended*/) const { std::terminate(); }
void Ranks::leave() const {}
bool Ranks::any(bool value) const { return value; }
void Ranks::give_up(const std::string& /*why*/) const {}

}  // namespace likeness
