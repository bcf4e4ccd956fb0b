#include "likeness/evaluation/methods.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "likeness/shop/model_files.hpp"
#include "tests/shop/small_shop.hpp"

namespace likeness {
namespace {

using Methods = SmallShop;

// The root of the summed variances of these numbers of all items.
float spread_of(const Rows& rows, const Part& part) {
  const auto count = static_cast<double>(rows.count());
  double variance = 0.0;
  for (std::size_t d = part.begin; d < part.begin + part.size; ++d) {
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t i = 0; i < rows.count(); ++i) {
      const auto value = static_cast<double>(rows.row(i)[d]);
      sum += value;
      squares += value * value;
    }
    variance += squares / count - sum / count * (sum / count);
  }
  return static_cast<float>(std::sqrt(variance));
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
    EXPECT_NEAR(spread_of(descriptors.rows(), part), part.weight, 1e-3F) << part.name;
  }
}

}  // namespace
}  // namespace likeness
