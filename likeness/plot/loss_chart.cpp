#include "likeness/plot/loss_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>

#include "likeness/plot/svg_text.hpp"

namespace likeness {
namespace {

// Of Okabe and Ito, in an order in which the first ones differ most in lightness, too.
constexpr std::array<const char*, kMostLossCurves> kCurveColours = {
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000"};
constexpr std::size_t kLongestCurveName = 28;
constexpr std::size_t kMostDots = 40;  // epochs of which each still gets a dot
constexpr double kTallest = 10.0;      // times the smallest loss; what is higher leaves the panel

struct Panel {
  const char* title;
  int train;  // columns of the data
  int validation;
  double EpochLoss::* train_loss;
  double EpochLoss::* validation_loss;
  double left;  // of the panel's width, from 0 to 1
  double right;
};

constexpr std::array kPanels{Panel{.title = "mean absolute error (MAE)",
                                   .train = 2,
                                   .validation = 3,
                                   .train_loss = &EpochLoss::train_mae,
                                   .validation_loss = &EpochLoss::validation_mae,
                                   .left = 0.075,
                                   .right = 0.485},
                             Panel{.title = "mean squared error (MSE)",
                                   .train = 4,
                                   .validation = 5,
                                   .train_loss = &EpochLoss::train_mse,
                                   .validation_loss = &EpochLoss::validation_mse,
                                   .left = 0.575,
                                   .right = 0.985}};

std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{:.6g}", value) : "NaN";
}

// The data of a curve as a block that plot commands name.
std::string data_of(const LossCurve& curve, std::size_t i) {
  std::string text = fmt::format("$run{} << EOD\n", i);
  for (const EpochLoss& loss : curve.epochs) {
    text += fmt::format("{} {} {} {} {}\n", loss.epoch, number(loss.train_mae),
                        number(loss.validation_mae), number(loss.train_mse),
                        number(loss.validation_mse));
  }
  return text + "EOD\n";
}

struct LossRange {
  double low = 0.0;
  double high = 1.0;
};

LossRange range_of(std::span<const LossCurve> curves, const Panel& panel) {
  double low = std::numeric_limits<double>::infinity();
  double high = 0.0;
  for (const LossCurve& curve : curves) {
    for (const EpochLoss& epoch : curve.epochs) {
      for (const double loss : {epoch.*panel.train_loss, epoch.*panel.validation_loss}) {
        if (!std::isfinite(loss)) continue;
        low = std::min(low, loss);
        high = std::max(high, loss);
      }
    }
  }
  if (!(high > 0.0)) return {};  // nothing, or nothing but zeros
  high = low > 0.0 ? std::min(high, kTallest * low) : high;
  const double margin = high > low ? 0.06 * (high - low) : 0.5 * high;
  return {.low = std::max(0.0, low - margin), .high = high + margin};
}

std::size_t last_epoch(std::span<const LossCurve> curves) {
  std::size_t last = 1;
  for (const LossCurve& curve : curves) {
    for (const EpochLoss& epoch : curve.epochs) last = std::max(last, epoch.epoch);
  }
  return last;
}

// Whole epochs only, at most ten of them.
std::size_t tic_step(std::size_t epochs) {
  for (std::size_t power = 1;; power *= 10) {
    for (const std::size_t step : {power, 2 * power, 5 * power}) {
      if (epochs / step <= 10) return step;
    }
  }
}

std::string legend_of(const LossCurve& curve) {
  std::string text = shorten(curve.name, kLongestCurveName);
  const auto best = std::ranges::find(curve.epochs, curve.best_epoch, &EpochLoss::epoch);
  if (best != curve.epochs.end()) {
    text += fmt::format(": {:.4f} after epoch {}", best->validation_mae, best->epoch);
  }
  return text;
}

std::string plot_of(std::span<const LossCurve> curves, const Panel& panel) {
  const bool dots = last_epoch(curves) <= kMostDots;
  std::string text = "plot";
  for (std::size_t i = 0; i < curves.size(); ++i) {
    text += fmt::format(
        " $run{0} using 1:{1} with lines dashtype (6,5) linewidth 1.4 linecolor rgb '{2}' notitle, "
        "$run{0} using 1:{3} with {4} linewidth 1.8 {5}linecolor rgb '{2}' title {6}, "
        "$run{0} using 1:($1 == {7} ? ${3} : NaN) with points pointtype 6 pointsize 1.9 "
        "linewidth 1.8 linecolor rgb '{2}' notitle,",
        i, panel.train, kCurveColours[i], panel.validation, dots ? "linespoints" : "lines",
        dots ? "pointtype 7 pointsize 0.45 " : "", gnuplot_text(legend_of(curves[i])),
        curves[i].best_epoch);
  }
  return text +
         " NaN with lines linewidth 1.8 linecolor rgb '#555555' title 'validation',"
         " NaN with lines dashtype (6,5) linewidth 1.4 linecolor rgb '#555555' title 'training',"
         " NaN with points pointtype 6 pointsize 1.9 linewidth 1.8 linecolor rgb '#555555'"
         " title 'best epoch, by validation'\n";
}

}  // namespace

ChartScript loss_chart(std::span<const LossCurve> curves) {
  assert(!curves.empty() && curves.size() <= kMostLossCurves);
  const std::size_t last = last_epoch(curves);
  // Below the panels the legend: two entries a line.
  const int lines = static_cast<int>(curves.size() + 3 + 1) / 2;
  const Size size{.width = 900, .height = 400 + 20 * lines};
  const double bottom = (62.0 + 20.0 * lines) / size.height;

  std::string text;
  for (std::size_t i = 0; i < curves.size(); ++i) text += data_of(curves[i], i);
  text += fmt::format(
      "set multiplot\nset xlabel 'epoch'\nset xrange [{}:{}]\nset xtics {}\n"
      "set tmargin at screen {:.4f}\nset bmargin at screen {:.4f}\n"
      "set key at screen 0.53, screen {:.4f} center center vertical maxrows {} Left reverse "
      "samplen 2.5 width 1 "
      "textcolor rgb '#333333'\n",
      last > 1 ? "1" : "0.5", last > 1 ? fmt::format("{}", last) : "1.5", tic_step(last),
      1.0 - 34.0 / size.height, bottom, (10.0 * lines + 8.0) / size.height, lines);
  for (const Panel& panel : kPanels) {
    const auto [low, high] = range_of(curves, panel);
    text += fmt::format(
        "set lmargin at screen {}\nset rmargin at screen {}\nset title '{}' offset 0,-0.4\n"
        "set yrange [{:.6g}:{:.6g}]\n{}unset key\n",
        panel.left, panel.right, panel.title, low, high, plot_of(curves, panel));
  }
  return {.size = size, .commands = text + "unset multiplot\n"};
}

}  // namespace likeness
