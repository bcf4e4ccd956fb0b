// likeness report: what it draws of shops that are unusual, and what it leaves alone.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <string_view>

#include "likeness/base/json.hpp"
#include "likeness/base/random.hpp"
#include "tests/program/line_shop.hpp"

namespace likeness {
namespace {

using Missing = std::map<std::string, std::string>;  // picture: what it needs

Missing missing_of(const Json& report) {
  Missing missing;
  for (const Json& one : report.at("missing").array()) {
    missing.emplace(one.at("picture").text(), one.at("needs").text());
  }
  return missing;
}

bool draws(const Json& report, const std::string& picture) {
  return std::ranges::any_of(report.at("pictures").array(), [&](const Json& one) {
    return contains(one.text(), "/pictures/" + picture);
  });
}

class Report : public LineShop {
 protected:
  // Every picture that is named is there, and so is all that the page asks for.
  Json report(const Words& more = {}) {
    Words words{"report", "shop"};
    words.insert(words.end(), more.begin(), more.end());
    Json made = run_json(words);
    EXPECT_TRUE(exists(made.at("index").text()));
    for (const Json& picture : made.at("pictures").array()) {
      EXPECT_TRUE(exists(picture.text())) << picture.text();
    }
    for (const char* file : {"report.css", "report.js"}) {
      EXPECT_TRUE(exists(std::string("shop/report/") + file)) << file;
    }
    return made;
  }

