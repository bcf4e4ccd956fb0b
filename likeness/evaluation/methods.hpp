// The ways to describe pictures that an evaluation compares: models, and beside them the
// baselines that any of them should beat.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "likeness/evaluation/evaluation.hpp"
#include "likeness/neighbours/rows.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

struct MethodList {
  std::vector<Method> methods;
  std::vector<std::string> notes;
};

// The models first. Error::kNotFound for a model that is not there, and where there is none.
[[nodiscard]] MethodList methods_of(const Store& store, const EvaluateRequest& request);

// The vectors of items, in their order.
struct Descriptors {
  std::size_t dimensions = 0;
  std::vector<float> values;

  [[nodiscard]] Rows rows() const { return {values, dimensions}; }
};

struct DescribeOptions {
  std::uint64_t seed = 1;  // of the network that is not trained
  std::size_t threads = 1;
  std::vector<PartWeight> weights{};  // of a model's parts
};

// Of the items at `places`. Error::kNotFound where the model has no latent of one of them,
// RequestError where it has not the parts.
[[nodiscard]] Descriptors describe(const Shop& shop, const std::vector<std::size_t>& places,
                                   const Method& method, const DescribeOptions& options);

// What one thread takes to describe a picture of the shop, in a batch; nothing where the model's
// network cannot be run here, as a pretrained encoder without ONNX Runtime.
[[nodiscard]] std::optional<double> milliseconds_a_picture(const Shop& shop,
                                                           const std::vector<std::size_t>& places,
                                                           const Method& method);

}  // namespace likeness
