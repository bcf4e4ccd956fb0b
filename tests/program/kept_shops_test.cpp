// The shops in tests/shops were made by earlier likenesses (tools/keep_shop.sh), and hold what
// those answered from them.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "likeness/shop/embedding.hpp"
#include "likeness/store/schema.hpp"
#include "likeness/store/sqlite.hpp"
#include "tests/program/program.hpp"

namespace likeness {
namespace {

namespace fs = std::filesystem;

// What is kept was described in BF16: a processor without it describes a picture a little
// otherwise.
constexpr double kNear = 1e-3;
constexpr double kNearInF32 = 0.05;

class KeptShops : public ProgramTest {
 protected:
  // What is kept is only read: each test has a copy, `name`/shop.
  std::vector<std::string> copies() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(LIKENESS_KEPT_SHOPS)) {
      names.push_back(entry.path().filename().string());
      fs::copy(entry.path(), path(names.back()), fs::copy_options::recursive);
    }
    return names;
  }
  // One document a file, as the likeness of that time printed it.
  [[nodiscard]] Json told(const std::string& file) const { return parse_json(read(file), file); }
};

// Which items, in which order, how far away, and what is known of them.
void expect_same_answer(const Json& now, const Json& then, double near) {
  const auto& results = now.at("results").array();
  const auto& expected = then.at("results").array();
  EXPECT_EQ(now.at("items"), then.at("items"));
  EXPECT_EQ(now.at("model"), then.at("model"));
  ASSERT_EQ(results.size(), expected.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i].at("key"), expected[i].at("key"));
    EXPECT_EQ(results[i].at("tags"), expected[i].at("tags"));
    EXPECT_EQ(results[i].at("cluster"), expected[i].at("cluster"));
    EXPECT_NEAR(results[i].at("distance").number(), expected[i].at("distance").number(), near);
  }
}

TEST_F(KeptShops, AnswerAsTheyDidBeforeAndAfterTheyAreBroughtUpToDate) {
  const double described_near = embedding_precision() == Precision::kBf16 ? kNear : kNearInF32;
  for (const std::string& name : copies()) {
    SCOPED_TRACE(name);
    const std::string shop = name + "/shop";
    const auto expect_answers = [&] {
      EXPECT_TRUE(run_json({"verify", shop}).at("ok").boolean());
      expect_same_answer(run_json({"recommend", shop, "--item", "000003", "--count", "20"}),
                         told(name + "/recommend.json"), kNear);
      expect_same_answer(
          run_json({"recommend", shop, "--image", name + "/query.jpg", "--count", "3"}),
          told(name + "/recommend_image.json"), described_near);
    };
    expect_answers();
    EXPECT_EQ(run_json({"embed", shop}).at("embedded").integer(), 0);  // the first that writes
    expect_answers();
  }
}

TEST_F(KeptShops, TakeMorePicturesAndRemember) {
  draw("more/new.jpg", 7);
  for (const std::string& name : copies()) {
    SCOPED_TRACE(name);
    const std::string shop = name + "/shop";
    const auto items = run_json({"info", shop}).at("items").integer();
    EXPECT_EQ(run_json({"pack", shop, "more"}).at("packed").integer(), 1);
    EXPECT_EQ(run_json({"embed", shop}).at("embedded").integer(), 1);
    EXPECT_EQ(run_json({"info", shop}).at("items").integer(), items + 1);
    EXPECT_EQ(run({"recommend", shop, "--item", "000005"}).exit_code, 1);  // removed long ago
    EXPECT_EQ(run_json({"compact", shop}).at("packs").array().size(), 1U);
    EXPECT_TRUE(run_json({"verify", shop}).at("ok").boolean());
  }
}

TEST_F(KeptShops, ThereIsOneOfEverySchema) {
  std::set<std::size_t> versions;
  for (const std::string& name : copies()) {
    const Database database(path(name + "/shop/shop.db"), OpenMode::kExisting);
    versions.insert(schema_version(database));
  }
  for (std::size_t version = 1; version <= shop_migrations().size(); ++version) {
    EXPECT_TRUE(versions.contains(version))
        << "keep one of schema " << version << ": tools/keep_shop.sh, docs/releasing.md";
  }
}

}  // namespace
}  // namespace likeness