  [[nodiscard]] std::string page() const { return read("shop/report/index.html"); }
};

class OddReport : public Report {
 protected:
  // A shop of these pictures alone, in the place of the usual one.
  void pack(const std::string& folder, const Words& more = {}) const {
    std::filesystem::remove_all(path("shop"));
    Words words{"pack", "shop", folder, "--size", "24x32"};
    words.insert(words.end(), more.begin(), more.end());
    EXPECT_EQ(run(words).exit_code, 0);
  }
};

TEST_F(Report, DrawsWhatTheShopHasAndTellsWhatMakesTheRest) {
  const Json made = report();
  EXPECT_EQ(made.at("index").text(), "shop/report/index.html");
  EXPECT_TRUE(draws(made, "space.png"));
  EXPECT_TRUE(draws(made, "strip-01.png"));
  EXPECT_TRUE(draws(made, "map.webp"));
  const Missing missing = missing_of(made);
  EXPECT_EQ(missing.at("clusters"), "likeness cluster shop");
  EXPECT_EQ(missing.at("latent space by cluster"), "likeness cluster shop");
  EXPECT_EQ(missing.at("reconstruction by epoch"), "likeness train shop");
  EXPECT_EQ(missing.at("losses"), "likeness train shop");
  EXPECT_TRUE(contains(page(), "likeness cluster shop"));
}

TEST_F(Report, ShowsClustersOnceTheyAreMade) {
  ASSERT_EQ(run({"cluster", "shop", "--clusters", "2"}).exit_code, 0);
  const Json made = report();
  EXPECT_TRUE(draws(made, "clusters.png"));
  EXPECT_TRUE(draws(made, "space-clusters.svg"));
  EXPECT_TRUE(contains(read("shop/report/space.js"), "\"name\":\"cluster\""));
  EXPECT_FALSE(missing_of(made).contains("clusters"));
}

TEST_F(Report, GivesEachPictureAnAlternativeText) {
  report();
  const std::string html = page();
  std::size_t pictures = 0;
  for (std::size_t at = html.find("<img "); at != std::string::npos;
       at = html.find("<img ", at + 1)) {
    const std::string tag = html.substr(at, html.find('>', at) - at);
    EXPECT_TRUE(contains(tag, " alt=\"")) << tag;
    EXPECT_FALSE(contains(tag, " alt=\"\"")) << tag;
    ++pictures;
  }
  EXPECT_GT(pictures, 3U);
}

TEST_F(Report, KilledAtAnyMomentLeavesAWholePage) {
  const auto duration = time_of({"report", "shop", "--quiet"});
  Random random(1);
  int killed = 0;
  for (int round = 0; round < 6; ++round) {
    const auto time = random.below(static_cast<std::uint64_t>(duration.count()) * 5 / 4);
    const Outcome outcome =
        run_for(std::chrono::microseconds(time), SIGKILL, {"report", "shop", "--quiet"});
    killed += outcome.signal == SIGKILL ? 1 : 0;
    const std::string html = page();
    EXPECT_TRUE(contains(html, "</html>")) << time << " us";
    const std::string_view source = "src=\"pictures/";
    for (auto at = html.find(source); at != std::string::npos; at = html.find(source, at + 1)) {
      const auto from = at + source.size();
      const std::string picture = html.substr(from, html.find('"', from) - from);
      EXPECT_TRUE(exists("shop/report/pictures/" + picture)) << picture << ", " << time << " us";
    }
  }
  EXPECT_GT(killed, 2);  // else the test has tried nothing
  report();
  for (const auto& entry : std::filesystem::directory_iterator(path("shop"))) {
    const std::string name = entry.path().filename().string();
    EXPECT_TRUE(name == "report" || !contains(name, "report")) << name << " is left over";
  }
}

TEST_F(Report, AsksNothingOfTheNetwork) {
  report();
  EXPECT_FALSE(contains(page(), "http:"));
  EXPECT_FALSE(contains(page(), "https:"));
  EXPECT_FALSE(contains(page(), "fetch("));
}

TEST_F(Report, DrawsTheItemsThatAreNamed) {
  const Json made = report({"--items", "0003,0011"});
  EXPECT_TRUE(contains(page(), "0003: the 5 nearest"));
  EXPECT_TRUE(contains(page(), "0011: the 5 nearest"));
  EXPECT_TRUE(contains(page(), "--items 0003,0011"));
  EXPECT_TRUE(contains(complaint(1, {"report", "shop", "--items", "0003,none"}),
                       "none: there is no such item"));
}

TEST_F(Report, ShowsBesideEachOtherWhatModelsRecommend) {
  EXPECT_FALSE(draws(report(), "strip-other-1-01.png"));
  StoredLatents backwards = line(12);
  std::ranges::reverse(backwards.values);
  put_model("there", line(12));
  put_model("backwards", backwards);
  const Json made = report({"--items", "0003"});
  EXPECT_TRUE(draws(made, "strip-01.png"));
  EXPECT_TRUE(draws(made, "strip-other-1-01.png"));
  EXPECT_TRUE(draws(made, "strip-other-2-01.png"));
  EXPECT_FALSE(draws(made, "strip-other-1-02.png"));
  EXPECT_FALSE(draws(made, "strip-other-3-01.png"));
  const std::string text = page();
  const auto active = text.find("nearest by backwards");
  const auto newer = text.find("nearest by there");
  EXPECT_LT(active, newer);
  EXPECT_LT(newer, text.find("nearest by line"));
  EXPECT_NE(text.find("nearest by line"), std::string::npos);
}

TEST_F(Report, IsTheSameForTheSameSeed) {
  report({"--seed", "5"});
  const std::string first = page() + read("shop/report/space.js");
  report({"--seed", "5"});
  EXPECT_EQ(page() + read("shop/report/space.js"), first);
}

TEST_F(Report, ReplacesNoFolderThatIsNotAReport) {
  write("mine/letter.txt", "dear");
  const std::string line = complaint(1, {"report", "shop", "-o", "mine"});
  EXPECT_TRUE(contains(line, "letter.txt, which is no part of a report")) << line;
  EXPECT_EQ(read("mine/letter.txt"), "dear");
  EXPECT_EQ(run({"report", "shop", "-o", "new"}).exit_code, 0);
  EXPECT_EQ(run({"report", "shop", "-o", "new/"}).exit_code, 0);
  EXPECT_TRUE(exists("new/index.html"));
}

TEST_F(Report, LeavesTheOldOneWhenItFailsAndNothingElseBeside) {
  report();
  const std::string before = page();
  write("shop/packs/000001.pack", "no pack");
  EXPECT_EQ(run({"report", "shop"}).exit_code, 1);
  EXPECT_EQ(page(), before);
  for (const auto& entry : std::filesystem::directory_iterator(path("shop"))) {
    EXPECT_FALSE(contains(entry.path().string(), "report.tmp")) << entry.path();
  }
}

TEST_F(Report, ClearsAwayWhatAKilledOneLeft) {
  write("shop/report.tmp.999999999/index.html", "half");
  report();
  EXPECT_FALSE(exists("shop/report.tmp.999999999"));
}

TEST_F(Report, DrawsFromThePackWhereTheOriginalsAreGone) {
  std::filesystem::remove_all(path("pictures"));
  EXPECT_TRUE(draws(report(), "strip-01.png"));
}

TEST_F(OddReport, OfAShopWithoutAnyModelNamesAllThatIsMissing) {
  pack("pictures");
  const Json made = report();
  EXPECT_TRUE(made.at("pictures").array().empty());
  const Missing missing = missing_of(made);
  EXPECT_EQ(missing.size(), 13U);
  for (const auto& [picture, needs] : missing) EXPECT_EQ(needs.substr(0, 8), "likeness") << picture;
}

TEST_F(OddReport, OfOneItem) {
  draw("one/single.jpg", 1);
  pack("one");
  put_model("m", {.dimensions = 3, .items = {1}, .values = {1.0F, 2.0F, 3.0F}});
  const Json made = report();
  EXPECT_TRUE(draws(made, "space.png"));
  EXPECT_TRUE(draws(made, "map.webp"));
  EXPECT_TRUE(missing_of(made).contains("recommendation strips"));
}

TEST_F(OddReport, OfLatentsOfOneNumberTwoAndFour) {
  for (const std::size_t dimensions : {std::size_t{1}, std::size_t{2}, std::size_t{4}}) {
    StoredLatents latents{.dimensions = dimensions, .items = {}, .values = {}};
    for (std::int64_t i = 1; i <= 12; ++i) {
      latents.items.push_back(i);
      for (std::size_t d = 0; d < dimensions; ++d) {
        latents.values.push_back(static_cast<float>(i * static_cast<std::int64_t>(d + 1) % 7));
      }
    }
    put_model("m" + std::to_string(dimensions), latents);
    const Json made = report();
    EXPECT_TRUE(draws(made, "space.png")) << dimensions;
    EXPECT_TRUE(draws(made, "map.webp")) << dimensions;
    EXPECT_TRUE(contains(read("shop/report/space.js"),
                         "\"dimensions\":" + std::to_string(dimensions) + ","));
  }
}

TEST_F(OddReport, OfItemsThatAreAllTheSame) {
  StoredLatents latents{.dimensions = 4, .items = {}, .values = {}};
  for (std::int64_t i = 1; i <= 12; ++i) {
    latents.items.push_back(i);
    latents.values.insert(latents.values.end(), 4, 0.5F);
  }
  put_model("same", latents);
  ASSERT_EQ(run({"cluster", "shop", "--clusters", "1"}).exit_code, 0);
  const Json made = report();
  EXPECT_TRUE(draws(made, "space-clusters.png"));
  EXPECT_TRUE(draws(made, "clusters.png"));
  EXPECT_TRUE(draws(made, "map.webp"));
}

TEST_F(OddReport, OfOneEpochOfTwoModels) {
  for (const char* latent : {"1", "2"}) {
    ASSERT_EQ(run({"train", "shop", "--epochs", "1", "--latent", latent, "--quiet"}).exit_code, 0);
  }
  const Json made = report();
  EXPECT_TRUE(draws(made, "reconstruction-01.png"));
  EXPECT_TRUE(draws(made, "evolution.gif"));
  EXPECT_TRUE(draws(made, "comparison.png"));
  EXPECT_TRUE(draws(made, "losses.svg"));
  EXPECT_TRUE(contains(page(), "--epochs 1 --batch 64"));
}

TEST_F(OddReport, ComparesTheBestOfEachLatentSizeWhereThereAreManyModels) {
  for (const char* latent : {"1", "2"}) {
    ASSERT_EQ(run({"train", "shop", "--epochs", "1", "--latent", latent, "--quiet"}).exit_code, 0);
  }
  {
    Store store(path("shop/shop.db"), OpenMode::kExisting);
    auto transaction = store.begin();
    for (int i = 0; i < 10; ++i) {
      store.put_model({.name = "copy-" + std::to_string(i),
                       .file = "compact-1.safetensors",
                       .network = "compact",
                       .dimensions = 1});
    }
    transaction.commit();
  }
  report();
  EXPECT_TRUE(contains(page(), "reconstructions by 2 models"));
}

TEST_F(OddReport, EscapesKeysAndTags) {
  const std::string key = "<script>alert(\"1\")<b>'&";
  for (int i = 0; i < 3; ++i)
    draw("odd/" + std::to_string(i) + ".jpg", 1U + static_cast<unsigned>(i));
  draw("odd/" + key + ".jpg", 9);
  write("odd.csv",
        "id,\"<img "
        "src=x>\"\n0,\"a\nb\"\n1,\"a\nb\"\n2,</"
        "script>\n\"<script>alert(\"\"1\"\")<b>'&\",\"a\nb\"\n");
  pack("odd", {"--tags", "odd.csv", "--key", "id"});
  put_model("m", line(4));
  report({"--items", key});
  for (const char* tag : {"<script>alert", ")<b>", "<img src=x>", "</script>\n0"}) {
    EXPECT_FALSE(contains(page(), tag)) << tag;
  }
  EXPECT_TRUE(
      contains(page(), "&lt;script&gt;alert(&quot;1&quot;)&lt;b&gt;&#39;&amp;: the 3 nearest"));
  EXPECT_TRUE(contains(page(), "a b (3)"));
  // Data, not markup: the script gives it to the page as text.
  EXPECT_TRUE(contains(read("shop/report/space.js"), R"(<script>alert(\"1\")<b>'&)"));
}

TEST_F(OddReport, OfFiveHundredValuesOfATag) {
  std::string table = "id,number,half\n";
  for (int i = 0; i < 500; ++i) {
    const std::string name = "n" + std::to_string(i);
    draw("many/" + name + ".jpg", static_cast<unsigned>(i) + 1U, {.width = 8, .height = 8});
    table += name + ",value " + std::to_string(i) + (i % 2 == 0 ? ",even\n" : ",odd\n");
  }
  write("many.csv", table);
  pack("many", {"--tags", "many.csv", "--key", "id"});
  put_model("m", line(500));
  const Json made = report();
  EXPECT_TRUE(contains(page(), "Latent space by tag: half"));
  EXPECT_FALSE(contains(page(), "Latent space by tag: number"));
  EXPECT_TRUE(draws(made, "quality.png"));
  EXPECT_TRUE(draws(made, "worst-queries.png"));
}

}  // namespace
}  // namespace likeness
