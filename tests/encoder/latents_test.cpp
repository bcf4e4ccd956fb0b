// What is measured of latents: how far each part of them spreads, and what it counts for.
#include "likeness/encoder/latents.hpp"

#include <gtest/gtest.h>

#include "likeness/encoder/initial.hpp"
#include "likeness/encoder/parts.hpp"
#include "tests/encoder/bars.hpp"
#include "tests/support/spread.hpp"

namespace likeness {
namespace {

Model untrained(std::size_t numbers) {
  Model model;
  model.network = parts_network(kBarsPicture, part_sizes(numbers));
  model.parameters = initial_parameters(model.network, 1);
  model.parts = parts_of(model.network);
  return model;
}

TEST(MeasureParts, LetsColourCountNothingWhereThereIsNone) {
  Bars bars(12);
  for (auto& picture : bars.memory) {
    for (std::size_t i = 0; i < picture.size(); ++i) picture[i] = picture[i - i % 3];
  }
  Model model = untrained(8);
  const auto parts = measure_parts(model, bars.pictures, Precision::kF32, 2);
  EXPECT_EQ(parts[0].weight, model.parts[0].weight);
  EXPECT_EQ(parts[2].name, "colour");
  EXPECT_LT(parts[2].weight, 0.01F);
}

TEST(MeasureSpreads, LeavesWeightsAsTheyAre) {
  const Bars bars(30);
  Model model = untrained(8);
  model.parts.back().weight = 0.25F;
  const auto spreads = measure_spreads(model, bars.pictures, Precision::kF32, 2);
  const auto parts = measure_parts(model, bars.pictures, Precision::kF32, 2);
  ASSERT_EQ(spreads.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(spreads[i].weight, model.parts[i].weight);
    EXPECT_EQ(spreads[i].spread, parts[i].spread);
    EXPECT_NE(spreads[i].spread, 1.0F);
  }
}

TEST(MeasureParts, GivesEachPartItsSpread) {
  const Bars bars(40);
  Model model = untrained(16);
  model.parts = measure_parts(model, bars.pictures, Precision::kF32, 2);
  const auto rows = embed(model, bars.pictures, Precision::kF32, 2);
  for (const Part& part : model.parts) {
    EXPECT_NEAR(plain_spread(Rows(rows, 16), part), part.weight, 1e-3)
        << part.name << " " << part.begin;
  }
}

}  // namespace
}  // namespace likeness
