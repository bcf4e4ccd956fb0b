#include "likeness/evaluation/methods.hpp"

#include <algorithm>
#include <numeric>

#include "likeness/shop/model_files.hpp"
#include "tests/shop/small_shop.hpp"
#include "tests/support/spread.hpp"

namespace likeness {
namespace {

using Methods = SmallShop;

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
