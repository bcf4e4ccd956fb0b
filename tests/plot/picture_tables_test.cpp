#include "likeness/plot/picture_tables.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/plot/stored_picture.hpp"

namespace likeness {
namespace {

const Image kRedPicture = plain_picture({.width = 30, .height = 40}, 200, 0, 0);
const Image kBlue = plain_picture({.width = 30, .height = 40}, 0, 90, 160);
const std::string kHostileText = "<script>'\"&\n\xFF";

TEST(Reconstructions, LooksLikeTheStoredOne) {
  const std::vector<Reconstruction> two = {
      {.source = {.key = "one", .picture = kRedPicture}, .picture = kBlue},
      // Its file is gone.
      {.source = {.key = kHostileText, .picture = {}}, .picture = kRedPicture}};
  expect_like_stored(draw_reconstructions(
                         two, {.model = "m", .epoch = 2, .validation_mae = 0.05, .best_epoch = 2}),
                     "reconstructions");
}

TEST(Reconstructions, AreOfOneSizeForAllEpochs) {
  const std::vector<Reconstruction> one = {
      {.source = {.key = "a", .picture = kRedPicture}, .picture = kBlue}};
  EXPECT_EQ(
      draw_reconstructions(one, {.model = "m", .epoch = 0, .validation_mae = {}}).size,
      draw_reconstructions(one, {.model = "m", .epoch = 9, .validation_mae = 0.1, .best_epoch = 9})
          .size);
}

TEST(Comparison, LooksLikeTheStoredOne) {
  const std::vector<KeyedPicture> sources = {{.key = "one", .picture = kRedPicture}};
  const std::vector<ComparedModel> models = {
      {.name = "a", .latent = 3, .validation_mae = 0.07, .reconstructions = {kBlue}},
      {.name = kHostileText,
       .latent = 500,
       .validation_mae = {},
       .reconstructions = {kRedPicture}}};
  expect_like_stored(draw_comparison(sources, models), "comparison");
}

TEST(Clusters, LooksLikeTheStoredOne) {
  const std::vector<ShownCluster> clusters = {
      {.cluster = 1,
       .size = 12345,
       .share = 0.75,
       .tags = {"colour: red, 80 % (x 4.1)", kHostileText},
       .central = {{.key = "one", .picture = kRedPicture}, {.key = "two", .picture = kBlue}}},
      {.cluster = 2,
       .size = 1,
       .share = 0.25,
       .tags = {},
       .central = {{.key = "x", .picture = {}}}}};
  expect_like_stored(draw_clusters(clusters), "clusters");
}

TEST(Clusters, OfMoreThanCanBeLookedAtAreTheFirstOnes) {
  const std::vector<ShownCluster> many(500, {.cluster = 1,
                                             .size = 1,
                                             .share = 0,
                                             .tags = {},
                                             .central = {{.key = "k", .picture = kRedPicture}}});
  EXPECT_EQ(draw_clusters(many).size,
            draw_clusters(std::span(many).first(kMostShownClusters)).size);
}

TEST(Failures, FrameWhatIsWrongAndLookLikeTheStoredOnes) {
  const std::vector<FailedQuery> queries = {
      {.item = {.key = "query", .picture = kRedPicture},
       .value = "red",
       .answers = {{.item = {.key = "a", .picture = kBlue}, .value = "blue", .distance = 0.24},
                   {.item = {.key = "b", .picture = kRedPicture},
                    .value = "red",
                    .distance = 0.5,
                    .right = true}}}};
  expect_like_stored(draw_failures(queries, "colour"), "failures");
}

TEST(ShownSize, EnlargesByWholeNumbersAndReducesWhatIsLarge) {
  EXPECT_EQ(shown_size({.width = 60, .height = 80}), (Size{.width = 120, .height = 160}));
  EXPECT_EQ(shown_size({.width = 28, .height = 28}), (Size{.width = 140, .height = 140}));
  EXPECT_EQ(shown_size({.width = 640, .height = 320}), (Size{.width = 160, .height = 80}));
  EXPECT_EQ(shown_size({.width = 16384, .height = 1}), (Size{.width = 160, .height = 1}));
}

}  // namespace
}  // namespace likeness
