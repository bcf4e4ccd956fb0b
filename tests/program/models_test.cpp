// likeness model list, import, activate and remove.
#include <gtest/gtest.h>

#include "tests/program/program.hpp"

namespace likeness {
namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class ModelCommands : public ProgramTest {
 protected:
  ModelCommands() {
    draw_pictures(12);
    for (const char* shop : {"one", "two"}) {
      EXPECT_EQ(run({"pack", shop, "pictures"}).exit_code, 0);
    }
    train("one", "a");
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
