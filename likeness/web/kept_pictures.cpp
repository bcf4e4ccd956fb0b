#include "likeness/web/kept_pictures.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

std::string unguessable_name() {
  std::array<std::uint64_t, 2> bits{};
  if (::getrandom(bits.data(), sizeof bits, 0) != static_cast<ssize_t>(sizeof bits)) {
    throw Error(Error::Kind::kUnavailable, "the system gives no random numbers");
  }
  return fmt::format("{:016x}{:016x}", bits[0], bits[1]);
}

}  // namespace

std::string KeptPictures::keep(KeptPicture picture) {
  std::string name = unguessable_name();
  const auto now = Clock::now();
  const std::scoped_lock lock(mutex_);
  std::erase_if(kept_, [now](const Kept& one) { return one.until < now; });
  if (kept_.size() >= most_) kept_.pop_back();
  kept_.push_front({.name = name, .picture = std::move(picture), .until = now + time_});
  return name;
}

std::optional<KeptPicture> KeptPictures::find(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find(kept_, name, &Kept::name);
  if (found == kept_.end() || found->until < Clock::now()) return std::nullopt;
  kept_.splice(kept_.begin(), kept_, found);
  return found->picture;
}

std::size_t KeptPictures::count() const {
  const std::scoped_lock lock(mutex_);
  return kept_.size();
}

}  // namespace likeness
