#include "likeness/plot/latent_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>
#include <numeric>

#include "likeness/plot/svg_text.hpp"

namespace likeness {
namespace {

constexpr Size kSize{.width = 900, .height = 620};
constexpr double kTurn = 35.0;  // degrees: how the cube is looked at
constexpr double kTilt = 65.0;
constexpr double kThinnest = 1.0 / 3.0;  // of the longest axis: a shorter one is given more room
constexpr double kMargin = 0.04;
constexpr std::size_t kLongestGroupName = 26;
constexpr std::size_t kLongestTitle = 100;
constexpr const char* kOnly = "#0072b2";            // where there are no groups
constexpr std::array<int, 3> kMarkers = {7, 9, 5};  // disc, triangle, square

struct AxisRange {
  double low = 0.0;
  double high = 1.0;
  [[nodiscard]] double middle() const { return (low + high) / 2.0; }
  [[nodiscard]] double half() const { return (high - low) / 2.0; }
};

std::size_t count_of(const LatentPoints& points) {
  return points.positions.size() / points.axes.size();
}

double at(const LatentPoints& points, std::size_t point, std::size_t axis) {
  return points.positions[point * points.axes.size() + axis];
}

std::vector<AxisRange> ranges_of(const LatentPoints& points) {
  std::vector<AxisRange> ranges;
  double widest = 0.0;
  for (std::size_t axis = 0; axis < points.axes.size(); ++axis) {
    AxisRange range{.low = at(points, 0, axis), .high = at(points, 0, axis)};
    for (std::size_t i = 1; i < count_of(points); ++i) {
      range.low = std::min(range.low, at(points, i, axis));
      range.high = std::max(range.high, at(points, i, axis));
    }
    widest = std::max(widest, range.half());
    ranges.push_back(range);
  }
  if (widest == 0.0) widest = 1.0;  // one point, or all at one place
  for (AxisRange& range : ranges) {
    const double half = std::max(range.half(), widest * kThinnest) * (1.0 + kMargin);
    range = {.low = range.middle() - half, .high = range.middle() + half};
  }
  return ranges;
}

std::string label_of(const LatentAxis& axis) {
  std::string text = shorten(axis.name, kLongestGroupName);
  if (axis.variance_share) text += fmt::format(" ({:.0f} %)", 100.0 * *axis.variance_share);
  return gnuplot_text(text);
}

// "0x0072b2" of a point, and its marker.
std::string look_of(const LatentPoints& points, std::size_t i) {
  if (points.groups == nullptr) return fmt::format("{} 0x{}", kMarkers[0], kOnly + 1);
  const PointGroup& group = points.groups->shown[points.groups->of_point[i]];
  return fmt::format("{} 0x{}", kMarkers[group.marker], group.colour.substr(1));
}

// How near to who looks at it, from 0 to 1: in three dimensions, near points are drawn last and
// larger. In fewer, the large groups are drawn first, so that they hide no small ones.
std::vector<double> nearness_of(const LatentPoints& points, const std::vector<AxisRange>& ranges) {
  std::vector<double> nearness(count_of(points), 0.5);
  if (ranges.size() < 3) return nearness;
  const double turn = kTurn * std::numbers::pi / 180.0;
  const double tilt = kTilt * std::numbers::pi / 180.0;
  const std::array<double, 3> towards = {std::sin(tilt) * std::sin(turn),
                                         -std::sin(tilt) * std::cos(turn), std::cos(tilt)};
  double widest = 0.0;
  for (const AxisRange& range : ranges) widest = std::max(widest, range.half());
  for (std::size_t i = 0; i < nearness.size(); ++i) {
    double sum = 0.0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      sum += towards[axis] * (at(points, i, axis) - ranges[axis].middle()) / widest;
    }
    nearness[i] = std::clamp((sum + 1.2) / 2.4, 0.0, 1.0);
  }
  return nearness;
}

std::vector<std::size_t> drawing_order(const LatentPoints& points,
                                       const std::vector<double>& nearness) {
  std::vector<std::size_t> order(nearness.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) {
    const std::size_t size =
        points.groups == nullptr ? 0 : points.groups->shown[points.groups->of_point[i]].points;
    return std::pair(nearness[i], -static_cast<double>(size));
  });
  return order;
}

// With more points each is smaller.
double dot_size(std::size_t count) {
  return std::clamp(0.9 - 0.13 * std::log10(static_cast<double>(count) / 30.0), 0.4, 0.9);
}

