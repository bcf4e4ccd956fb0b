#include "likeness/plot/quality_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "likeness/plot/svg_text.hpp"

namespace likeness {
namespace {

constexpr std::size_t kLongestMethodName = 30;
constexpr int kNameWidth = 230;  // for the methods' names, at the left of the first panel
constexpr int kPanelWidth = 260;
constexpr int kGap = 24;  // between panels
constexpr int kRowHeight = 24;
constexpr int kAbove = 40;
constexpr int kBelow = 90;

// Nothing where a number is missing or none.
std::optional<QualityValue> drawable(const std::optional<QualityValue>& value) {
  if (value && std::isfinite(value->value) && std::isfinite(value->low) &&
      std::isfinite(value->high)) {
    return value;
  }
  return std::nullopt;
}

std::string data_of(const QualityPanels& panels, std::size_t tag, QualityMethod::Kind kind) {
  std::string text = fmt::format("${}{} << EOD\n",
                                 kind == QualityMethod::Kind::kModel ? "models" : "baselines", tag);
  bool any = false;
  for (std::size_t i = 0; i < panels.methods.size(); ++i) {
    const QualityMethod& method = panels.methods[i];
    const auto it = drawable(method.values[tag]);
    if (method.kind != kind || !it) continue;
    text += fmt::format("{:.5f} {} {:.5f} {:.5f}\n", it->value, i + 1, it->low, it->high);
    any = true;
  }
  return text + (any ? "" : "NaN NaN NaN NaN\n") + "EOD\n";
}

// From zero, so that lengths are in proportion, to a round number above the longest interval.
double limit_of(const QualityPanels& panels, std::size_t tag) {
  double most = 0.0;
  for (const QualityMethod& method : panels.methods) {
    if (const auto it = drawable(method.values[tag])) most = std::max(most, it->high);
  }
  return most > 0.0 ? std::ceil(most * 10.0 + 0.3) / 10.0 : 1.0;
}

std::string panel_of(const QualityPanels& panels, std::size_t tag, const Size& size) {
  const auto share = [&](int pixels) { return static_cast<double>(pixels) / size.width; };
  const int left = kNameWidth + static_cast<int>(tag) * (kPanelWidth + kGap);
  const double limit = limit_of(panels, tag);
  return fmt::format(
      "set lmargin at screen {:.4f}\nset rmargin at screen {:.4f}\nset xrange [0:{:.1f}]\n"
      "set xtics {}\nset title {}\n"
      "plot $baselines{} using (0):2:1:(0) with vectors nohead linewidth 1 linecolor rgb '#999999' "
      "notitle, "
      "$baselines{} using 1:2:3:4 with xerrorbars pointtype 6 pointsize 0.8 linewidth 1.4 "
      "linecolor rgb '#555555' title 'baseline', "
      "$models{} using (0):2:1:(0) with vectors nohead linewidth 1 linecolor rgb '#0072b2' "
      "notitle, "
      "$models{} using 1:2:3:4 with xerrorbars pointtype 7 pointsize 0.9 linewidth 1.6 linecolor "
      "rgb '#0072b2' title 'model'\n"
      "unset key\n",
      share(left), share(left + kPanelWidth), limit, limit > 0.5 ? 0.2 : 0.1,
      gnuplot_text(shorten(panels.tags[tag], kLongestMethodName)), tag, tag, tag, tag);
}

}  // namespace

ChartScript quality_chart(const QualityPanels& panels) {
  assert(!panels.tags.empty() && panels.tags.size() <= kMostQualityTags);
  assert(!panels.methods.empty() && panels.methods.size() <= kMostQualityMethods);
  const int tags = static_cast<int>(panels.tags.size());
  const int rows = static_cast<int>(panels.methods.size());
  const Size size{.width = kNameWidth + tags * (kPanelWidth + kGap),
                  .height = kAbove + kBelow + rows * kRowHeight};
  const auto height = [&](int pixels) { return static_cast<double>(pixels) / size.height; };

  std::string text;
  std::string names;
  std::string unnamed;  // of the panels that have one at their left
  for (std::size_t i = 0; i < panels.methods.size(); ++i) {
    names += fmt::format("{}{} {}", i == 0 ? "" : ", ",
                         gnuplot_label(shorten(panels.methods[i].name, kLongestMethodName)), i + 1);
    unnamed += fmt::format("{}'' {}", i == 0 ? "" : ", ", i + 1);
  }
  unnamed = "set ytics (" + unnamed + ")\n";
  for (std::size_t tag = 0; tag < panels.tags.size(); ++tag) {
    text += data_of(panels, tag, QualityMethod::Kind::kModel);
    text += data_of(panels, tag, QualityMethod::Kind::kBaseline);
  }
  text += fmt::format(
      "set multiplot\nset yrange [{}.5:0.5]\nset ytics ({})\n"
      "set tmargin at screen {:.4f}\nset bmargin at screen {:.4f}\nset grid noytics xtics\n"
      "set key at screen 0.5, screen {:.4f} center center horizontal reverse Left samplen 1.5\n"
      "set label 1 {} at screen 0.5, screen {:.4f} center\n",
      rows, names, 1.0 - height(kAbove), height(kBelow), height(14),
      gnuplot_text(shorten(panels.measure, 60) + ", with 95 % intervals"), height(44));
  for (std::size_t tag = 0; tag < panels.tags.size(); ++tag)
    text += panel_of(panels, tag, size) + "unset label 1\n" + unnamed;
  return {.size = size, .commands = text + "unset multiplot\n"};
}

}  // namespace likeness
