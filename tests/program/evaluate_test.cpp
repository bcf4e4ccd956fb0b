// likeness evaluate: the truth of its figures on pictures whose answers are known, and what it says
// to questions that have none.
#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <vector>

#include "likeness/base/random.hpp"
#include "likeness/catalogue/descriptors.hpp"
#include "likeness/catalogue/jpeg.hpp"
#include "likeness/catalogue/pack.hpp"
#include "likeness/store/store.hpp"
#include "tests/program/program.hpp"

namespace likeness {
namespace {

using Words = std::vector<std::string>;

constexpr int kPictures = 48;

// Picture i is of one of three colours, with stripes across or down, and some noise.
std::string colour_of(int i) {
  constexpr std::array<const char*, 3> kColours{"red", "green", "blue"};
  return kColours.at(static_cast<std::size_t>(i % 3));
}
std::string stripes_of(int i) { return i / 3 % 2 == 0 ? "across" : "down"; }
std::string key_of(int i) { return (i < 10 ? "0" : "") + std::to_string(i); }

class Evaluate : public ProgramTest {
 protected:
  Evaluate() {
    std::string table = "id,colour,stripes,own,same,rare,half\n";
    for (int i = 0; i < kPictures; ++i) {
      draw_stripes(i);
      table += key_of(i) + "," + colour_of(i) + "," + stripes_of(i) + ",v" + std::to_string(i) +
               ",x," + (i == 5 ? "yes" : "") + "," + (i < kPictures / 2 ? "first" : "") + "\n";
    }
    write("t.csv", table);
    EXPECT_EQ(run({"pack", "shop", "pictures", "--tags", "t.csv", "--key", "id", "--size", "24x32"})
                  .exit_code,
              0);
  }

  void draw_stripes(int i) const {
    constexpr Size kSize{.width = 24, .height = 32};
    Image image{.size = kSize, .pixels = {}};
    Random random(static_cast<std::uint64_t>(i) + 1);
    const auto phase = static_cast<int>(random.below(8));
    for (int y = 0; y < kSize.height; ++y) {
      for (int x = 0; x < kSize.width; ++x) {
        const bool light = ((stripes_of(i) == "across" ? y : x) + phase) / 4 % 2 == 0;
        for (int channel = 0; channel < 3; ++channel) {
          const std::uint64_t level =
              channel == i % 3 ? (light ? 220U : 180U) : (light ? 60U : 20U);
          image.pixels.push_back(static_cast<std::uint8_t>(level + random.below(12)));
        }
      }
    }
    const auto jpeg = encode_jpeg(image, 95);
    write("pictures/" + key_of(i) + ".jpg",
          {reinterpret_cast<const char*>(jpeg.data()), jpeg.size()});
  }

  [[nodiscard]] Json evaluate(const Words& options) const {
    Words words{"evaluate", "shop", "--quiet"};
    words.insert(words.end(), options.begin(), options.end());
    return run_json(words);
  }
  [[nodiscard]] Json baselines(const Words& options) const {
    Words all{"--baselines", "--starts", "2"};
    all.insert(all.end(), options.begin(), options.end());
    return evaluate(all);
  }

