// likeness recommend, on latents whose neighbours are plain to see.
#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/store/store.hpp"
#include "tests/program/line_shop.hpp"

namespace likeness {
namespace {

class RecommendTest : public LineShop {
 protected:
  [[nodiscard]] static Words words(const Words& options) {
    Words all{"recommend", "shop"};
    all.insert(all.end(), options.begin(), options.end());
    return all;
  }
  [[nodiscard]] Json results(const Words& options) const {
    return run_json(words(options)).at("results");
  }
  // "0002 0003": the keys of the results in their order.
  [[nodiscard]] std::string keys(const Words& options) const {
    const Json found = results(options);
    std::string text;
    for (const Json& result : found.array()) {
      if (!text.empty()) text += ' ';
      text += result.at("key").text();
    }
    return text;
  }
};

TEST_F(RecommendTest, ShowsTheNearestFirstAndNeverTheItemItself) {
  const Json found = results({"--item", "0001", "--count", "3"});
  ASSERT_EQ(found.array().size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const Json& one = found.array()[i];
    EXPECT_EQ(one.at("key").text(), "000" + std::to_string(i + 2));
    EXPECT_EQ(one.at("distance").number(), static_cast<double>(i + 1));
    EXPECT_EQ(one.at("cluster"), Json());
  }
  EXPECT_EQ(found.array()[1].at("tags").dump(), R"({"colour":"red","kind":"shirt"})");
  EXPECT_EQ(found.array()[1].at("path").text(), path("pictures/0003.jpg").string());
  EXPECT_EQ(keys({"--item", "0006"}), "0005 0007 0004 0008 0003");  // five; ties by order
  EXPECT_EQ(results({"--item", "0006", "--count", "500"}).array().size(), 11U);
}

TEST_F(RecommendTest, RelevanceIsTheShareOfPairsThatAreFartherApart) {
  // Of the 66 pairs of 12 points on a line 11 are 1 apart, 10 are 2 apart, and so on.
  const Json found = results({"--item", "0001", "--count", "11"});
  double farther = 66;
  for (int distance = 1; distance <= 11; ++distance) {
    farther -= 12 - distance;
    EXPECT_NEAR(found.array().at(static_cast<std::size_t>(distance - 1)).at("relevance").number(),
                farther / 66, 0.01);
  }
  EXPECT_EQ(keys({"--item", "0001", "--count", "11", "--relevance", "0.5"}), "0002 0003 0004");
  EXPECT_EQ(keys({"--item", "0001", "--relevance", "1"}), "");
  EXPECT_TRUE(contains(run(words({"--item", "0001", "--relevance", "1"})).out, "--relevance"));
}

TEST_F(RecommendTest, ThatFindsNothingNamesWhatWasAskedAndNothingElse) {
  EXPECT_TRUE(run({"cluster", "shop", "--clusters", "12"}).exit_code == 0);
  const auto found_nothing = [&](const Words& options) {
    const std::string out = run(words(options)).out;
    EXPECT_TRUE(out.starts_with("none of 12 items is as asked: ")) << out;
    return out.substr(out.find(": ") + 2);
  };
  EXPECT_EQ(found_nothing({"--item", "0001", "--by", "clusters"}),
            "leave out or loosen --by clusters\n");
  EXPECT_EQ(found_nothing({"--item", "0001", "--relevance", "1"}),
            "leave out or loosen --relevance\n");
  EXPECT_EQ(found_nothing({"--item", "0001", "--where", "colour=red", "--relevance", "1"}),
            "leave out or loosen --where or --relevance\n");
  Words all;
  for (int i = 1; i <= 12; ++i) {
    all.insert(all.end(), {"--item", (i < 10 ? "000" : "00") + std::to_string(i)});
  }
  EXPECT_EQ(found_nothing(all), "there are no others\n");
}

TEST_F(RecommendTest, TakesATagWhoseNameHoldsAnEqualsSign) {
  write("t.csv", "id,a=b,a\n0002,c,b=c\n0003,x=y,\n0004,,b=d\n");
  ASSERT_EQ(run({"pack", "shop", "pictures", "--tags", "t.csv", "--key", "id"}).exit_code, 0);
  EXPECT_EQ(keys({"--item", "0001", "--where", "a=b=x=y"}), "0003");
  EXPECT_EQ(keys({"--item", "0001", "--where", "a=b=d"}), "0004");
  EXPECT_EQ(keys({"--item", "0001", "--where", "a=b=c"}), "0002");  // of both tags: the first
  EXPECT_TRUE(contains(complaint(1, words({"--item", "0001", "--where", "a=q"})), "a=q"));
}

TEST_F(RecommendTest, LooksBetweenWhatIsLikedAndAwayFromWhatIsNot) {
  EXPECT_EQ(keys({"--item", "0002", "--item", "0006", "--count", "3"}), "0004 0003 0005");
  EXPECT_EQ(keys({"--item", "0006", "--unlike", "0010", "--count", "2"}), "0005 0004");
  EXPECT_EQ(keys({"--item", "0006", "--item", "0006", "--count", "2"}), "0005 0007");
}

TEST_F(RecommendTest, FiltersByTags) {
  EXPECT_EQ(keys({"--item", "0001", "--where", "colour=red"}), "0003 0006 0009 0012");
  EXPECT_EQ(keys({"--item", "0001", "--where", "colour=red", "--where", "colour=blue"}),
            "0002 0003 0005 0006 0008");
  EXPECT_EQ(keys({"--item", "0001", "--where", "colour=red", "--where", "kind=shirt"}),
            "0003 0006");
  EXPECT_EQ(keys({"--item", "0001", "--where", "colour=red", "--diversity", "0.5"}).size(), 19U);
}

TEST_F(RecommendTest, DiversityMakesResultsUnlikeOneAnother) {
  const std::string near = keys({"--item", "0001", "--count", "3"});
  const std::string far = keys({"--item", "0001", "--count", "3", "--diversity", "1"});
  EXPECT_EQ(near, "0002 0003 0004");
  EXPECT_EQ(far, "0002 0012 0007");
}

TEST_F(RecommendTest, ByClustersStaysInTheCluster) {
  EXPECT_TRUE(contains(complaint(1, words({"--item", "0001", "--by", "clusters"})),
                       "likeness cluster shop"));
  {
    Store store(path("shop/shop.db"), OpenMode::kExisting);
    auto transaction = store.begin();
    // Not what k-means would say of item 7, and items 11 and 12 have come later.
    store.put_clusters(1, {.dimensions = 2,
                           .centroids = {3.0F, 0.0F, 9.0F, 0.0F},
                           .items = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
                           .cluster = {0, 0, 0, 0, 0, 0, 0, 1, 1, 1}});
    transaction.commit();
  }
  EXPECT_EQ(keys({"--item", "0007", "--by", "clusters", "--count", "20"}),
            "0006 0005 0004 0003 0002 0001");
  EXPECT_EQ(keys({"--item", "0010", "--by", "clusters"}), "0009 0011 0008 0012");
  const Json found = results({"--item", "0006", "--count", "2"});
  EXPECT_EQ(found.array()[0].at("cluster").integer(), 0);
  EXPECT_EQ(results({"--item", "0012"}).array()[0].at("cluster").integer(), 1);
  EXPECT_TRUE(contains(run(words({"--item", "0001"})).out, "cluster"));
}

TEST_F(RecommendTest, IsTheSameForAnyNumberOfThreads) {
  const Words options = {"--item", "0004", "--diversity", "0.3", "--count", "7"};
  auto one = options;
  one.insert(one.end(), {"--threads", "1"});
  auto five = options;
  five.insert(five.end(), {"--threads", "5"});
  EXPECT_EQ(run(words(one)).out, run(words(five)).out);
}

TEST_F(RecommendTest, WhatIsRemovedIsInNoAnswerAnyMore) {
  EXPECT_EQ(keys({"--item", "0001", "--count", "2"}), "0002 0003");
  ASSERT_EQ(run({"remove", "shop", "0002"}).exit_code, 0);
  EXPECT_EQ(keys({"--item", "0001", "--count", "2"}), "0003 0004");
  EXPECT_TRUE(contains(complaint(1, words({"--item", "0002"})), "0002: there is no such item"));
  EXPECT_TRUE(contains(complaint(1, words({"--item", "0001", "--unlike", "0002"})), "no such"));
  ASSERT_EQ(run({"pack", "shop", "pictures"}).exit_code, 0);  // does not bring it back
  EXPECT_EQ(keys({"--item", "0001", "--count", "2"}), "0003 0004");
}

TEST_F(RecommendTest, NeverMixesTheLatentsOfTwoModels) {
  const StoredLatents other{.dimensions = 1, .items = {1, 2, 3}, .values = {1, 2, 30}};
  put_model("other", other);
  const Outcome outcome = run(words({"--item", "0001"}));
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_TRUE(contains(outcome.err, "9 of 12 items have no latent by other")) << outcome.err;
  EXPECT_EQ(keys({"--item", "0001"}), "0002 0003");
  EXPECT_EQ(run_json(words({"--item", "0001"})).at("model").text(), "other");
  EXPECT_TRUE(contains(complaint(1, words({"--item", "0005", "--quiet"})), "likeness embed shop"));
}

TEST_F(RecommendTest, DrawsAStripOfWhatItFound) {
  std::filesystem::remove(path("pictures/0003.jpg"));  // its pixels are in the pack
  for (const auto& [count, width] :
       std::vector<std::pair<std::string, int>>{{"5", 790}, {"11", 1570}}) {
    const Json drawn = run_json(words({"--item", "0001", "--count", count, "--picture", "a.png"}));
    EXPECT_EQ(drawn.at("picture").text(), "a.png");
    const std::string bytes = read("a.png");
    const Image sheet = decode_image(std::as_bytes(std::span(bytes)));
    EXPECT_EQ(sheet.size, (Size{.width = width, .height = 216}));
    EXPECT_TRUE(std::ranges::any_of(sheet.pixels, [](auto level) { return level < 100; }));
  }
  EXPECT_TRUE(contains(run(words({"--item", "0001", "--picture", "a.png"})).out, "a.png"));
  EXPECT_TRUE(contains(complaint(1, words({"--item", "0001", "--picture", "no/a.png"})), "no/a"));
}

TEST_F(RecommendTest, PrintsAnAlignedTable) {
  const Outcome outcome = run(words({"--item", "0001", "--count", "2"}));
  EXPECT_EQ(outcome.out.substr(0, outcome.out.find("\n0003")),
            "key   distance  relevance  tags\n"
            "0002    1.0000    " +
                outcome.out.substr(outcome.out.find("1.0000") + 10, 7) +
                "  colour=blue  kind=shirt");
}

TEST_F(RecommendTest, RefusesWhatCannotBe) {
  const std::vector<std::pair<Words, std::string>> wrong = {
      {{}, "--image or an item is missing"},
      {{"--item", "0001", "--image", "a.jpg"}, "exclude each other"},
      {{"--unlike", "0001"}, "--image or an item is missing"},
      {{"--item", "0001", "--unlike", "0001"}, "0001 is liked, too"},
      {{"--item", ""}, "--item is empty"},
      {{"--item", "0001", "--count", "0"}, "--count 0 is out of range"},
      {{"--item", "0001", "--count", "-1"}, "is not a whole number"},
      {{"--item", "0001", "--diversity", "1.1"}, "--diversity 1.1 is out of range"},
      {{"--item", "0001", "--diversity", "nan"}, "is not a number"},
      {{"--item", "0001", "--relevance", "-0.1"}, "--relevance -0.1 is out of range"},
      {{"--item", "0001", "--by", "colour"}, "give neighbours or clusters"},
      {{"--item", "0001", "--where", "red"}, "is not TAG=VALUE"},
      {{"--item", "0001", "--where", "colour="}, "is not TAG=VALUE"},
      {{"--item", "0001", "--where", "=red"}, "is not TAG=VALUE"},
      {{"--item", "0001", "--picture", "a.jpg"}, "give a FILE.png"},
      {{"--item", "0001", "--picture", "a.png", "--count", "201"}, "200 results at most"},
  };
  for (const auto& [options, says] : wrong) {
    const std::string line = complaint(2, words(options));
    EXPECT_TRUE(contains(line, says)) << line << "instead of " << says;
  }
  const std::vector<std::pair<Words, std::string>> missing = {
      {{"--item", "1"}, "1: there is no such item"},
      {{"--item", "0001", "--where", "colour=rde"}, "did you mean red?"},
      {{"--item", "0001", "--where", "color=red"}, "did you mean colour?"},
      {{"--item", "0001", "--where", "size=red"}, "likeness info shop"},
      {{"--image", "none.jpg"}, "none.jpg"},
      {{"--image", "t.csv"}, "t.csv: is not a picture"},
  };
  for (const auto& [options, says] : missing) {
    const std::string line = complaint(1, words(options));
    EXPECT_TRUE(contains(line, says)) << line << "instead of " << says;
  }
}

TEST_F(RecommendTest, SaysWhichCommandIsMissing) {
  EXPECT_TRUE(contains(complaint(1, {"recommend", "none", "--item", "1"}), "likeness pack"));
  ASSERT_EQ(run({"pack", "bare", "pictures"}).exit_code, 0);
  EXPECT_TRUE(contains(complaint(1, {"recommend", "bare", "--item", "0001"}), "likeness train"));
}

TEST_F(RecommendTest, ADamagedLatentIsNamed) {
  constexpr std::size_t kFourthRow = 128 + sizeof(float) * 3 * 2;
  std::string file = read("shop/latents/line/000001.latents");
  file[kFourthRow] ^= 1;
  write("shop/latents/line/000001.latents", file);
  const std::string told = complaint(1, words({"--item", "0001"}));
  EXPECT_TRUE(contains(told, "latents/line/000001.latents"));
  EXPECT_TRUE(contains(told, "likeness embed"));
}

TEST_F(RecommendTest, APictureOfTheShopIsItsOwnNearest) {
  ASSERT_EQ(run({"train", "shop", "--name", "m", "--epochs", "1", "--latent", "3", "--batch", "8"})
                .exit_code,
            0);
  ASSERT_EQ(run({"embed", "shop"}).exit_code, 0);
  const Json found = results({"--image", "pictures/0005.jpg", "--count", "12"});
  ASSERT_EQ(found.array().size(), 12U);
  EXPECT_EQ(found.array()[0].at("key").text(), "0005");
  EXPECT_EQ(found.array()[0].at("distance").number(), 0.0);
  EXPECT_EQ(results({"--image", "pictures/0005.jpg", "--threads", "1"}),
            results({"--image", "pictures/0005.jpg", "--threads", "4"}));
  ASSERT_EQ(run(words({"--image", "pictures/0005.jpg", "--picture", "a.png"})).exit_code, 0);
  EXPECT_TRUE(exists("a.png"));
  write("empty.jpg", "");
  EXPECT_TRUE(contains(complaint(1, words({"--image", "empty.jpg"})), "empty.jpg: is empty"));
}

// Two numbers an item: "shape" is N, as in the line shop, "colour" has another order.
class RecommendByParts : public RecommendTest {
 protected:
  RecommendByParts() {
    StoredLatents latents = line(12);
    for (std::size_t i = 0; i < 12; ++i) {
      // 6 1 5 2 4 3 and again: another order than the first number's.
      latents.values[2 * i + 1] = static_cast<float>(i % 2 == 0 ? 6 - i / 2 : 1 + i / 2);
    }
    put_model("parts", latents);
    write_parts(
        {{.name = "shape", .begin = 0, .size = 1}, {.name = "colour", .begin = 1, .size = 1}});
  }

