#include "likeness/plot/chart.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/decode.hpp"
#include "likeness/plot/latent_chart.hpp"
#include "likeness/plot/loss_chart.hpp"
#include "likeness/plot/quality_chart.hpp"
#include "tests/support/text.hpp"

namespace likeness {
namespace {

// What strangers may call an item or a tag.
const std::string kHostile = "<script>'\"`$(x)` \\@{x}^_%d\n\xFF";

LossCurve curve(std::size_t epochs) {
  LossCurve curve{.name = "run", .epochs = {}, .best_epoch = epochs};
  for (std::size_t i = 1; i <= epochs; ++i) {
    const double loss = 0.1 / static_cast<double>(i);
    curve.epochs.push_back({.epoch = i,
                            .train_mse = loss / 10,
                            .train_mae = loss,
                            .validation_mse = loss / 8,
                            .validation_mae = loss * 1.25});
  }
  return curve;
}

void expect_drawn(const ChartScript& script) {
  const Chart chart = draw_chart(script);
  const Image png = decode_image(chart.png);
  EXPECT_EQ(png.size, (Size{.width = 2 * script.size.width, .height = 2 * script.size.height}));
  EXPECT_TRUE(contains(chart.svg, "</svg>"));
  EXPECT_FALSE(contains(chart.svg, "<script"));
}

TEST(Chart, QuotesWhateverATextHolds) {
  EXPECT_EQ(gnuplot_text("it's"), "'it''s'");
  EXPECT_EQ(gnuplot_text("a\nb\xFF\\"), "'a b \\'");
  EXPECT_EQ(gnuplot_label("50 %d"), "'50 %%d'");
}

TEST(Chart, SaysWhatGnuplotSays) {
  try {
    (void)draw_chart({.commands = "plot nothing_of_this_name(x)\n"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kUnavailable);
    EXPECT_TRUE(contains(error.what(), "undefined function: nothing_of_this_name")) << error.what();
  }
}

TEST(Chart, NamesThePackageWhereGnuplotIsMissing) {
  const char* path = std::getenv("PATH");
  const std::string before = path == nullptr ? "" : path;
  ::setenv("PATH", "/nonexistent", 1);
  std::string message;
  try {
    (void)draw_chart({.commands = "plot x\n"});
  } catch (const Error& error) {
    message = error.what();
  }
  ::setenv("PATH", before.c_str(), 1);
  EXPECT_EQ(message,
            "gnuplot: is not installed, so no charts can be drawn: install Debian's gnuplot-nox");
}

TEST(LossChart, HandsGnuplotTheLossesAndTheirRange) {
  const LossCurve run = curve(4);
  const ChartScript script = loss_chart(std::span(&run, 1));
  EXPECT_TRUE(contains(script.commands, "$run0 << EOD\n1 0.1 0.125 0.01 0.0125\n2 0.05 0.0625 "));
  EXPECT_TRUE(contains(script.commands, "set xrange [1:4]\nset xtics 1\n"));
  EXPECT_TRUE(contains(script.commands, "set yrange [0.019:0.131]\n")) << script.commands;
  EXPECT_TRUE(contains(script.commands, "$1 == 4 ?"));  // the best epoch
  EXPECT_TRUE(contains(script.commands, "'run: 0.0312 after epoch 4'"));
}

TEST(LossChart, DrawsOneEpochManyRunsAndLossesThatAreNoNumbers) {
  LossCurve one = curve(1);
  one.name = kHostile;
  const ChartScript script = loss_chart(std::span(&one, 1));
  EXPECT_TRUE(contains(script.commands, "set xrange [0.5:1.5]"));
  expect_drawn(script);
  std::vector<LossCurve> many(kMostLossCurves, curve(120));
  many.front().epochs.front().train_mae = std::numeric_limits<double>::quiet_NaN();
  many.back().epochs.front().validation_mae = std::numeric_limits<double>::infinity();
  expect_drawn(loss_chart(many));
}

TEST(LatentChart, DrawsOneTwoAndThreeDimensionsWithAndWithoutGroups) {
  const std::vector<float> positions = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15};
  for (const std::size_t dimensions : {1U, 2U, 3U}) {
    std::vector<LatentAxis> axes(dimensions);
    for (LatentAxis& axis : axes) axis = {.name = kHostile, .variance_share = 0.25};
    const std::vector<std::string> values(positions.size() / dimensions, kHostile);
    const PointGroups groups = group_points(values);
    expect_drawn(latent_chart({.positions = positions,
                               .axes = axes,
                               .groups = &groups,
                               .title = kHostile,
                               .legend = kHostile}));
    // A single point has no extent.
    expect_drawn(latent_chart({.positions = std::span(positions).first(dimensions),
                               .axes = axes,
                               .title = {},
                               .legend = {}}));
  }
}

TEST(LatentChart, GivesEachAxisItsRangeAndTheThinOneRoom) {
  const std::vector<float> positions = {0, 5, 100, 5};
  const ChartScript script = latent_chart(
      {.positions = positions,
       .axes = {{.name = "a", .variance_share = 0.98}, {.name = "b", .variance_share = {}}},
       .title = {},
       .legend = {}});
  EXPECT_TRUE(contains(script.commands, "set xrange [-2:102]\n")) << script.commands;
  EXPECT_TRUE(contains(script.commands, "set yrange [-12.333:22.333]\n")) << script.commands;
  EXPECT_TRUE(contains(script.commands, "set xlabel 'a (98 %)'\nset ylabel 'b'\n"));
}

TEST(QualityChart, HandsGnuplotValuesAndIntervalsAndLeavesOutWhatIsMissing) {
  const QualityPanels panels{
      .tags = {"colour", kHostile},
      .methods = {{.name = "model",
                   .kind = QualityMethod::Kind::kModel,
                   .values = {QualityValue{.value = 0.5, .low = 0.4, .high = 0.61}, std::nullopt}},
                  {.name = kHostile,
                   .kind = QualityMethod::Kind::kBaseline,
                   .values = {std::nullopt, std::nullopt}}}};
  const ChartScript script = quality_chart(panels);
  EXPECT_TRUE(contains(script.commands, "$models0 << EOD\n0.50000 1 0.40000 0.61000\nEOD\n"));
  EXPECT_TRUE(contains(script.commands, "set xrange [0:0.7]"));
  EXPECT_TRUE(contains(script.commands, "set yrange [2.5:0.5]"));
  expect_drawn(script);
}

TEST(PointGroups, NamesTheMostFrequentOfManyValuesAndCountsTheRest) {
  std::vector<std::string> values;
  values.reserve(504);
  for (int value = 0; value < 500; ++value) values.push_back("v" + std::to_string(value));
  values.insert(values.end(), {"v7", "v7", "v9", ""});
  const PointGroups groups = group_points(values, {.most = 2});
  ASSERT_EQ(groups.shown.size(), 4);
  EXPECT_EQ(groups.shown[0].name, "v7");
  EXPECT_EQ(groups.shown[0].points, 3);
  EXPECT_EQ(groups.shown[1].name, "v9");
  EXPECT_EQ(groups.shown[2].name, "498 others");
  EXPECT_EQ(groups.shown[2].points, 498);
  EXPECT_EQ(groups.shown[3].name, "none");
  EXPECT_EQ(groups.of_point[7], 0);
  EXPECT_EQ(groups.of_point[8], 2);
  EXPECT_EQ(groups.of_point.back(), 3);
}

TEST(PointGroups, NamesTheLastOneInsteadOfCallingItOneOther) {
  const std::vector<std::string> values = {"b", "a", "c"};
  const PointGroups groups = group_points(values, {.most = 2});
  ASSERT_EQ(groups.shown.size(), 3);
  EXPECT_EQ(groups.shown[0].name, "a");
  EXPECT_EQ(groups.shown[2].name, "c");
}

}  // namespace
}  // namespace likeness