  void train(const std::string& name) const {
    EXPECT_EQ(run({"train", "shop", "--name", name, "--epochs", "1", "--threads", "1", "--latent",
                   "3", "--batch", "8", "--precision", "f32", "--quiet"})
                  .exit_code,
              0);
  }
};

const Json& method(const Json& document, const std::string& name) {
  const auto& methods = document.at("methods").array();
  const auto found =
      std::ranges::find_if(methods, [&](const Json& one) { return one.at("name").text() == name; });
  if (found == methods.end()) throw std::runtime_error("no method " + name);
  return *found;
}

double measure(const Json& document, const std::string& name, const std::string& tag,
               const std::string& of) {
  return method(document, name).at("by").at(tag).at(of).number();
}

TEST_F(Evaluate, TellsEveryMeasureOfEveryBaseline) {
  const Json document = baselines({"--by", "colour", "--by", "stripes", "--pca", "5"});
  EXPECT_EQ(document.at("queries").integer(), kPictures);
  EXPECT_EQ(document.at("gallery").integer(), kPictures);
  std::string names;
  for (const Json& one : document.at("methods").array()) {
    names += one.at("name").text() + " " + std::to_string(one.at("dimensions").integer()) + ", ";
    EXPECT_EQ(one.at("kind").text(), "baseline");
    for (const char* tag : {"colour", "stripes", "colour+stripes"}) {
      const Json& by = one.at("by").at(tag);
      for (const char* of :
           {"precision_at_1", "precision_at_10", "hits_at_15", "map_at_10", "ndcg_at_10"}) {
        const auto& interval = by.at("intervals").at(of).array();
        EXPECT_LE(interval.at(0).number(), by.at(of).number() + 1e-9) << tag << of;
        EXPECT_GE(interval.at(1).number(), by.at(of).number() - 1e-9) << tag << of;
      }
    }
    EXPECT_EQ(one.at("clusters").at("colour").at("clusters").integer(), 3);
    EXPECT_EQ(one.at("clusters").at("stripes").at("clusters").integer(), 2);
    EXPECT_EQ(one.at("clusters").find("colour+stripes"), nullptr);
    EXPECT_GT(one.at("coverage").number(), 0.5);
    EXPECT_GE(one.at("hubness").integer(), 10);
    EXPECT_GT(one.at("diversity").number(), 0.0);
  }
  EXPECT_EQ(names,
            "pixels 900, pca-5 5, histogram 512, hog 432, hog+histogram 944, "
            "hog-88+histogram-40 128, ");
}

TEST_F(Evaluate, SeesColoursByTheHistogramAndStripesByTheGradients) {
  const Json document = baselines({"--by", "colour", "--by", "stripes"});
  EXPECT_NEAR(measure(document, "histogram", "colour", "precision_at_10"), 1.0, 1e-9);
  EXPECT_NEAR(measure(document, "hog", "stripes", "precision_at_10"), 1.0, 1e-9);
  EXPECT_EQ(method(document, "histogram").at("clusters").at("colour").at("accuracy").number(), 1.0);
  EXPECT_NEAR(method(document, "hog").at("clusters").at("stripes").at("nmi").number(), 1.0, 1e-9);
  EXPECT_NEAR(method(document, "hog").at("clusters").at("stripes").at("ari").number(), 1.0, 1e-9);
  // There are only 7 others of the same colour and stripes.
  EXPECT_NEAR(measure(document, "hog+histogram", "colour+stripes", "precision_at_10"), 0.7, 1e-9);
  EXPECT_NEAR(measure(document, "hog+histogram", "colour+stripes", "hits_at_15"), 7.0, 1e-9);
  EXPECT_NEAR(measure(document, "hog+histogram", "colour+stripes", "map_at_10"), 1.0, 1e-9);
  EXPECT_LT(measure(document, "hog", "colour", "precision_at_10"), 0.7);
}

// Every item's ten nearest by area means, all pairs measured and sorted.
TEST_F(Evaluate, IsThePlainDoubleLoopOverThePixels) {
  const Json document = baselines({"--by", "colour", "--by", "stripes", "--queries", "1000"});
  const Pack pack(path("shop/packs/000001.pack"));
  ASSERT_EQ(pack.count(), std::size_t{kPictures});
  std::vector<std::vector<float>> means;
  means.reserve(pack.count());
  for (std::size_t i = 0; i < pack.count(); ++i) {
    means.push_back(area_means({.size = pack.size(), .pixels = pack.record(i)}));
  }
  double right = 0.0;
  for (std::size_t query = 0; query < means.size(); ++query) {
    std::vector<std::pair<double, std::size_t>> others;
    for (std::size_t other = 0; other < means.size(); ++other) {
      double square = 0.0;
      for (std::size_t d = 0; d < means[query].size(); ++d) {
        const double difference = means[query][d] - means[other][d];
        square += difference * difference;
      }
      if (other != query) others.emplace_back(square, other);
    }
    std::ranges::sort(others);
    for (std::size_t rank = 0; rank < 10; ++rank) {  // the pack's order is that of the keys
      const auto found = static_cast<int>(others[rank].second);
      right += stripes_of(found) == stripes_of(static_cast<int>(query)) ? 1.0 : 0.0;
    }
  }
  EXPECT_NEAR(measure(document, "pixels", "stripes", "precision_at_10"), right / (10.0 * kPictures),
              1e-9);
}

// The document without how long things took.
Json without_times(const Json& document) {
  Json::Object changed = document.object();
  for (auto& [name, value] : changed) {
    if (name != "methods") continue;
    Json::Array methods;
    for (const Json& method : value.array()) {
      Json::Object members = method.object();
      std::erase_if(members, [](const auto& member) { return member.first == "milliseconds"; });
      methods.emplace_back(std::move(members));
    }
    value = std::move(methods);
  }
  return changed;
}

TEST_F(Evaluate, TellsWhatDescribingAPictureCosts) {
  train("a");
  ASSERT_EQ(run({"embed", "shop"}).exit_code, 0);
  const Json document = evaluate({"--by", "colour"});
  for (const Json& method : document.at("methods").array()) {
    EXPECT_GT(method.at("milliseconds").number(), 0.0) << method.dump();
    EXPECT_LT(method.at("milliseconds").number(), 1000.0) << method.dump();
  }
  // A model that answers although its network is gone.
  std::filesystem::remove(path("shop/models/a.safetensors"));
  const Json without = evaluate({"--by", "colour", "--models-only"});
  EXPECT_EQ(without.at("methods").array().front().at("milliseconds"), Json());
}

TEST_F(Evaluate, GivesTheSameForAnyNumberOfThreads) {
  train("a");
  ASSERT_EQ(run({"embed", "shop"}).exit_code, 0);
  const Words words{"--by", "colour", "--by", "stripes", "--queries", "20", "--seed", "7"};
  Words one = words;
  one.insert(one.end(), {"--threads", "1"});
  Words three = words;
  three.insert(three.end(), {"--threads", "3"});
  const Json first = without_times(evaluate(one));
  EXPECT_EQ(first, without_times(evaluate(three)));
  EXPECT_EQ(first, without_times(evaluate(one)));
  EXPECT_EQ(first.at("queries").integer(), 20);
  EXPECT_EQ(first.at("gallery").integer(), kPictures);
}

TEST_F(Evaluate, LooksOnlyWhereItIsToldTo) {
  const Json halved = baselines({"--by", "colour", "--where", "half=first"});
  EXPECT_EQ(halved.at("gallery").integer(), kPictures / 2);
  const Json either =
      baselines({"--by", "stripes", "--where", "colour=red", "--where", "colour=blue"});
  EXPECT_EQ(either.at("gallery").integer(), kPictures * 2 / 3);
  const Json both =
      baselines({"--by", "stripes", "--where", "colour=red", "--where", "half=first"});
  EXPECT_EQ(both.at("gallery").integer(), kPictures / 6);
}

TEST_F(Evaluate, ComparesAModelWithTheBaselinesOfItsSize) {
  train("a");
  train("b");
  ASSERT_EQ(run({"embed", "shop", "--model", "a"}).exit_code, 0);
  const Json document = evaluate({"--by", "colour"});
  EXPECT_EQ(method(document, "a").at("kind").text(), "model");
  EXPECT_EQ(method(document, "a").at("dimensions").integer(), 3);
  EXPECT_EQ(method(document, "pca-3").at("dimensions").integer(), 3);
  EXPECT_EQ(method(document, "untrained-compact-3").at("kind").text(), "baseline");
  const auto& comparisons = document.at("comparisons").array();
  EXPECT_EQ(comparisons.size(), 7U);
  for (const Json& comparison : comparisons) {
    const double difference =
        measure(document, "a", "colour", "precision_at_10") -
        measure(document, comparison.at("baseline").text(), "colour", "precision_at_10");
    EXPECT_NEAR(comparison.at("difference").number(), difference, 1e-9);
    EXPECT_EQ(comparison.at("beats").boolean(),
              comparison.at("interval").array().at(0).number() > 0.0);
    const std::string baseline = comparison.at("baseline").text();
    EXPECT_EQ(comparison.at("same_size").boolean(),
              baseline == "pca-3" || baseline == "untrained-compact-3");
  }
  // b has no latents; a is asked for by its name.
  EXPECT_NE(complaint(1, {"evaluate", "shop", "--by", "colour", "--model", "b"}).find("embed"),
            std::string::npos);
  ASSERT_EQ(run({"embed", "shop", "--model", "b"}).exit_code, 0);
  const Json two = evaluate({"--by", "colour", "--model", "a", "--model", "b"});
  EXPECT_EQ(two.at("comparisons").array().size(), 14U);
  EXPECT_EQ(measure(two, "a", "colour", "map_at_10"),
            measure(document, "a", "colour", "map_at_10"));
}

TEST_F(Evaluate, SaysWhereAModelBeatsNoBaseline) {
  train("a");
  ASSERT_EQ(run({"embed", "shop"}).exit_code, 0);
  const Outcome outcome = run({"evaluate", "shop", "--by", "colour", "--quiet"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  // The colours are all that three components hold, so that nothing can beat them.
  EXPECT_NE(outcome.out.find("a does not beat pca-3 in P@10 by colour"), std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.out.find("k-means, 3 clusters, against colour"), std::string::npos);
  EXPECT_EQ(outcome.err, "");
}

TEST_F(Evaluate, WeighsTheModelsPartsAsIsAsked) {
  ASSERT_EQ(run({"train", "shop", "--epochs", "1", "--quiet"}).exit_code, 0);
  ASSERT_EQ(run({"embed", "shop"}).exit_code, 0);
  const auto measured = [&](const char* weights, const char* tag) {
    const Json document =
        evaluate({"--by", "colour", "--by", "stripes", "--models-only", "--weight", weights});
    const std::string name = document.at("methods").array().front().at("name").text();
    return measure(document, name, tag, "precision_at_10");
  };
  EXPECT_GT(measured("shape=0", "colour"), measured("colour=0", "colour") + 0.1);
  EXPECT_GT(measured("colour=0", "stripes"), measured("shape=0", "stripes") + 0.1);
  const auto refused = [&](const Words& more) {
    Words words{"evaluate", "shop", "--by", "colour", "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    return complaint(2, words);
  };
  EXPECT_NE(refused({"--weight", "taste=1"}).find("it has shape and colour"), std::string::npos);
  EXPECT_NE(refused({"--weight", "shape"}).find("is no PART=NUMBER"), std::string::npos);
  EXPECT_NE(refused({"--weight", "shape=1", "--baselines"}).find("which baselines have not"),
            std::string::npos);
  train("plain");
  ASSERT_EQ(run({"embed", "shop", "--model", "plain"}).exit_code, 0);
  EXPECT_NE(refused({"--weight", "shape=1"}).find("which has no parts"), std::string::npos);
}

TEST_F(Evaluate, RefusesQuestionsThatHaveNoAnswer) {
  const auto refuses = [&](int exit_code, const Words& options, const std::string& says) {
    Words words{"evaluate", "shop", "--quiet"};
    words.insert(words.end(), options.begin(), options.end());
    const std::string line = complaint(exit_code, words);
    EXPECT_NE(line.find(says), std::string::npos) << line << "instead of " << says;
  };
  refuses(1, {"--by", "colour"}, "no active model");
  refuses(1, {"--by", "colour", "--model", "none"}, "no such model");
  refuses(2, {"--by", "colour", "--baselines", "--models-only"}, "exclude each other");
  refuses(1, {"--by", "color", "--baselines"}, "did you mean colour?");
  refuses(1, {"--by", "rare", "--baselines"}, "only 1 of the items");
  refuses(1, {"--by", "own", "--baselines"}, "a value of its own");
  refuses(1, {"--by", "same", "--baselines"}, "the same value");
  refuses(1, {"--by", "colour", "--where", "half=second", "--baselines"}, "no item has this value");
  refuses(1, {"--by", "colour", "--where", "halt=first", "--baselines"}, "did you mean half?");
  refuses(1,
          {"--by", "colour", "--where", "own=v1", "--where", "own=v2", "--where", "half=first",
           "--where", "rare=yes", "--baselines"},
          "only 0 of the items");
  refuses(2, {"--by", "colour", "--where", "half", "--baselines"}, "is not TAG=VALUE");
  refuses(2, {"--by", "colour", "--where", "=first", "--baselines"}, "is not TAG=VALUE");
  refuses(2, {"--baselines"}, "--by TAG is missing");
  refuses(2, {"--by", "colour", "--by", "colour"}, "given twice");
  refuses(2, {"--by", "colour", "--by", "same", "--by", "own"}, "one tag or two");
  refuses(2, {"--by", "colour", "--queries", "0"}, "at least 1");
  refuses(2, {"--by", "colour", "--queries", "-3"}, "not a whole number");
  refuses(2, {"--by", "colour", "--starts", "0"}, "out of range");
  refuses(2, {"--by", "colour", "--pca", "0"}, "out of range");
  refuses(2, {"--by", "colour", "--model", "a", "--model", "a"}, "given twice");
  refuses(2, {"--by", "colour", "--model", "a", "--baselines"}, "exclude each other");
  EXPECT_NE(complaint(1, {"evaluate", "none", "--by", "colour"}).find("no such shop"),
            std::string::npos);
}

TEST_F(Evaluate, SaysWhatItLeavesOut) {
  draw_pictures(206);
  std::string table = "id,many\n";
  for (int i = 1; i <= 206; ++i) {
    const std::string number = std::to_string(i);
    table += std::string(4 - number.size(), '0') + number + ",v" + std::to_string(i % 203) + "\n";
  }
  write("many.csv", table);
  ASSERT_EQ(run({"pack", "shop", "pictures", "--tags", "many.csv", "--key", "id"}).exit_code, 0);
  const Json document = baselines({"--by", "many", "--pca", "901"});
  EXPECT_NE(document.at("notes").array().at(0).text().find("pca-901: left out"), std::string::npos);
  EXPECT_NE(document.at("notes").array().at(1).text().find("k-means by many: left out"),
            std::string::npos);
  EXPECT_TRUE(method(document, "hog").at("clusters").object().empty());
  EXPECT_EQ(document.at("gallery").integer(), 206);
}

}  // namespace
}  // namespace likeness
