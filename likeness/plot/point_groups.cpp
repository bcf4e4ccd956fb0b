#include "likeness/plot/point_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

namespace likeness {
namespace {

// Of Okabe and Ito (2008), without the black of the axes; the yellow darker, to be seen on white.
constexpr std::array kColours = {"#0072b2", "#e69f00", "#009e73", "#cc79a7",
                                 "#56b4e9", "#d55e00", "#b8a800"};
constexpr const char* kOthers = "#999999";
constexpr const char* kNone = "#cccccc";
static_assert(kMostGroups == 3 * kColours.size());

using Counted = std::pair<std::string_view, std::size_t>;  // a value and its points

std::vector<Counted> most_frequent_first(const std::map<std::string_view, std::size_t>& counts) {
  std::vector<Counted> sorted(counts.begin(), counts.end());
  std::erase_if(sorted, [](const Counted& value) { return value.first.empty(); });
  std::ranges::stable_sort(sorted, std::greater(), &Counted::second);
  return sorted;
}

}  // namespace

PointGroups group_points(std::span<const std::string> values, const PointGroupOptions& options) {
  std::map<std::string_view, std::size_t> counts;
  for (const std::string& value : values) ++counts[value];
  const std::vector<Counted> sorted = most_frequent_first(counts);
  // One value more than fits is named instead of being called "1 other".
  const std::size_t most = std::clamp<std::size_t>(options.most, 1, kMostGroups);
  const std::size_t named = sorted.size() == most + 1 && most < kMostGroups
                                ? sorted.size()
                                : std::min(sorted.size(), most);

  PointGroups groups;
  std::map<std::string_view, std::uint32_t> place;
  for (std::size_t i = 0; i < named; ++i) {
    place[sorted[i].first] = static_cast<std::uint32_t>(i);
    groups.shown.push_back({.name = std::string(sorted[i].first),
                            .points = sorted[i].second,
                            .colour = kColours[i % kColours.size()],
                            .marker = i / kColours.size()});
  }
  const auto add = [&](std::string name, const char* colour) {
    groups.shown.push_back({.name = std::move(name), .points = 0, .colour = colour});
    return static_cast<std::uint32_t>(groups.shown.size() - 1);
  };
  const bool has_others = named < sorted.size();
  const std::uint32_t others =
      has_others ? add(fmt::format("{} others", sorted.size() - named), kOthers) : 0;
  const std::uint32_t none = counts.contains("") ? add("none", kNone) : 0;

  groups.of_point.reserve(values.size());
  for (const std::string& value : values) {
    const auto known = place.find(value);
    std::uint32_t group = value.empty() ? none : others;
    if (known != place.end()) {
      group = known->second;
    } else {
      ++groups.shown[group].points;
    }
    groups.of_point.push_back(group);
  }
  return groups;
}

}  // namespace likeness
