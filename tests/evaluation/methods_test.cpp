#include "likeness/evaluation/methods.hpp"

#include <algorithm>
#include <numeric>
#include <span>

#include "likeness/shop/model_files.hpp"
#include "tests/shop/small_shop.hpp"
#include "tests/support/spread.hpp"

namespace likeness {
namespace {

using Methods = SmallShop;

// As recommend --weight multiplies them; the parts that are not named stay as they are.
TEST_F(Methods, AModelsPartsCountAsIsAsked) {
  make();
  train_model("parts", std::nullopt);
  const Shop shop(files().folder, OpenMode::kExisting);
  const Method method{.name = "parts", .model = *shop.store().find_model("parts")};
  const Model model = read_model(shop.files().models() / method.model.file);
  const std::vector<std::size_t> places{2, 5, 7};
  const Descriptors plain = describe(shop, places, method, {});
  const Descriptors weighted =
      describe(shop, places, method, {.weights = {{.part = "colour", .weight = 2.5}}});
  std::vector<float> expected = plain.values;
  for (const Part& part : model.parts) {
    if (part.name != "colour") continue;
    for (std::size_t row = 0; row < places.size(); ++row) {
      const auto first = static_cast<std::ptrdiff_t>(row * plain.dimensions + part.begin);
      const std::span numbers(expected.begin() + first, part.size);
      std::ranges::transform(numbers, numbers.begin(), [](float value) { return 2.5F * value; });
    }
  }
  EXPECT_NE(expected, plain.values);
  EXPECT_EQ(weighted.values, expected);
}

// Else its one part drowns the other, and it would be a baseline that anything beats.
TEST_F(Methods, UntrainedNetworksPartsCountAsTheModelsDo) {
  make();
  train_model("parts", std::nullopt);
  const Shop shop(files().folder, OpenMode::kExisting);
  EvaluateRequest request;
  request.files = files();
  const auto methods = methods_of(shop.store(), request).methods;
  const auto untrained =
      std::ranges::find(methods, MethodKind::kUntrained, [](const Method& m) { return m.kind; });
  ASSERT_NE(untrained, methods.end());
  const Model model = read_model(shop.files().models() / untrained->model.file);
  ASSERT_GE(model.parts.size(), 2U);
  std::vector<std::size_t> places(shop.items().size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  const Descriptors descriptors = describe(shop, places, *untrained, {.threads = 2});
  for (const Part& part : model.parts) {
    EXPECT_NEAR(plain_spread(descriptors.rows(), part), part.weight, 1e-3) << part.name;
  }
}

}  // namespace
}  // namespace likeness
