// likeness model list, import, export, activate and remove.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "tests/program/program.hpp"
#include "tests/support/text.hpp"

namespace likeness {
namespace {

class ModelCommands : public ProgramTest {
 protected:
  ModelCommands() {
    draw_pictures(12);
    for (const char* shop : {"one", "two"}) {
      EXPECT_EQ(run({"pack", shop, "pictures"}).exit_code, 0);
    }
    train("one", "a");
  }
  // The bytes of the latent of each key.
  [[nodiscard]] std::map<std::string, std::string> rows_of(const std::string& shop) const {
    const Outcome exported = run({"export", shop, shop + ".npy"});
    EXPECT_EQ(exported.exit_code, 0) << exported.err;
    std::vector<std::string> keys;
    std::istringstream lines(read(shop + ".keys.txt"));
    for (std::string key; std::getline(lines, key);) keys.push_back(key);
    const std::string bytes = read(shop + ".npy");
    constexpr std::size_t kRowBytes = 3 * sizeof(float);
    std::map<std::string, std::string> rows;
    std::size_t begin = bytes.size() - keys.size() * kRowBytes;
    for (const std::string& key : keys) {
      rows.emplace(key, bytes.substr(begin, kRowBytes));
      begin += kRowBytes;
    }
    return rows;
  }
  void train(const std::string& shop, const std::string& name) const {
    for (const auto& words : {std::vector<std::string>{"train", shop, "--latent", "3", "--epochs",
                                                       "1", "--name", name, "--quiet"},
                              {"embed", shop, "--model", name}}) {
      EXPECT_EQ(run(words).exit_code, 0);
    }
  }
};

TEST_F(ModelCommands, AModelOfAnotherShopDescribesTheSamePicturesAlike) {
  const Outcome imported = run({"model", "import", "two", "one/models/a.safetensors"});
  EXPECT_TRUE(contains(imported.out, "next: likeness embed two --model a")) << imported.out;
  EXPECT_EQ(run({"embed", "two", "--quiet"}).exit_code, 0);
  for (const char* shop : {"one", "two"}) {
    EXPECT_EQ(run({"export", shop, std::string(shop) + ".npy"}).exit_code, 0);
  }
  EXPECT_EQ(read("one.npy"), read("two.npy"));
  EXPECT_FALSE(
      run_json({"model", "import", "two", "one/models/a.safetensors"}).at("new").boolean());
}

// A catalogue in partitions, each with a shop and a process of its own, all at once.
TEST_F(ModelCommands, SixteenShopsInSixteenProcessesDescribeAsOneDoes) {
  constexpr int kPartitions = 16;
  draw_pictures(100);
  EXPECT_EQ(run({"pack", "one", "pictures", "--quiet"}).exit_code, 0);
  EXPECT_EQ(run({"embed", "one", "--quiet"}).exit_code, 0);
  const auto expected = rows_of("one");
  ASSERT_EQ(expected.size(), 100U);
  std::vector<std::string> lists(kPartitions);
  int next = 0;
  for (const auto& [key, row] : expected) {
    lists[static_cast<std::size_t>(next++ % kPartitions)] += "pictures/" + key + ".jpg\n";
  }
  std::vector<std::string> shops;
  for (const std::string& list : lists) {
    const std::string& shop = shops.emplace_back("part-" + std::to_string(shops.size()));
    EXPECT_EQ(run({"pack", shop, "--list", "-", "--quiet"}, list).exit_code, 0);
    EXPECT_EQ(run({"model", "import", shop, "one/models/a.safetensors"}).exit_code, 0);
  }
  {
    std::vector<std::unique_ptr<Running>> running;
    for (const std::string& shop : shops) {
      const std::vector<std::string> words{"embed", shop, "--quiet"};
      running.push_back(std::make_unique<Running>(words, path(""), ""));
    }
    for (const auto& one : running) EXPECT_EQ(one->wait().exit_code, 0);
  }
  std::map<std::string, std::string> found;
  for (const std::string& shop : shops) found.merge(rows_of(shop));
  EXPECT_EQ(found, expected);
}

TEST_F(ModelCommands, ListActivateAndRemove) {
  train("one", "b");
  const Json& models = run_json({"model", "list", "one"});
  ASSERT_EQ(models.at("models").array().size(), 2U);
  EXPECT_TRUE(models.at("models").array().at(1).at("active").boolean());
  EXPECT_TRUE(contains(run({"model", "list", "one"}).out, "b  "));
  EXPECT_TRUE(
      contains(complaint(1, {"model", "remove", "one", "b"}), "likeness model activate one NAME"));
  EXPECT_EQ(run_json({"model", "activate", "one", "a"}).at("latents").integer(), 12);
  EXPECT_EQ(run_json({"model", "remove", "one", "b"}).at("removed").text(), "b");
  EXPECT_EQ(run_json({"model", "list", "one"}).at("models").array().size(), 1U);
  EXPECT_FALSE(exists("one/latents/b"));
  EXPECT_TRUE(run_json({"verify", "one"}).at("notes").array().empty());
}

TEST_F(ModelCommands, ExportWritesTheActiveModelOrTheOneAskedFor) {
  train("one", "b");
  const Json both = run_json({"model", "export", "one", "both.onnx", "--half", "both"});
  EXPECT_EQ(both.at("model").text(), "b");
  EXPECT_EQ(both.at("inputs"), Json(Json::Array{"pictures"}));
  EXPECT_EQ(both.at("outputs"), Json(Json::Array{"latents", "reconstructions"}));
  EXPECT_EQ(both.at("dimensions").integer(), 3);
  EXPECT_EQ(static_cast<std::size_t>(both.at("bytes").integer()), read("both.onnx").size());
  const Json encoder = run_json({"model", "export", "one", "a.onnx", "--model", "a"});
  EXPECT_EQ(encoder.at("model").text(), "a");
  EXPECT_EQ(encoder.at("outputs"), Json(Json::Array{"latents"}));
  EXPECT_LT(read("a.onnx").size(), read("both.onnx").size());
  EXPECT_EQ(run_json({"model", "export", "one", "d.onnx", "--half", "decoder"}).at("inputs"),
            Json(Json::Array{"latents"}));
}

TEST_F(ModelCommands, ExportSaysInOneLineWhatIsWrong) {
  EXPECT_TRUE(contains(complaint(1, {"model", "export", "two", "a.onnx"}), "likeness train two"));
  EXPECT_TRUE(contains(complaint(1, {"model", "export", "one", "a.onnx", "--model", "z"}),
                       "likeness model list one"));
  EXPECT_TRUE(contains(complaint(2, {"model", "export", "one", "a.npy"}), "FILE.onnx"));
  EXPECT_TRUE(contains(complaint(2, {"model", "export", "one", "a.onnx", "--half", "all"}),
                       "encoder, decoder or both"));
  EXPECT_TRUE(contains(complaint(1, {"model", "export", "one", "no/a.onnx"}), "no/a.onnx"));
  write("one/models/a.safetensors", "damaged");
  EXPECT_TRUE(contains(complaint(1, {"model", "export", "one", "a.onnx"}), "a.safetensors"));
  EXPECT_FALSE(exists("a.onnx"));
}

TEST_F(ModelCommands, WhatIsWrongIsSaidInOneLine) {
  write("no.safetensors", "no model");
  EXPECT_TRUE(contains(complaint(1, {"model", "import", "two", "no.safetensors"}), "no.saf"));
  EXPECT_TRUE(contains(complaint(1, {"model", "activate", "one", "z"}), "likeness model list one"));
  EXPECT_TRUE(contains(
      complaint(2, {"model", "import", "two", "one/models/a.safetensors", "--name", "../a"}),
      "--name"));
  EXPECT_TRUE(contains(complaint(2, {"model", "one"}), "no such command"));
  EXPECT_TRUE(contains(complaint(2, {"model"}), "no such command"));
}

}  // namespace
}  // namespace likeness