std::string data_of(const LatentPoints& points, const std::vector<AxisRange>& ranges) {
  const auto nearness = nearness_of(points, ranges);
  const double size = dot_size(count_of(points));
  std::string text = "$points << EOD\n";
  for (const std::size_t i : drawing_order(points, nearness)) {
    for (std::size_t axis = 0; axis < ranges.size(); ++axis) {
      text += fmt::format("{:.5g} ", at(points, i, axis));
    }
    // A strip's points would hide each other: they are shaken across it, by the golden ratio.
    if (ranges.size() == 1) {
      const double row =
          points.groups == nullptr ? 0.0 : -static_cast<double>(points.groups->of_point[i]);
      const double shake = std::fmod(static_cast<double>(i) * std::numbers::phi, 1.0) - 0.5;
      text += fmt::format("{:.3f} ", row + 0.6 * shake);
    }
    text += fmt::format("{:.2f} {}\n", size * (0.7 + 0.6 * nearness[i]), look_of(points, i));
  }
  return text + "EOD\n";
}

std::string legend_of(const LatentPoints& points) {
  if (points.groups == nullptr) return "unset key\n";
  return fmt::format(
      "set key outside right top vertical Left reverse samplen 0.6 spacing 1.25 "
      "textcolor rgb '#333333' title {} left\n",
      gnuplot_text(shorten(points.legend, kLongestGroupName)));
}

std::string plot_of(const LatentPoints& points, const char* command, const char* columns) {
  std::string text = fmt::format(
      "{} $points using {} with points pointsize variable pointtype variable linecolor rgb "
      "variable notitle",
      command, columns);
  if (points.groups == nullptr) return text + "\n";
  for (const PointGroup& group : points.groups->shown) {
    text += fmt::format(
        ", NaN with points pointtype {} pointsize 1 linecolor rgb '{}' title {}",
        kMarkers[group.marker], group.colour,
        gnuplot_text(fmt::format("{} ({})", shorten(group.name, kLongestGroupName), group.points)));
  }
  return text + "\n";
}

std::string in_three_dimensions(const LatentPoints& points) {
  return fmt::format(
             "set border 1+2+4+8+16+32+64+256+512 linewidth 0.6 linecolor rgb '#bbbbbb'\nset grid "
             "ztics\n"
             "set view {},{},1.3\nset view equal xyz\nset xyplane 0\n"
             "set xlabel {} rotate parallel offset 0,-0.7\n"
             "set ylabel {} rotate parallel offset 0,-0.5\nset zlabel {} rotate parallel\n",
             kTilt, kTurn, label_of(points.axes[0]), label_of(points.axes[1]),
             label_of(points.axes[2])) +
         legend_of(points) + plot_of(points, "splot", "1:2:3:4:5:6");
}

std::string in_two_dimensions(const LatentPoints& points) {
  return fmt::format("set size ratio -1\nset xlabel {}\nset ylabel {}\n", label_of(points.axes[0]),
                     label_of(points.axes[1])) +
         legend_of(points) + plot_of(points, "plot", "1:2:3:4:5");
}

// A row for each group, named at its left.
std::string in_one_dimension(const LatentPoints& points) {
  const std::size_t rows = points.groups == nullptr ? 1 : points.groups->shown.size();
  std::string names;
  for (std::size_t i = 0; points.groups != nullptr && i < rows; ++i) {
    const PointGroup& group = points.groups->shown[i];
    names += fmt::format(
        "{}{} {}", i == 0 ? "" : ", ",
        gnuplot_label(fmt::format("{} ({})", shorten(group.name, kLongestGroupName), group.points)),
        -static_cast<int>(i));
  }
  return fmt::format(
             "set xlabel {}\nset yrange [{}:0.5]\nset ytics ({})\nset border 1\nunset key\n"
             "unset grid\nset grid xtics\nset ylabel {}\n",
             label_of(points.axes[0]), 0.5 - static_cast<double>(rows), names,
             gnuplot_text(shorten(points.legend, kLongestGroupName))) +
         fmt::format(
             "plot $points using 1:2:3:4:5 with points pointsize variable pointtype variable "
             "linecolor rgb variable notitle\n");
}

}  // namespace

ChartScript latent_chart(const LatentPoints& points) {
  assert(!points.axes.empty() && points.axes.size() <= 3);
  assert(!points.positions.empty() && count_of(points) <= kMostLatentPoints);
  const auto ranges = ranges_of(points);
  std::string text = data_of(points, ranges);
  if (!points.title.empty()) {
    text += "set title " + gnuplot_text(shorten(points.title, kLongestTitle)) + "\n";
  }
  constexpr std::array kNames = {"x", "y", "z"};
  for (std::size_t axis = 0; axis < ranges.size(); ++axis) {
    text += fmt::format("set {}range [{:.5g}:{:.5g}]\n", kNames[axis], ranges[axis].low,
                        ranges[axis].high);
  }
  if (ranges.size() == 3) return {.size = kSize, .commands = text + in_three_dimensions(points)};
  if (ranges.size() == 2) return {.size = kSize, .commands = text + in_two_dimensions(points)};
  const std::size_t rows = points.groups == nullptr ? 1 : points.groups->shown.size();
  return {.size = {.width = kSize.width, .height = 150 + 40 * static_cast<int>(rows)},
          .commands = text + in_one_dimension(points)};
}

}  // namespace likeness
