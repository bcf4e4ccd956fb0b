// Every command over a shop whose keys, tags and paths hold what a terminal obeys: nothing of it
// reaches a terminal, no line of ours is forged, and JSON keeps the values.
#include <filesystem>
#include <string>
#include <vector>

#include "likeness/catalogue/printable.hpp"
#include "likeness/store/store.hpp"
#include "tests/program/line_shop.hpp"

namespace likeness {
namespace {

const std::string kHostile =
    "\x1b[31mred\x07\r\x7f\xC2\x9B"
    "2J\u2028\u202Egpj\nlikeness: FORGED";

// Each line as printable() leaves it: then none holds a control character.
void expect_clean(const std::string& text, const std::string& of) {
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    EXPECT_EQ(line, printable(line)) << of;
    EXPECT_FALSE(line.starts_with("likeness: FORGED")) << of;
    begin = end + 1;
  }
}

class HostileText : public LineShop {
 protected:
  HostileText() {
    draw_pictures(12);
    std::filesystem::create_directories(path(folder_));
    for (const unsigned i : {1U, 2U, 3U}) {
      draw(folder_ + "/n" + std::to_string(i) + ".jpg", 50U + i);
    }
    write(folder_ + "/broken.jpg", "\xFF\xD8\xFFno picture");
    Store store(path("shop/shop.db"), OpenMode::kExisting);
    auto transaction = store.begin();
    Item item = *store.find_item("0001");
    item.key = kHostile;  // as a shop of before may have it
    item.source = kHostile;
    store.update_items(std::vector{item});
    std::vector<TagValue> values;
    for (const Item& one : store.items()) {
      values.push_back(
          {.item = one.id, .value = one.id % 2 == 0 ? "plain" : std::string_view(kHostile)});
    }
    store.put_tags(kHostile, values);
    transaction.commit();
    put_model(kHostile, line(12));
  }

  // As text and as JSON; returns the exit code.
  [[nodiscard]] int expect_clean_run(const std::vector<std::string>& words) const {
    const Outcome text = run(words);
    expect_clean(text.out, words[0]);
    expect_clean(text.err, words[0]);
    std::vector<std::string> with_json = words;
    with_json.emplace_back("--json");
    const Outcome json = run(with_json);
    expect_clean(json.out, words[0] + " --json");
    expect_clean(json.err, words[0] + " --json");
    EXPECT_NO_THROW((void)parse_json(json.out, "stdout")) << words[0] << ": " << json.out;
    return text.exit_code;
  }

  std::string folder_ = "more " + kHostile;
};

TEST_F(HostileText, IsPrintedByNoCommandThatReads) {
  EXPECT_EQ(expect_clean_run({"info", "shop"}), 0);
  (void)expect_clean_run({"info", "shop", "--network"});
  (void)expect_clean_run({"verify", "shop"});
  EXPECT_EQ(expect_clean_run({"duplicates", "shop"}), 0);
  EXPECT_EQ(expect_clean_run({"cluster", "shop", "--clusters", "3"}), 0);
  EXPECT_EQ(expect_clean_run({"recommend", "shop", "--item", kHostile, "--count", "13"}), 0);
  EXPECT_EQ(expect_clean_run({"recommend", "shop", "--item", "0002", "--count", "13", "--distinct",
                              "--where", kHostile + "=" + kHostile}),
            0);
  EXPECT_EQ(expect_clean_run({"evaluate", "shop", "--baselines", "--by", kHostile}), 0);
  EXPECT_EQ(expect_clean_run({"export", "shop", "x" + kHostile + ".npy"}), 0);
  const Json found = run_json({"recommend", "shop", "--item", "0002", "--count", "13"});
  bool kept = false;
  for (const Json& one : found.at("results").array()) {
    kept = kept || one.at("key").text() == kHostile;
  }
  EXPECT_TRUE(kept) << "JSON has the key as it is";
}

TEST_F(HostileText, IsPrintedByNoCommandThatWrites) {
  EXPECT_EQ(expect_clean_run({"pack", "shop", "pictures", folder_}), 0);
  write("t " + kHostile, "id;" + std::string("\"") + kHostile + "\"\n0002;a\nx;y\n");
  EXPECT_EQ(
      expect_clean_run({"pack", "shop", "pictures", "--tags", "t " + kHostile, "--key", "id"}), 0);
  EXPECT_EQ(expect_clean_run({"sample", "s" + kHostile, "--count", "3"}), 0);
  EXPECT_EQ(expect_clean_run({"remove", "shop", kHostile}), 0);
}

TEST_F(HostileText, IsInNoErrorMessage) {
  EXPECT_EQ(expect_clean_run({"info", kHostile}), 1);
  EXPECT_EQ(expect_clean_run({"pack", "new", kHostile}), 1);
  EXPECT_EQ(expect_clean_run({"remove", "shop", "no" + kHostile}), 1);
  EXPECT_EQ(expect_clean_run({"recommend", "shop", "--item", "no" + kHostile}), 1);
  EXPECT_EQ(
      expect_clean_run({"recommend", "shop", "--item", "0002", "--where", "no" + kHostile + "=x"}),
      1);
  EXPECT_EQ(expect_clean_run({"embed", "shop", "--model", "no" + kHostile}), 1);
  EXPECT_EQ(expect_clean_run({kHostile}), 2);
  EXPECT_EQ(expect_clean_run({"info", "shop", "--" + kHostile}), 2);
  EXPECT_EQ(
      expect_clean_run({"pack", "shop", "pictures", "--tags", "t" + kHostile, "--key", kHostile}),
      1);
}

TEST_F(HostileText, IsInNoFileOfTheReportButAsText) {
  ASSERT_EQ(expect_clean_run({"cluster", "shop", "--clusters", "3"}), 0);
  ASSERT_EQ(expect_clean_run({"report", "shop"}), 0);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path("shop/report"))) {
    const std::string extension = entry.path().extension().string();
    const bool ours =
        extension == ".svg" || extension == ".html" || entry.path().filename() == "space.js";
    if (!ours) continue;
    ++files;
    std::string text = read(std::filesystem::relative(entry.path(), path("")).string());
    std::erase(text, '\t');  // gnuplot's own
    expect_clean(text, entry.path().filename().string());
  }
  EXPECT_GE(files, 2U);
}

}  // namespace
}  // namespace likeness
