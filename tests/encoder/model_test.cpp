#include "likeness/encoder/model.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <limits>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/encoder/initial.hpp"
#include "likeness/encoder/network_json.hpp"
#include "likeness/encoder/safetensors.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

constexpr Shape kTinyPicture{.c = 3, .h = 8, .w = 7};

Network tiny_network() {
  NetworkBuilder b("tiny", kTinyPicture);
  auto x = b.relu(b.convolution(0, {.out = 2, .stride = 4}), 0.1F);
  const auto latent = b.dense(b.reshape(x, {.c = b.shape(x).size()}), 2);
  x = b.reshape(b.dense(latent, 4), {.c = 1, .h = 2, .w = 2});
  x = b.transposed_convolution(x, {.out = 3, .kernel = 4, .stride = 4});
  (void)b.crop(b.sigmoid(x), kTinyPicture.h, kTinyPicture.w);
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

TEST_F(ModelFile, SaysItsChecksumWithoutBeingReadWhole) {
  const std::string sum = write_model(folder_ / "a", model_);
  EXPECT_EQ(sum, checksum_of(model_));
  EXPECT_EQ(sum, model_checksum(folder_ / "a"));
  EXPECT_EQ(sum, read_model(folder_ / "a").checksum);
  model_.parameters.back() += 1.0F;
  EXPECT_NE(sum, checksum_of(model_));
}

TEST_F(ModelFile, TakesTheLargestSeed) {
  model_.seed = std::numeric_limits<std::uint64_t>::max();
  write_model(folder_ / "a", model_);
  EXPECT_EQ(read_model(folder_ / "a").seed, model_.seed);
}

TEST_F(ModelFile, RefusesParametersThatNoTrainingGives) {
  model_.parameters[3] = std::numeric_limits<float>::quiet_NaN();
  write_model(folder_ / "a", model_);
  EXPECT_THROW((void)read_model(folder_ / "a"), Error);
  model_.parameters[3] = 0.0F;
  model_.history[0].train_mse = -1.0;
  write_model(folder_ / "a", model_);
  EXPECT_THROW((void)read_model(folder_ / "a"), Error);
}

TEST_F(ModelFile, RefusesTensorsThatItsNetworkDoesNotHave) {
  write_model(folder_ / "a", model_);
  TensorFile file = read_tensors(folder_ / "a");
  file.tensors.push_back({.name = "more", .dimensions = {1}, .values = {1.0F}});
  write_tensors(folder_ / "b", file);
  EXPECT_THROW((void)read_model(folder_ / "b"), Error);
  file.tensors.pop_back();
  file.tensors.front().name = "other";
  write_tensors(folder_ / "b", file);
  EXPECT_THROW((void)read_model(folder_ / "b"), Error);
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
  refuse("[2016,1,1]", "[2015,1,1]");
  refuse("[600,1,1]", "[601,1,1]");
  refuse("[1,16,12]", "[2,16,12]");
  refuse("[16,1,1]", "[17,1,1]");
  refuse("[3,16,12]", "[1,16,12]");  // no colour picture
  refuse("\"descriptor\"", "\"sum\"");
}

TEST(NetworkJson, DescribesTheNetworksOfTheProgram) {
  for (const Shape picture : {Shape{.c = 3, .h = 8, .w = 8}, Shape{.c = 3, .h = 80, .w = 60},
                              Shape{.c = 3, .h = 533, .w = 400}}) {
    for (const std::size_t latent : {std::size_t{10}, std::size_t{128}, std::size_t{4096}}) {
      for (const auto& network :
           {xception_network(picture, latent), compact_network(picture, latent),
            parts_network(picture, part_sizes(latent))}) {
        const Json json = to_json(network);
        EXPECT_EQ(to_json(network_from_json(json, "test")), json);
      }
    }
  }
}

// A few kilobytes that describe layers of 36 million values, or windows of 15 x 15 at each of them.
TEST(NetworkJson, RefusesLayersThatCostFarMoreThanThePictures) {
  const auto read = [](NetworkBuilder& b) {
    const auto latent = b.dense(b.reshape(0, {.c = b.shape(0).size()}), 1);
    const auto back = b.reshape(b.dense(latent, 3), {.c = 3, .h = 1, .w = 1});
    (void)b.crop(b.upsampling(back, 60), 60, 60);
    return network_from_json(to_json(std::move(b).finish(latent)), "test");
  };
  const Shape picture{.c = 3, .h = 60, .w = 60};
  NetworkBuilder plain("plain", picture);
  EXPECT_NO_THROW((void)read(plain));
  NetworkBuilder huge("huge", picture);
  (void)huge.upsampling(0, 58);
  EXPECT_THROW((void)read(huge), Error);
  NetworkBuilder looking("looking", picture);
  std::size_t layer = 0;
  for (int i = 0; i < 60; ++i) layer = looking.max_pooling(layer, 15, 1);
  EXPECT_THROW((void)read(looking), Error);
  NetworkBuilder histograms("histograms", picture);
  for (int i = 0; i < 200; ++i) (void)histograms.gradient_histogram();
  EXPECT_THROW((void)read(histograms), Error);
}

}  // namespace
}  // namespace likeness
