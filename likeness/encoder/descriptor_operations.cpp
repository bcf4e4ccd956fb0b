#include "likeness/encoder/descriptor_operations.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "likeness/catalogue/descriptors.hpp"
#include "likeness/catalogue/lab_histogram.hpp"
#include "likeness/compute/kernels.hpp"
#include "likeness/compute/parallel_ranges.hpp"

namespace likeness {
namespace {

// A vector shorter than this has no direction.
constexpr float kShortest = 1e-6F;

class LumaOperation final : public Operation {
 public:
  LumaOperation(Operands operands, const Pass& pass)
      : operands_(std::move(operands)), pass_(pass) {}
  void forward() override { load_luma(pass_.pictures, operands_.output); }
  void backward() override {}

 private:
  Operands operands_;
  const Pass& pass_;
};

using ClassicDescriptor = std::vector<float> (*)(const PixelView&);

class ClassicOperation final : public Operation {
 public:
  ClassicOperation(ClassicDescriptor describe, Operands operands, const Pass& pass)
      : describe_(describe), operands_(std::move(operands)), pass_(pass) {}

  void forward() override {
    const Shape& picture = operands_.inputs[0].shape;
    const Size size{.width = static_cast<int>(picture.w), .height = static_cast<int>(picture.h)};
    const std::size_t bytes = picture.size() / picture.n;
    const auto out = operands_.output.floats();
    const std::size_t numbers = out.size() / picture.n;
    parallel_ranges(picture.n, 1, [&](std::size_t begin, std::size_t end, std::size_t) {
      for (std::size_t i = begin; i < end; ++i) {
        std::ranges::copy(
            describe_({.size = size, .pixels = pass_.pictures.subspan(i * bytes, bytes)}),
            out.subspan(i * numbers, numbers).begin());
      }
    });
  }
  void backward() override {}

 private:
  ClassicDescriptor describe_;
  Operands operands_;
  const Pass& pass_;
};

class UnitLengthOperation final : public Operation {
 public:
  explicit UnitLengthOperation(Operands operands)
      : operands_(std::move(operands)),
        lengths_(operands_.output.shape.n),
        dimensions_(operands_.output.shape.size() / lengths_.size()) {}

  void forward() override {
    for (std::size_t i = 0; i < lengths_.size(); ++i) {
      const auto in = row(operands_.inputs[0], i);
      lengths_[i] = std::max(kShortest,
                             std::sqrt(std::inner_product(in.begin(), in.end(), in.begin(), 0.0F)));
      std::ranges::transform(in, row(operands_.output, i).begin(),
                             [&](float value) { return value / lengths_[i]; });
    }
  }

  // What is left of the gradient across the vector: along it, its length does not change.
  void backward() override {
    for (std::size_t i = 0; i < lengths_.size(); ++i) {
      const auto out = row(operands_.output, i);
      const auto gradient = row(operands_.output_gradient, i);
      const auto in_gradient = row(operands_.input_gradients[0], i);
      const float along = std::inner_product(out.begin(), out.end(), gradient.begin(), 0.0F);
      for (std::size_t d = 0; d < dimensions_; ++d) {
        in_gradient[d] = (gradient[d] - along * out[d]) / lengths_[i];
      }
    }
  }

 private:
  [[nodiscard]] std::span<float> row(const Tensor& tensor, std::size_t i) const {
    return tensor.floats().subspan(i * dimensions_, dimensions_);
  }

  Operands operands_;
  std::vector<float> lengths_;
  std::size_t dimensions_;
};

class DescriptorOperation final : public Operation {
 public:
  explicit DescriptorOperation(Operands operands) : operands_(std::move(operands)) {}

  void forward() override {
    const std::size_t count = operands_.output.shape.n;
    auto to = operands_.output.floats().begin();
    for (std::size_t i = 0; i < count; ++i) {
      for (const Tensor& part : operands_.inputs) {
        const std::size_t size = part.shape.size() / count;
        to = std::ranges::copy(part.floats().subspan(i * size, size), to).out;
      }
    }
  }
  void backward() override {}

 private:
  Operands operands_;
};

}  // namespace

std::unique_ptr<Operation> make_descriptor_operation(const Step& step, const Operands& operands,
                                                     const Pass& pass) {
  switch (step.kind) {
    case StepKind::kLuma: return std::make_unique<LumaOperation>(operands, pass);
    case StepKind::kGradientHistogram:
      return std::make_unique<ClassicOperation>(gradient_histogram, operands, pass);
    case StepKind::kLabHistogram:
      return std::make_unique<ClassicOperation>(lab_histogram, operands, pass);
    case StepKind::kUnitLength: return std::make_unique<UnitLengthOperation>(operands);
    default: return std::make_unique<DescriptorOperation>(operands);
  }
}

}  // namespace likeness
