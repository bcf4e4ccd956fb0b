// A checkpoint comes back as it was written, and what no training could have left is an error.
#include "likeness/encoder/checkpoint.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <limits>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/encoder/safetensors.hpp"
#include "tests/encoder/picture_shapes.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

class CheckpointFile : public testing::Test {
 protected:
  CheckpointFile() {
    TrainingState& state = checkpoint_.state;
    for (const auto& parameter : parameters_of(network_)) {
      state.parameters.resize(state.parameters.size() + parameter.size(), 0.25F);
    }
    state.first_moment.assign(trained_parameters(network_), -0.5F);
    state.second_moment.assign(trained_parameters(network_), 0.75F);
  }

  // What reading says of it; "": it is read.
  [[nodiscard]] std::string complaint(const Network& network) const {
    try {
      (void)read_checkpoint(file_, network);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kCorrupt) << error.what();
      return error.what();
    }
    return "";
  }
  // After a change that no training makes.
  void expect_refused(const std::function<void(TrainingState&)>& change) const {
    Checkpoint changed = checkpoint_;
    change(changed.state);
    write_checkpoint(file_, changed);
    const std::string line = complaint(network_);
    EXPECT_EQ(line.rfind(file_.string() + ": ", 0), 0U) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
  }

  TemporaryFolder temporary_;
  std::filesystem::path file_ = temporary_.path() / "checkpoint";
  Network network_ = compact_network(kSmallPicture, 3);
  Checkpoint checkpoint_{.settings = "{}",
                         .pictures = "0123456789abcdef",
                         .state = {.parameters = {},
                                   .first_moment = {},
                                   .second_moment = {},
                                   .steps = 17,
                                   .progress = 0.1,
                                   .seconds = 2.5,
                                   .history = {{.epoch = 1, .images_per_second = 7.0}},
                                   .best_epoch = 1}};
};

TEST_F(CheckpointFile, ComesBackAsItWasWritten) {
  write_checkpoint(file_, checkpoint_);
  const Checkpoint back = read_checkpoint(file_, network_);
  EXPECT_EQ(back.settings, "{}");
  EXPECT_EQ(back.pictures, "0123456789abcdef");
  EXPECT_EQ(back.state.parameters, checkpoint_.state.parameters);
  EXPECT_EQ(back.state.second_moment, checkpoint_.state.second_moment);
  EXPECT_EQ(back.state.steps, 17U);
  EXPECT_EQ(back.state.progress, 0.1);
  EXPECT_EQ(back.state.history.at(0).images_per_second, 7.0);
  EXPECT_THROW((void)read_model(file_), Error);
}

TEST_F(CheckpointFile, OfAnotherNetworkOrOtherPicturesIsRefused) {
  write_checkpoint(file_, checkpoint_);
  EXPECT_NE(complaint(compact_network(kSmallPicture, 4)).find("the network of this training has"),
            std::string::npos);
  EXPECT_NE(complaint(compact_network({.c = 3, .h = 32, .w = 24}, 3)), "");
  EXPECT_NE(complaint(xception_network(kSmallPicture, 3)), "");
}

TEST_F(CheckpointFile, RefusesSizesThatAreNotTheNetworks) {
  const auto halve = [](std::vector<float>& values) { values.resize(values.size() / 2); };
  expect_refused([&](TrainingState& state) { halve(state.parameters); });
  expect_refused([&](TrainingState& state) { state.parameters.clear(); });
  expect_refused([&](TrainingState& state) { state.parameters.push_back(0.0F); });
  expect_refused([&](TrainingState& state) { halve(state.first_moment); });
  expect_refused([&](TrainingState& state) { state.second_moment.clear(); });
  expect_refused([&](TrainingState& state) { state.second_moment.push_back(0.0F); });
}

TEST_F(CheckpointFile, RefusesNumbersThatNoTrainingLeaves) {
  const float infinity = std::numeric_limits<float>::infinity();
  const float no_number = std::numeric_limits<float>::quiet_NaN();
  expect_refused([&](TrainingState& state) { state.parameters.back() = no_number; });
  expect_refused([&](TrainingState& state) { state.first_moment.front() = infinity; });
  expect_refused([&](TrainingState& state) { state.second_moment.front() = no_number; });
  expect_refused([&](TrainingState& state) { state.second_moment.front() = -1.0F; });
  expect_refused([](TrainingState& state) { state.steps = 0; });
  expect_refused([](TrainingState& state) { state.steps = SIZE_MAX; });
  expect_refused([](TrainingState& state) { state.progress = -0.1; });
  expect_refused([](TrainingState& state) { state.progress = 1.5; });
  expect_refused([&](TrainingState& state) { state.progress = no_number; });
  expect_refused([](TrainingState& state) { state.seconds = -1.0; });
  expect_refused([&](TrainingState& state) { state.seconds = infinity; });
  expect_refused([](TrainingState& state) { state.history.clear(); });
  expect_refused([](TrainingState& state) { state.best_epoch = 0; });
  expect_refused([](TrainingState& state) { state.best_epoch = 2; });
  expect_refused([](TrainingState& state) { state.history[0].validation_mse = -1.0; });
  expect_refused([](TrainingState& state) { state.history[0].train_mae = 1e300; });
  expect_refused([&](TrainingState& state) { state.history[0].seconds = no_number; });
}

TEST_F(CheckpointFile, RefusesTextsThatAreNoNumbersAndShapesThatAreNoRow) {
  write_checkpoint(file_, checkpoint_);
  const TensorFile whole = read_tensors(file_);
  const auto refused = [&](const std::function<void(TensorFile&)>& change) {
    TensorFile file = whole;
    change(file);
    EXPECT_THROW((void)read_checkpoint(bytes_of(file), "test", network_), Error);
  };
  for (const char* name : {"steps", "best_epoch", "progress", "seconds", "history"}) {
    for (const char* text : {"", "x", "-1", "1e999", "{}", "[1]"}) {
      refused([&](TensorFile& file) { file.texts[name] = text; });
    }
    refused([&](TensorFile& file) { file.texts.erase(name); });
  }
  refused([](TensorFile& file) { file.tensors[0].dimensions.push_back(1); });
  refused([](TensorFile& file) { file.tensors.pop_back(); });
}

TEST_F(CheckpointFile, EveryFlippedOrMissingByteIsAnError) {
  network_ = compact_network({.c = 3, .h = 8, .w = 8}, 1);
  TrainingState& state = checkpoint_.state;
  state.parameters.clear();
  for (const auto& parameter : parameters_of(network_)) {
    state.parameters.resize(state.parameters.size() + parameter.size(), 0.25F);
  }
  state.first_moment.assign(trained_parameters(network_), -0.5F);
  state.second_moment.assign(trained_parameters(network_), 0.75F);
  write_checkpoint(file_, checkpoint_);
  auto bytes = read_file(file_);
  // All of the head, and some places of the values, which the checksum treats alike.
  for (std::size_t i = 0; i < bytes.size(); i += i < 2000 ? 1 : 4999) {
    EXPECT_THROW((void)read_checkpoint(std::span(bytes).first(i), "cut", network_), Error) << i;
    bytes[i] ^= std::byte{0x10};
    EXPECT_THROW((void)read_checkpoint(bytes, "flipped", network_), Error) << i;
    bytes[i] ^= std::byte{0x10};
  }
  EXPECT_NO_THROW((void)read_checkpoint(bytes, "whole", network_));
}

}  // namespace
}  // namespace likeness
