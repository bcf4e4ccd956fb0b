#include "likeness/base/started_together.hpp"

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace likeness {
namespace {

constexpr std::size_t kMost = 1'000'000;  // processes; more is no number of them

std::optional<std::size_t> number_of(const char* name) noexcept {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets any
  if (value == nullptr) return std::nullopt;
  const std::string_view text(value);
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > kMost) return {};
  return number;
}

}  // namespace

StartedTogether started_together() noexcept {
  const auto rank = number_of("OMPI_COMM_WORLD_RANK");
  const auto count = number_of("OMPI_COMM_WORLD_SIZE");
  if (!rank || !count || *rank >= *count) return {};
  const std::size_t here = number_of("OMPI_COMM_WORLD_LOCAL_SIZE").value_or(1);
  return {.rank = *rank, .count = *count, .on_this_machine = here < 1 || here > *count ? 1 : here};
}

}  // namespace likeness
