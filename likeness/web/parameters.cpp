#include "likeness/web/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "likeness/shop/request_words.hpp"

namespace likeness {
namespace {

template <typename Number>
Number read(std::string_view name, const std::string& text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    refuse_input(name, "is not a number");
  return number;
}

}  // namespace

Parameters::Parameters(const Target& target, const std::vector<std::string_view>& known,
                       const std::vector<std::string_view>& many)
    : target_(target) {
  std::vector<std::string_view> seen;
  for (const auto& [name, value] : target.query) {
    if (std::ranges::find(many, name) != many.end()) continue;
    if (std::ranges::find(known, name) == known.end())
      refuse_input(name, "is no parameter of this");
    if (std::ranges::find(seen, name) != seen.end()) refuse_input(name, "is given twice");
    seen.push_back(name);
  }
}

std::optional<std::string> Parameters::text(std::string_view name) const {
  for (const auto& [given, value] : target_.query) {
    if (given == name) return value;
  }
  return std::nullopt;
}

std::vector<std::string> Parameters::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [given, value] : target_.query) {
    if (given == name) values.push_back(value);
  }
  return values;
}

std::uint64_t Parameters::whole(std::string_view name, std::uint64_t otherwise,
                                const Range& range) const {
  const auto given = text(name);
  if (!given) return otherwise;
  const auto number = read<std::uint64_t>(name, *given);
  if (number < range.least || number > range.most) {
    refuse_input(
        name, fmt::format("is out of range: give a number from {} to {}", range.least, range.most));
  }
  return number;
}

double Parameters::number(std::string_view name, double otherwise) const {
  const auto given = text(name);
  if (!given) return otherwise;
  const auto number = read<double>(name, *given);
  if (!std::isfinite(number)) refuse_input(name, "is not a number");
  return number;
}

bool Parameters::flag(std::string_view name) const {
  const auto given = text(name);
  if (!given || given == "0" || given == "false") return false;
  if (given == "1" || given == "true") return true;
  refuse_input(name, "is neither true nor false");
}

std::vector<TagFilter> Parameters::where() const {
  std::vector<TagFilter> filters;
  for (const std::string& text : all("where")) filters.push_back(asked_where(text));
  return filters;
}

std::vector<PartWeight> Parameters::weights() const {
  const auto given = text("weight");
  return given ? read_part_weights(*given) : std::vector<PartWeight>();
}

TagFilter asked_where(const std::string& text) {
  if (auto filter = tag_filter_of(text)) return *std::move(filter);
  refuse_input("where", "is to be like TAG=VALUE");
}

}  // namespace likeness
