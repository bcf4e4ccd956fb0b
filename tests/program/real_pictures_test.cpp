// What likeness measures and recommends on real pictures. Labels are for measuring alone.
#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/program/program.hpp"
#include "tests/support/real_data.hpp"

namespace likeness {
namespace {

using Words = std::vector<std::string>;

class RealPictures : public ProgramTest {
 protected:
  // Packs the pictures with the table beside them.
  void pack(const std::filesystem::path& pictures) const {
    const Outcome outcome = run({"pack", "shop", pictures.string(), "--tags",
                                 pictures.string() + ".csv", "--key", "id", "--quiet"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }

  [[nodiscard]] Json evaluate(const Words& options) const {
    Words words{"evaluate", "shop", "--quiet"};
    words.insert(words.end(), options.begin(), options.end());
    return run_json(words);
  }
};

const Json& method(const Json& document, std::string_view name) {
  for (const Json& one : document.at("methods").array()) {
    if (one.at("name").text() == name) return one;
  }
  throw std::runtime_error("no method " + std::string(name));
}

double precision_at_10(const Json& document, const std::string& name, const std::string& tag) {
  return method(document, name).at("by").at(tag).at("precision_at_10").number();
}

// P@10 of 43,835 pictures of the same catalogue and 2,000 queries, by code that shares nothing with
// ours. All sure items are queries here, so that chance is no part of the difference.
TEST_F(RealPictures, GiveTheBaselinesThatAnIndependentProgramMeasured) {
  const auto pictures = real_data("fashion-products");
  if (!pictures) GTEST_SKIP() << kNoRealData;
  pack(*pictures);
  const Json document =
      evaluate({"--baselines", "--pca", "10", "--pca", "100", "--by", "articleType", "--by",
                "baseColour", "--where", "label_sure=1", "--queries", "10000", "--starts", "1"});
  const std::map<std::string, std::array<double, 3>> independent{
      {"pixels", {0.667, 0.344, 0.252}},  {"pca-10", {0.592, 0.337, 0.228}},
      {"pca-100", {0.668, 0.345, 0.251}}, {"histogram", {0.355, 0.496, 0.207}},
      {"hog", {0.741, 0.222, 0.181}},     {"hog+histogram", {0.727, 0.413, 0.313}}};
  // Of its 2,000 queries and our 10,000, chance alone moves a difference by .008.
  constexpr double kTolerance = 0.02;
  const std::array tags{"articleType", "baseColour", "articleType+baseColour"};
  for (const auto& [baseline, figures] : independent) {
    for (std::size_t i = 0; i < tags.size(); ++i) {
      EXPECT_NEAR(precision_at_10(document, baseline, tags.at(i)), figures.at(i), kTolerance)
          << baseline << " by " << tags.at(i);
    }
  }
}

TEST_F(RealPictures, AreTrainedOnInLittleMemory) {
  const auto pictures = real_data("fashion-products");
  if (!pictures) GTEST_SKIP() << kNoRealData;
  pack(*pictures);
  for (const Words& objective : {Words{}, Words{"--objective", "reconstruction"}}) {
    Words words{"train", "shop", "--minutes", "0.2", "--quiet"};
    words.insert(words.end(), objective.begin(), objective.end());
    const Outcome outcome = run(words);
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_LT(outcome.peak_memory, 700'000'000U);
  }
}

TEST_F(RealPictures, OfNineHundredPhotographsTeachMoreThanTheClassicDescriptorKnows) {
  const auto pictures = real_data("clothing-photos");
  if (!pictures) GTEST_SKIP() << kNoRealData;
  pack(*pictures);
  ASSERT_EQ(run({"train", "shop", "--epochs", "20", "--quiet"}).exit_code, 0);
  ASSERT_EQ(run({"embed", "shop", "--quiet"}).exit_code, 0);
  const Json document = evaluate({"--by", "category", "--starts", "1"});
  const auto& comparisons = document.at("comparisons").array();
  const auto classic = std::ranges::find_if(comparisons, [](const Json& comparison) {
    return comparison.at("baseline").text() == "hog-88+histogram-40";
  });
  ASSERT_NE(classic, comparisons.end());
  EXPECT_TRUE(classic->at("same_size").boolean());
  EXPECT_TRUE(classic->at("beats").boolean()) << "by " << classic->at("difference").number();
}

// k-means on the pixels of Fashion-MNIST; published: accuracy .47, NMI .51.
TEST_F(RealPictures, ClusterAsPublishedByTheirPixels) {
  const auto data = real_data("fashion-mnist");
  if (!data) GTEST_SKIP() << kNoRealData;
  const Outcome packed =
      run({"pack", "shop", "--size", "28x28", "--dataset", "idx",
           *data / "t10k-images-idx3-ubyte.gz", *data / "t10k-labels-idx1-ubyte.gz", "--quiet"});
  ASSERT_EQ(packed.exit_code, 0) << packed.err;
  const Json document = evaluate({"--baselines", "--by", "label", "--queries", "100"});
  const Json& clusters = method(document, "pixels").at("clusters").at("label");
  EXPECT_EQ(clusters.at("clusters").integer(), 10);
  EXPECT_NEAR(clusters.at("accuracy").number(), 0.47, 0.04);
  EXPECT_NEAR(clusters.at("nmi").number(), 0.51, 0.02);
}

}  // namespace
}  // namespace likeness
