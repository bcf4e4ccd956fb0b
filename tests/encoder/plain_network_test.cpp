// The plain network against arithmetic done by hand, and its gradients against central differences.
#include "tests/encoder/plain_network.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>
#include <string>

namespace likeness {
namespace {

using Mode = PlainNetwork::Mode;

// One layer on a picture.
Network one_layer(const Shape& picture, const std::function<void(NetworkBuilder&)>& add) {
  NetworkBuilder b("one layer", picture);
  add(b);
  return std::move(b).finish(0);
}

PlainTensor draw(Random& random, const Shape& shape) {
  PlainTensor tensor(shape);
  for (auto& value : tensor.values) value = random.uniform(-1.0, 1.0);
  return tensor;
}

std::vector<double> run(const Network& network, std::vector<double> picture,
                        std::vector<std::vector<double>> parameters = {}) {
  PlainNetwork plain(network);
  plain.parameters() = std::move(parameters);
  return plain.forward({network.input(), std::move(picture)}, Mode::kInference).values;
}

TEST(PlainLayers, ConvolutionOfEvenSizeAtStrideTwoPadsRightAndBelow) {
  const Network network = one_layer({.h = 2, .w = 4}, [](NetworkBuilder& b) {
    b.convolution(0, {.out = 1, .kernel = 3, .stride = 2});
  });
  // The windows begin at columns 0 and 2 of row 0; the third column of the second one is padding.
  EXPECT_EQ(
      run(network, {1, 2, 3, 4, 5, 6, 7, 8}, {{1, 10, 100, 1000, 10000, 100000, 7, 7, 7}, {0.5}}),
      (std::vector<double>{1 + 20 + 300 + 5000 + 60000 + 700000 + 0.5,
                           3 + 40 + 7000 + 80000 + 0.5}));
}

TEST(PlainLayers, ConvolutionOfOddSizeAtStrideTwoPadsOnBothSides) {
  const Network network = one_layer({.h = 1, .w = 3}, [](NetworkBuilder& b) {
    b.convolution(0, {.out = 1, .kernel = 3, .stride = 2, .bias = false});
  });
  EXPECT_EQ(run(network, {1, 2, 3}, {{7, 7, 7, 1, 10, 100, 7, 7, 7}}),
            (std::vector<double>{10 + 200, 2 + 30}));
}

TEST(PlainLayers, GroupsOfAConvolutionReadTheirOwnChannels) {
  const Network network = one_layer({.c = 4}, [](NetworkBuilder& b) {
    b.convolution(0, {.out = 2, .kernel = 1, .groups = 2, .bias = false});
  });
  EXPECT_EQ(run(network, {1, 2, 3, 4}, {{1, 10, 100, 1000}}),
            (std::vector<double>{1 + 20, 300 + 4000}));
}

TEST(PlainLayers, TransposedConvolutionLaysItsWindowsOnTheOutput) {
  const auto network = [](std::size_t kernel) {
    return one_layer({.h = 1, .w = 2}, [=](NetworkBuilder& b) {
      b.transposed_convolution(0, {.out = 1, .kernel = kernel, .stride = 2, .bias = false});
    });
  };
  // 3x3: the window of pixel 0 begins at column 0, that of pixel 1 at column 2.
  EXPECT_EQ(run(network(3), {1, 2}, {{1, 10, 100, 1000, 10000, 100000, 7, 7, 7}}),
            (std::vector<double>{1, 10, 100 + 2, 20, 1000, 10000, 100000 + 2000, 20000}));
  // 4x4: one row and one column of padding on each side.
  EXPECT_EQ(run(network(4), {1, 2}, {{0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0}}),
            (std::vector<double>{2, 3 + 2, 4 + 4, 6, 6, 7 + 10, 8 + 12, 14}));
}

TEST(PlainLayers, DenseReadsChannelsRowsColumns) {
  const Network network =
      one_layer({.c = 2, .h = 1, .w = 2}, [](NetworkBuilder& b) { b.dense(0, 2); });
  EXPECT_EQ(run(network, {1, 2, 3, 4}, {{1, 10, 100, 1000, 0, 1, 0, -1}, {0.5, 0.25}}),
            (std::vector<double>{1 + 20 + 300 + 4000 + 0.5, 2 - 4 + 0.25}));
}

TEST(PlainLayers, PaddingNeverWinsThePooling) {
  const Network network =
      one_layer({.h = 2, .w = 3}, [](NetworkBuilder& b) { b.max_pooling(0, 3, 2); });
  EXPECT_EQ(run(network, {-1, -2, -3, -4, -5, -6}), (std::vector<double>{-1, -2}));
}

TEST(PlainLayers, OfEqualValuesTheFirstWinsThePooling) {
  PlainNetwork plain(
      one_layer({.h = 2, .w = 2}, [](NetworkBuilder& b) { b.max_pooling(0, 3, 2); }));
  plain.forward({{.h = 2, .w = 2}, {1, 3, 3, 3}}, Mode::kTraining);
  plain.backward({{}, {1}});
  EXPECT_EQ(plain.gradient(0).values, (std::vector<double>{0, 1, 0, 0}));
}

TEST(PlainLayers, UpsamplingRepeatsPixels) {
  const Network network =
      one_layer({.h = 2, .w = 1}, [](NetworkBuilder& b) { b.upsampling(0, 2); });
  EXPECT_EQ(run(network, {1, 2}), (std::vector<double>{1, 1, 1, 1, 2, 2, 2, 2}));
}

TEST(PlainLayers, DepthToSpaceTurnsChannelsIntoPixels) {
  const Network network = one_layer({.c = 8}, [](NetworkBuilder& b) { b.depth_to_space(0, 2); });
  EXPECT_EQ(run(network, {1, 2, 3, 4, 5, 6, 7, 8}), (std::vector<double>{1, 3, 5, 7, 2, 4, 6, 8}));
}

TEST(PlainLayers, CropTakesTheMiddleAndOneMoreRightAndBelow) {
  const Network network = one_layer({.h = 3, .w = 4}, [](NetworkBuilder& b) { b.crop(0, 2, 1); });
  EXPECT_EQ(run(network, {11, 12, 13, 14, 21, 22, 23, 24, 31, 32, 33, 34}),
            (std::vector<double>{12, 22}));
}

TEST(PlainLayers, NormalisationMovesItsRunningStatistics) {
  PlainNetwork plain(one_layer({.h = 1, .w = 2}, [](NetworkBuilder& b) { b.normalisation(0); }));
  plain.parameters() = {{2}, {5}, {0}, {1}};
  const auto trained = plain.forward({{.h = 1, .w = 2}, {3, 7}}, Mode::kTraining).values;
  const double spread = std::sqrt(4.0 + double{kNormalisationEpsilon});
  EXPECT_DOUBLE_EQ(trained[0], 5.0 - 2.0 * 2.0 / spread);
  EXPECT_DOUBLE_EQ(trained[1], 5.0 + 2.0 * 2.0 / spread);
  EXPECT_NEAR(plain.parameters()[2][0], 0.01 * 5.0, 1e-7);
  EXPECT_NEAR(plain.parameters()[3][0], 0.99 + 0.01 * 4.0, 1e-7);
}

TEST(PlainLayers, NormalisationForInferenceUsesItsRunningStatistics) {
  const Network network =
      one_layer({.h = 1, .w = 2}, [](NetworkBuilder& b) { b.normalisation(0); });
  const auto inferred = run(network, {3, 7}, {{2}, {5}, {1}, {0.25}});
  const double spread = std::sqrt(0.25 + double{kNormalisationEpsilon});
  EXPECT_DOUBLE_EQ(inferred[0], 5.0 + 2.0 * 2.0 / spread);
  EXPECT_DOUBLE_EQ(inferred[1], 5.0 + 6.0 * 2.0 / spread);
}

TEST(PlainTensor, ChangesLayoutAndBack) {
  const Shape shape{.n = 2, .c = 3, .h = 1, .w = 2};
  PlainTensor tensor(shape);
  for (std::size_t i = 0; i < tensor.values.size(); ++i) tensor.values[i] = static_cast<double>(i);
  const auto last = channels_last(tensor);
  EXPECT_EQ(last, (std::vector<float>{0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11}));
  EXPECT_EQ(from_channels_last(shape, last).values, tensor.values);
}

TEST(MeanSquaredError, HasTheGradientOfItsMean) {
  const auto loss = mean_squared_error({{.w = 2}, {1, 5}}, {{.w = 2}, {2, 3}});
  EXPECT_DOUBLE_EQ(loss.value, (1.0 + 4.0) / 2.0);
  EXPECT_EQ(loss.gradient.values, (std::vector<double>{-1, 2}));
}

// Compares the gradients of sum(output * direction) with differences of fourth order,
// (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h: those of second order are not exact enough near a
// normalisation of few values.
class GradientCheck {
 public:
  GradientCheck(const Network& network, std::size_t batch, Mode mode, Random& random)
      : plain_(network), mode_(mode), random_(random) {
    plain_.draw_parameters(random_);
    Shape shape = network.input();
    shape.n = batch;
    pictures_ = draw(random_, shape);
    const PlainTensor output = plain_.forward(pictures_, mode_);
    branches_ = plain_.branches();
    direction_ = draw(random_, output.shape);
    for (auto& value : direction_.values)
      value /= std::sqrt(static_cast<double>(output.values.size()));
    gradients_ = plain_.backward(direction_);
  }