  void write_parts(const std::vector<Part>& parts) const {
    NetworkBuilder b("tiny", {.c = 3, .h = 1, .w = 1});
    const auto latent = b.dense(0, 2);
    (void)b.dense(latent, 3);
    Model model;
    model.network = std::move(b).finish(latent);
    model.parameters.resize(17);
    model.parts = parts;
    std::filesystem::create_directories(path("shop/models"));
    write_model(path("shop/models/parts.safetensors"), model);
  }

  [[nodiscard]] std::string refusal(const std::string& weights) const {
    const auto result = run(words({"--item", "0001", "--weight", weights}));
    EXPECT_EQ(result.exit_code, 2) << weights;
    EXPECT_EQ(result.out, "") << weights;
    EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << result.err;
    return result.err;
  }
};

TEST_F(RecommendByParts, WeighsThePartsThatAreNamed) {
  const Words nearest{"--item", "0001", "--count", "3", "--weight"};
  const auto by = [&](const std::string& weights) {
    Words all = nearest;
    all.push_back(weights);
    return keys(all);
  };
  EXPECT_EQ(by("colour=0"), "0002 0003 0004");
  EXPECT_EQ(by("shape=0"), "0012 0003 0010");
  EXPECT_EQ(by("colour=0.001,shape=1"), "0002 0003 0004");
  EXPECT_EQ(by("shape=1,colour=1"), keys({"--item", "0001", "--count", "3"}));
  const Json found = results({"--item", "0001", "--count", "1", "--weight", "shape=2,colour=0"});
  EXPECT_EQ(found.array().at(0).at("distance").number(), 2.0);
}

TEST_F(RecommendByParts, RefusesWeightsThatMeanNothing) {
  EXPECT_TRUE(contains(refusal("fabric=1"), "it has shape and colour"));
  EXPECT_TRUE(contains(refusal("shape=-1"), "out of range"));
  EXPECT_TRUE(contains(refusal("shape=1e9"), "out of range"));
  EXPECT_TRUE(contains(refusal("shape=0,colour=0"), "nothing to compare"));
  EXPECT_TRUE(contains(refusal("shape=much"), "not a number"));
  EXPECT_TRUE(contains(refusal("shape=nan"), "not a number"));
  EXPECT_TRUE(contains(refusal("shape"), "PART=NUMBER"));
  EXPECT_TRUE(contains(refusal("=1"), "PART=NUMBER"));
  EXPECT_TRUE(contains(refusal("shape=1,"), "PART=NUMBER"));
  EXPECT_TRUE(contains(refusal("shape=1,shape=2"), "twice"));
}

TEST_F(RecommendByParts, SaysThatAModelHasNoParts) {
  write_parts({});
  EXPECT_TRUE(contains(refusal("shape=1"), "which has no parts"));
}

}  // namespace
}  // namespace likeness
