#include "likeness/encoder/shape_map.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stop_token>

#include "likeness/base/error.hpp"
#include "likeness/encoder/contrast_start.hpp"
#include "likeness/encoder/initial.hpp"
#include "likeness/encoder/parts.hpp"
#include "likeness/encoder/validation.hpp"
#include "likeness/neighbours/search.hpp"
#include "tests/encoder/bars.hpp"

namespace likeness {
namespace {

constexpr PartSizes kTrained{.learned = 5, .gradients = 12, .colours = 4};

// Its classic parts are fitted, what learns is as it was drawn.
Model untrained(const Bars& bars) {
  ThreadPool pool(2);
  std::vector<std::size_t> positions(bars.pictures.size());
  for (std::size_t i = 0; i < positions.size(); ++i) positions[i] = i;
  Model model;
  model.name = "bars";
  model.seed = 7;
  model.network = parts_network(kBarsPicture, kTrained);
  model.parameters =
      start_contrast(model.network, {.pictures = bars.pictures, .positions = positions}, {}, 1,
                     pool)
          .parameters;
  return model;
}

Model mapped(const Model& model, const Bars& bars, std::size_t numbers,
             const LookingOptions& options = {}) {
  return map_shape(model, numbers, bars.pictures, Precision::kF32, 2, options);
}

std::vector<float> unweighted(Model model, const Pictures& pictures) {
  model.parts.clear();
  return embed(model, pictures, Precision::kF32, 2);
}

std::vector<std::vector<std::uint8_t>> reconstructions(const Model& model, const Bars& bars) {
  ThreadPool pool(2);
  std::vector<std::size_t> positions(bars.pictures.size());
  for (std::size_t i = 0; i < positions.size(); ++i) positions[i] = i;
  Validation validation(model.network, bars.pictures, positions, Precision::kF32, pool);
  validation.set_parameters(model.parameters);
  return validation.reconstruct(positions);
}

// The share of pictures whose nearest is of their slope, by the shape part alone.
double of_one_slope(const Model& model, const Bars& bars) {
  const auto latents = embed(model, bars.pictures, Precision::kF32, 2);
  std::vector<float> shapes;
  std::size_t numbers = 0;
  for (const Part& part : model.parts) numbers += part.name == kShapePart ? part.size : 0;
  const Rows all(latents, model.network.latent_size());
  for (std::size_t i = 0; i < all.count(); ++i) {
    const auto row = all.row(i).first(numbers);
    shapes.insert(shapes.end(), row.begin(), row.end());
  }
  const Rows rows(shapes, numbers);
  const auto nearest = Search(rows).nearest(rows, {.count = 2});
  std::size_t same = 0;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const std::size_t other = nearest[i][0].item == i ? nearest[i][1].item : nearest[i][0].item;
    same += bars.slopes[i] == bars.slopes[other] ? 1U : 0U;
  }
  return static_cast<double>(same) / static_cast<double>(rows.count());
}

TEST(ShapeMap, KeepsAsManyNumbersAsAreAskedForAndColoursAsTheyWere) {
  const Bars bars(300);
  const Model before = untrained(bars);
  const Model after = mapped(before, bars, 16);
  EXPECT_EQ(after.name, "bars");
  EXPECT_EQ(after.seed, 7U);
  EXPECT_EQ(after.network.latent_size(), 16U);
  ASSERT_EQ(after.parts.size(), 2U);
  EXPECT_EQ(after.parts[0].name, kShapePart);
  EXPECT_EQ(after.parts[0].size, 12U);
  EXPECT_EQ(after.parts[1].name, kColourPart);
  EXPECT_EQ(after.parts[1].size, 4U);
  const auto old_rows = unweighted(before, bars.pictures);
  const auto new_rows = unweighted(after, bars.pictures);
  const std::size_t old_size = before.network.latent_size();
  for (std::size_t i = 0; i < bars.pictures.size(); ++i) {
    for (std::size_t k = 0; k < 4; ++k) {
      EXPECT_EQ(old_rows[i * old_size + old_size - 4 + k], new_rows[i * 16 + 12 + k]);
    }
  }
}

TEST(ShapeMap, GivesShapesLengthOneAndPutsTheMostTellingDirectionsFirst) {
  const Bars bars(300);
  const auto rows = unweighted(mapped(untrained(bars), bars, 16), bars.pictures);
  std::array<double, 12> variances{};
  for (std::size_t i = 0; i < rows.size(); i += 16) {
    double square = 0.0;
    for (std::size_t d = 0; d < 12; ++d) {
      const auto number = static_cast<double>(rows[i + d]);
      square += number * number;
      variances.at(d) += number * number / 300.0;
    }
    EXPECT_NEAR(square, 1.0, 1e-5);
  }
  for (std::size_t d = 1; d < variances.size(); ++d) {
    EXPECT_LT(variances.at(d), variances.at(d - 1) * 1.05) << d;
  }
}

TEST(ShapeMap, TellsShapesApartAtLeastAsWell) {
  const Bars bars(400);
  const Model trained = untrained(bars);
  Model before = trained;
  before.parts = parts_of(before.network);
  before.parts = measure_parts(before, bars.pictures, Precision::kF32, 2);
  const double as_it_was = of_one_slope(before, bars);
  EXPECT_GT(as_it_was, 0.8);
  EXPECT_GE(of_one_slope(mapped(trained, bars, 16), bars), as_it_was - 0.01);
}

// With as many numbers as there were the map loses nothing but the length of what it gives.
TEST(ShapeMap, ShowsWhatTheTrainedModelShows) {
  const Bars bars(300);
  const Model trained = untrained(bars);
  const auto expected = reconstructions(trained, bars);
  const auto found = reconstructions(mapped(trained, bars, 21), bars);
  const auto fewer = reconstructions(mapped(trained, bars, 10), bars);
  int largest = 0;
  std::size_t lost = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    for (std::size_t p = 0; p < expected[i].size(); ++p) {
      largest = std::max(largest, std::abs(int{expected[i][p]} - int{found[i][p]}));
      lost += expected[i][p] != fewer[i][p] ? 1U : 0U;
    }
  }
  EXPECT_LE(largest, 1);
  EXPECT_GT(lost, 0U);
}

TEST(ShapeMap, IsMadeOfFewPicturesAndOfOne) {
  for (const std::size_t count : {1U, 8U, 30U, 99U}) {
    const Bars bars(count);
    const Model model = mapped(untrained(bars), bars, 12);
    for (const float value : embed(model, bars.pictures, Precision::kF32, 2)) {
      EXPECT_TRUE(std::isfinite(value)) << count;
    }
  }
}

TEST(ShapeMap, IsTheSameForAnyNumberOfThreads) {
  const Bars bars(250);
  const Model trained = untrained(bars);
  const auto parameters = [&](std::size_t threads) {
    return map_shape(trained, 16, bars.pictures, Precision::kF32, threads).parameters;
  };
  EXPECT_EQ(parameters(1), parameters(3));
}

TEST(ShapeMap, TellsWhatItReadsAndStops) {
  const Bars bars(250);
  const Model trained = untrained(bars);
  std::size_t read = 0;
  (void)mapped(trained, bars, 16, {.on_read = [&](std::size_t count) { read += count; }});
  EXPECT_GE(read, bars.pictures.size());
  const std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)mapped(trained, bars, 16, {.stop = stop.get_token()}), Error);
}

}  // namespace
}  // namespace likeness