  void check() {
    compare("input", pictures_.values, std::vector<double>(plain_.gradient(0).values));
    const auto described = parameters_of(plain_.network());
    for (std::size_t i = 0; i < described.size(); ++i) {
      EXPECT_EQ(gradients_[i].size(), described[i].trained() ? described[i].size() : 0);
      if (described[i].trained()) compare(described[i].name, plain_.parameters()[i], gradients_[i]);
    }
  }

  [[nodiscard]] std::size_t compared() const { return compared_; }
  [[nodiscard]] std::size_t at_a_kink() const { return at_a_kink_; }

 private:
  static constexpr std::size_t kValuesOfATensor = 8;
  static constexpr double kStep = 5e-5;

  void compare(const std::string& name, std::vector<double>& values,
               const std::vector<double>& gradient) {
    ASSERT_EQ(values.size(), gradient.size());
    double largest = 1e-2;
    for (const double g : gradient) largest = std::max(largest, std::abs(g));
    const bool all = values.size() <= kValuesOfATensor;
    for (std::size_t k = 0; k < std::min(values.size(), kValuesOfATensor); ++k) {
      const std::size_t i = all ? k : random_.below(values.size());
      const auto expected = difference(values[i]);
      if (!expected) {
        ++at_a_kink_;
        continue;
      }
      ++compared_;
      EXPECT_NEAR(gradient[i], *expected, 1e-6 * largest) << name << ", value " << i;
    }
  }

