#include "likeness/encoder/descriptor_operations.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <vector>

#include "likeness/catalogue/descriptors.hpp"
#include "likeness/catalogue/gradient_pyramid.hpp"
#include "likeness/catalogue/lab_histogram.hpp"
#include "likeness/compute/kernels.hpp"
#include "likeness/encoder/pretrained.hpp"

namespace likeness {
namespace {

class LumaOperation final : public Operation {
 public:
  LumaOperation(const Operands& operands, const BatchPictures& pictures)
      : operands_(operands), pictures_(pictures) {}
  void forward() override {
    Tensor luma = operands_.output;
    luma.shape.n = pictures_.size() / (3 * luma.shape.h * luma.shape.w);
    load_luma(pictures_, luma);
  }
  void backward() override {}

 private:
  const Operands& operands_;
  const BatchPictures& pictures_;
};

Size size_of_pictures(const Operands& operands) {
  const Shape& picture = operands.inputs[0].shape;
  return {.width = static_cast<int>(picture.w), .height = static_cast<int>(picture.h)};
}

using ClassicDescriptor = std::vector<float> (*)(const PixelView&);

class ClassicOperation final : public Operation {
 public:
  ClassicOperation(ClassicDescriptor describe, const Operands& operands,
                   const BatchPictures& pictures)
      : describe_(describe), operands_(operands), pictures_(pictures) {}

  void forward() override {
    const Size size = size_of_pictures(operands_);
    const std::size_t bytes = operands_.inputs[0].shape.size() / operands_.inputs[0].shape.n;
    auto to = operands_.output.floats().begin();
    for (std::size_t begin = 0; begin < pictures_.size(); begin += bytes) {
      to = std::ranges::copy(describe_({.size = size, .pixels = pictures_.subspan(begin, bytes)}),
                             to)
               .out;
    }
  }
  void backward() override {}

 private:
  ClassicDescriptor describe_;
  const Operands& operands_;
  const BatchPictures& pictures_;
};

class PretrainedOperation final : public Operation {
 public:
  explicit PretrainedOperation(const OperationPlace& place)
      : operands_(place.operands),
        pictures_(place.pictures),
        larger_(place.larger),
        encoder_(session_of(place)) {}

  void forward() override {
    const Size size = size_of_pictures(operands_);
    const std::size_t bytes = operands_.inputs[0].shape.size() / operands_.inputs[0].shape.n;
    std::vector<PixelView> seen;
    seen.reserve(pictures_.size() / bytes);
    for (std::size_t i = 0; i < pictures_.size() / bytes; ++i) {
      seen.emplace_back(size, pictures_.subspan(i * bytes, bytes));
    }
    for (std::size_t i = 0; i < larger_.size(); ++i) {
      if (const auto& larger = larger_[i]) {
        seen[i] = {.size = larger->size, .pixels = larger->pixels};
      }
    }
    encoder_->describe(seen, operands_.output.floats());
  }
  void backward() override {}

 private:
  // One for all executors that compute with the same weights.
  static std::shared_ptr<const PretrainedSession> session_of(const OperationPlace& place) {
    if (place.like != nullptr) return static_cast<const PretrainedOperation*>(place.like)->encoder_;
    const Layer& layer = place.network.layers[place.step.layer];
    return std::make_shared<const PretrainedSession>(*layer.pretrained, layer.name);
  }

  const Operands& operands_;
  const BatchPictures& pictures_;
  const LargerPictures& larger_;
  std::shared_ptr<const PretrainedSession> encoder_;
};

class UnitLengthOperation final : public Operation {
 public:
  explicit UnitLengthOperation(const Operands& operands)
      : operands_(operands),
        count_(operands_.output.shape.n),
        dimensions_(operands_.output.shape.size() / count_) {}

  void forward() override {
    const auto lengths = this->lengths();
    for (std::size_t i = 0; i < count_; ++i) {
      const auto in = row(operands_.inputs[0], i);
      lengths[i] = std::max(kShortestVector,
                            std::sqrt(std::inner_product(in.begin(), in.end(), in.begin(), 0.0F)));
      std::ranges::transform(in, row(operands_.output, i).begin(),
                             [&](float value) { return value / lengths[i]; });
    }
  }

  // What is left of the gradient across the vector: along it, its length does not change.
  void backward() override {
    const auto lengths = this->lengths();
    for (std::size_t i = 0; i < count_; ++i) {
      const auto out = row(operands_.output, i);
      const auto gradient = row(operands_.output_gradient, i);
      const auto in_gradient = row(operands_.input_gradients[0], i);
      const float along = std::inner_product(out.begin(), out.end(), gradient.begin(), 0.0F);
      for (std::size_t d = 0; d < dimensions_; ++d) {
        in_gradient[d] = (gradient[d] - along * out[d]) / lengths[i];
      }
    }
  }

 private:
  [[nodiscard]] std::span<float> lengths() const {
    return {reinterpret_cast<float*>(operands_.kept.data()), count_};
  }
  [[nodiscard]] std::span<float> row(const Tensor& tensor, std::size_t i) const {
    return tensor.floats().subspan(i * dimensions_, dimensions_);
  }

  const Operands& operands_;
  std::size_t count_;
  std::size_t dimensions_;
};

class DescriptorOperation final : public Operation {
 public:
  explicit DescriptorOperation(const Operands& operands) : operands_(operands) {}

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
  const Operands& operands_;
};

}  // namespace

std::unique_ptr<Operation> make_descriptor_operation(const OperationPlace& place) {
  const Operands& operands = place.operands;
  switch (place.step.kind) {
    case StepKind::kLuma: return std::make_unique<LumaOperation>(operands, place.pictures);
    case StepKind::kGradientHistogram:
      return std::make_unique<ClassicOperation>(gradient_histogram, operands, place.pictures);
    case StepKind::kGradientPyramid:
      return std::make_unique<ClassicOperation>(gradient_pyramid, operands, place.pictures);
    case StepKind::kLabHistogram:
      return std::make_unique<ClassicOperation>(lab_histogram, operands, place.pictures);
    case StepKind::kFineLabHistogram:
      return std::make_unique<ClassicOperation>(fine_lab_histogram, operands, place.pictures);
    case StepKind::kPretrained: return std::make_unique<PretrainedOperation>(place);
    case StepKind::kUnitLength: return std::make_unique<UnitLengthOperation>(operands);
    default: return std::make_unique<DescriptorOperation>(operands);
  }
}

}  // namespace likeness
