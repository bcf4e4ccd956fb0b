#include "likeness/encoder/model.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/encoder/initial.hpp"
#include "likeness/encoder/network_json.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

constexpr Shape kPicture{.c = 3, .h = 8, .w = 7};

Network tiny_network() {
  NetworkBuilder b("tiny", kPicture);
  auto x = b.relu(b.convolution(0, {.out = 2, .stride = 4}), 0.1F);
  const auto latent = b.dense(b.reshape(x, {.c = b.shape(x).size()}), 2);
  x = b.reshape(b.dense(latent, 4), {.c = 1, .h = 2, .w = 2});
  x = b.transposed_convolution(x, {.out = 3, .kernel = 4, .stride = 4});
  (void)b.crop(b.sigmoid(x), kPicture.h, kPicture.w);
  return std::move(b).finish(latent);
}

class ModelFile : public testing::Test {
 protected:
  TemporaryFolder temporary_;
  std::filesystem::path folder_ = temporary_.path();
  Model model_{.name = "tiny-2",
               .network = tiny_network(),
               .parameters = initial_parameters(tiny_network(), 3),
               .seed = 3,
               .program = "0.1",
               .history = {{.epoch = 1, .train_mse = 0.5, .validation_mae = 0.25}}};
};

TEST_F(ModelFile, ComesBackAsItWasWritten) {
  write_model(folder_ / "a", model_);
  const Model back = read_model(folder_ / "a");
  EXPECT_EQ(back.name, model_.name);
  EXPECT_EQ(back.parameters, model_.parameters);
  EXPECT_EQ(back.seed, 3U);
  EXPECT_EQ(back.history.at(0).validation_mae, 0.25);
  EXPECT_EQ(to_json(back.network), to_json(model_.network));
  write_model(folder_ / "b", back);
  EXPECT_EQ(read_file(folder_ / "a"), read_file(folder_ / "b"));
}

TEST_F(ModelFile, EveryFlippedOrMissingByteIsAnError) {
  write_model(folder_ / "a", model_);
  auto bytes = read_file(folder_ / "a");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW((void)read_model(std::span(bytes).first(size), "cut"), Error) << size;
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] ^= std::byte{0x10};
    EXPECT_THROW((void)read_model(bytes, "flipped"), Error) << i;
    bytes[i] ^= std::byte{0x10};
  }
  EXPECT_NO_THROW((void)read_model(bytes, "whole"));
}

TEST_F(ModelFile, RemembersItsParts) {
  model_.parts = {{.name = "shape", .begin = 0, .size = 1, .spread = 0.5F, .weight = 2.0F},
                  {.name = "colour", .begin = 1, .size = 1, .spread = 0.25F, .weight = 0.5F}};
  write_model(folder_ / "a", model_);
  const auto parts = read_model(folder_ / "a").parts;
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[1].name, "colour");
  EXPECT_EQ(parts[1].begin, 1U);
  EXPECT_EQ(parts[1].size, 1U);
  EXPECT_EQ(parts[1].spread, 0.25F);
  EXPECT_EQ(parts[1].weight, 0.5F);
}

TEST_F(ModelFile, RefusesPartsThatDoNotMakeUpTheLatent) {
  const auto refused = [&](const std::vector<Part>& parts) {
    model_.parts = parts;
    write_model(folder_ / "a", model_);
    EXPECT_THROW((void)read_model(folder_ / "a"), Error);
  };
  refused({{.name = "shape", .begin = 0, .size = 1}});
  refused({{.name = "shape", .begin = 0, .size = 3}});
  refused({{.name = "shape", .begin = 1, .size = 2}});
  refused({{.name = "shape", .begin = 0, .size = 2, .spread = -1.0F}});
  refused({{.name = "shape", .begin = 0, .size = 2, .weight = -1.0F}});
  refused({{.name = "shape", .begin = 0, .size = 2, .weight = 1e9F}});
  refused({{.name = "shape", .begin = 0, .size = 2}, {.name = "colour", .begin = 2, .size = 0}});
}

TEST_F(ModelFile, CheckpointComesBackAsItWasWritten) {
  const Checkpoint checkpoint{.settings = "{}",
                              .state = {.parameters = {1.0F, 2.0F},
                                        .first_moment = {0.1F},
                                        .second_moment = {0.3F},
                                        .steps = 17,
                                        .progress = 0.1,
                                        .seconds = 2.5,
                                        .history = {{.epoch = 1, .images_per_second = 7.0}},
                                        .best_epoch = 1}};
  write_checkpoint(folder_ / "c", checkpoint);
  const Checkpoint back = read_checkpoint(folder_ / "c");
  EXPECT_EQ(back.settings, "{}");
  EXPECT_EQ(back.state.parameters, checkpoint.state.parameters);
  EXPECT_EQ(back.state.second_moment, checkpoint.state.second_moment);
  EXPECT_EQ(back.state.steps, 17U);
  EXPECT_EQ(back.state.progress, 0.1);
  EXPECT_EQ(back.state.history.at(0).images_per_second, 7.0);
  EXPECT_THROW((void)read_model(folder_ / "c"), Error);
}

TEST(NetworkJson, RefusesWhatCannotBe) {
  const std::string good = to_json(tiny_network()).dump();
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  const auto read = [](const std::string& text) {
    return network_from_json(parse_json(text, "test"), "test");
  };
  EXPECT_NO_THROW((void)read(good));
  EXPECT_THROW((void)read(with("\"kernel\":3", "\"kernel\":0")), Error);
  EXPECT_THROW((void)read(with("\"kernel\":3", "\"kernel\":65")), Error);
  EXPECT_THROW((void)read(with("\"inputs\":[0]", "\"inputs\":[1]")), Error);
  EXPECT_THROW((void)read(with("\"inputs\":[0]", "\"inputs\":[]")), Error);
  EXPECT_THROW((void)read(with("\"convolution\"", "\"magic\"")), Error);
  EXPECT_THROW((void)read(with("[2,2,2]", "[2,3,2]")), Error);
  EXPECT_THROW((void)read(with("[2,2,2]", "[2,2]")), Error);
  EXPECT_THROW((void)read(with("\"latent\":", "\"latent\":1")), Error);
  EXPECT_THROW((void)read(with("\"groups\":1", "\"groups\":2")), Error);
}

TEST(NetworkJson, RefusesPartsThatCannotBe) {
  const std::string good =
      to_json(parts_network({.c = 3, .h = 16, .w = 12}, part_sizes(16))).dump();
  const auto refuse = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    EXPECT_THROW((void)network_from_json(parse_json(text, "test"), "test"), Error) << to;
  };
  refuse("[432,1,1]", "[431,1,1]");
  refuse("[600,1,1]", "[601,1,1]");
  refuse("[1,16,12]", "[2,16,12]");
  refuse("[16,1,1]", "[17,1,1]");
  refuse("[3,16,12]", "[1,16,12]");  // no colour picture
  refuse("\"descriptor\"", "\"sum\"");
}

TEST(NetworkJson, DescribesTheNetworksOfTheProgram) {
  for (const auto& network : {xception_network({.c = 3, .h = 80, .w = 60}, 10),
                              compact_network({.c = 3, .h = 80, .w = 60}, 10),
                              parts_network({.c = 3, .h = 80, .w = 60}, part_sizes(128))}) {
    const Json json = to_json(network);
    EXPECT_EQ(to_json(network_from_json(json, "test")), json);
  }
}

}  // namespace
}  // namespace likeness