  std::optional<double> difference(double& value) {
    const double middle = value;
    const auto objective = [&](double steps) -> std::optional<double> {
      value = middle + steps * kStep;
      const PlainTensor& output = plain_.forward(pictures_, mode_);
      value = middle;
      if (plain_.branches() != branches_) return std::nullopt;
      double sum = 0.0;
      for (std::size_t i = 0; i < output.values.size(); ++i)
        sum += output.values[i] * direction_.values[i];
      return sum;
    };
    const auto near_up = objective(1), near_down = objective(-1);
    const auto far_up = objective(2), far_down = objective(-2);
    if (!near_up || !near_down || !far_up || !far_down) return std::nullopt;
    return (8.0 * (*near_up - *near_down) - (*far_up - *far_down)) / (12.0 * kStep);
  }

  PlainNetwork plain_;
  Mode mode_;
  Random& random_;
  PlainTensor pictures_, direction_;
  std::vector<std::size_t> branches_;
  std::vector<std::vector<double>> gradients_;
  std::size_t compared_ = 0, at_a_kink_ = 0;
};

constexpr std::array<std::size_t, 5> kSizes{1, 3, 5, 7, 17};

// A name and what adds the layer to a network.
using LayerCase = std::pair<std::string, std::function<void(NetworkBuilder&)>>;

std::vector<LayerCase> layer_cases() {
  const auto convolution = [](const NetworkBuilder::Convolution& options) {
    return [=](NetworkBuilder& b) { b.convolution(0, options); };
  };
  const auto transposed = [](const NetworkBuilder::Convolution& options) {
    return [=](NetworkBuilder& b) { b.transposed_convolution(0, options); };
  };
  return {
      {"convolution 3x3", convolution({.out = 3})},
      {"convolution 3x3 stride 2", convolution({.out = 2, .stride = 2})},
      {"convolution 4x4 stride 2", convolution({.out = 2, .kernel = 4, .stride = 2})},
      {"convolution 5x5 stride 3", convolution({.out = 2, .kernel = 5, .stride = 3})},
      {"convolution 1x1 stride 2", convolution({.out = 5, .kernel = 1, .stride = 2})},
      {"convolution in groups", convolution({.out = 6, .groups = 2})},
      {"depthwise convolution", convolution({.out = 4, .groups = 4, .bias = false})},
      {"separable convolution", [](NetworkBuilder& b) { b.separable_convolution(0, 3, 3); }},
      {"transposed convolution 3x3", transposed({.out = 3})},
      {"transposed convolution 3x3 stride 2", transposed({.out = 2, .stride = 2})},
      {"transposed convolution 4x4 stride 2", transposed({.out = 2, .kernel = 4, .stride = 2})},
      {"transposed convolution 2x2 stride 3",
       transposed({.out = 2, .kernel = 2, .stride = 3, .bias = false})},
      {"dense", [](NetworkBuilder& b) { b.dense(0, 5); }},
      {"unit length", [](NetworkBuilder& b) { b.unit_length(b.dense(0, 5)); }},
      {"normalisation", [](NetworkBuilder& b) { b.normalisation(0); }},
      {"ReLU", [](NetworkBuilder& b) { b.relu(0); }},
      {"leaky ReLU", [](NetworkBuilder& b) { b.relu(0, 0.2F); }},
      {"sigmoid", [](NetworkBuilder& b) { b.sigmoid(0); }},
      {"pooling 3x3 stride 2", [](NetworkBuilder& b) { b.max_pooling(0, 3, 2); }},
      {"pooling 2x2 stride 1", [](NetworkBuilder& b) { b.max_pooling(0, 2, 1); }},
      {"upsampling", [](NetworkBuilder& b) { b.upsampling(0, 3); }},
      {"depth to space", [](NetworkBuilder& b) { b.depth_to_space(0, 2); }},
      {"sum of a layer with itself", [](NetworkBuilder& b) { b.sum(0, 0); }},
      {"reshape",
       [](NetworkBuilder& b) {
         const Shape in = b.shape(0);
         b.reshape(0, {.c = in.h, .h = in.w, .w = in.c});
       }},
      {"crop",
       [](NetworkBuilder& b) { b.crop(0, (b.shape(0).h + 1) / 2, (b.shape(0).w + 2) / 3); }},
  };
}

TEST(PlainNetwork, EveryLayerHasTheGradientOfItsOutput) {
  Random random(1);
  for (const auto& [name, add] : layer_cases()) {
    std::size_t compared = 0, at_a_kink = 0;
    for (const std::size_t height : kSizes) {
      const Shape picture{.c = 4, .h = height, .w = kSizes[random.below(kSizes.size())]};
      const std::size_t batch = 1 + random.below(3);
      SCOPED_TRACE(name + ", " + std::to_string(batch) + " of " + std::to_string(picture.h) + "x" +
                   std::to_string(picture.w));
      for (const auto mode : {Mode::kTraining, Mode::kInference}) {
        GradientCheck check(one_layer(picture, add), batch, mode, random);
        check.check();
        compared += check.compared();
        at_a_kink += check.at_a_kink();
      }
    }
    EXPECT_GE(compared, 60U) << name;
    EXPECT_LE(at_a_kink, compared / 50) << name;
  }
}

// Appends a layer, or two, of a drawn kind and returns its position.
std::size_t add_any_layer(NetworkBuilder& b, std::size_t input, Random& random) {
  const Shape in = b.shape(input);
  const std::size_t kernel = 1 + random.below(4), stride = 1 + random.below(2);
  const std::size_t out = 1 + random.below(5);
  switch (random.below(13)) {
    case 0: return b.convolution(input, {.out = out, .kernel = kernel, .stride = stride});
    case 1: return b.separable_convolution(input, out, kernel);
    case 2: return b.transposed_convolution(input, {.out = out, .kernel = kernel});
    case 3: return b.transposed_convolution(input, {.out = 2, .kernel = kernel, .stride = 2});
    case 4: return b.dense(input, out);
    case 5: return b.normalisation(input);
    case 6: return b.relu(input, 0.25F * static_cast<float>(random.below(2)));
    case 7: return b.sigmoid(input);
    case 8: return b.max_pooling(input, kernel, stride);
    case 9: return b.upsampling(b.crop(input, (in.h + 1) / 2, (in.w + 1) / 2), 2);
    case 10: return b.depth_to_space(b.convolution(input, {.out = 8, .stride = 2}), 2);
    case 11: return b.sum(input, b.convolution(input, {.out = in.c, .kernel = 1}));
    default: return b.reshape(input, {.c = in.w, .h = in.c, .w = in.h});
  }
}

TEST(PlainNetwork, AnyCompositionHasTheGradientOfItsOutput) {
  Random random(2);
  std::size_t compared = 0, at_a_kink = 0;
  for (std::size_t trial = 0; trial < 60; ++trial) {
    NetworkBuilder b("any", {.c = 1 + random.below(3),
                             .h = kSizes[random.below(kSizes.size())],
                             .w = kSizes[random.below(kSizes.size())]});
    const std::size_t layers = 3 + random.below(4);
    std::size_t x = 0;
    for (std::size_t i = 0; i < layers; ++i) x = add_any_layer(b, x, random);
    const Network network = std::move(b).finish(x);
    SCOPED_TRACE("trial " + std::to_string(trial) + "\n" + to_table(network));
    GradientCheck check(network, 1 + random.below(3), Mode::kTraining, random);
    check.check();
    compared += check.compared();
    at_a_kink += check.at_a_kink();
  }
  EXPECT_GE(compared, 1500U);
  EXPECT_LE(at_a_kink, compared / 50);
}

}  // namespace
}  // namespace likeness
