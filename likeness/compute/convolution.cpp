// The only file that computes by oneDNN: a context's engine and stream, and for each object the
// primitives that were created once for its shapes.
#include "likeness/compute/convolution.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "likeness/compute/context.hpp"
#include "likeness/compute/isa.hpp"
#include "likeness/compute/kernels.hpp"
#include "likeness/compute/onednn.hpp"
#include "likeness/compute/side_by_side.hpp"
#include "likeness/compute/weight_layout.hpp"

namespace likeness {
namespace {

using dnnl::memory;
using Type = memory::data_type;
using Tag = memory::format_tag;

Type type_of(Precision precision) { return precision == Precision::kF32 ? Type::f32 : Type::bf16; }

memory::dim dim(std::size_t value) { return static_cast<memory::dim>(value); }

memory::dims dims_of(const Shape& shape) {
  return {dim(shape.n), dim(shape.c), dim(shape.h), dim(shape.w)};
}

memory::desc description_of(const Shape& shape, Precision precision) {
  return {dims_of(shape), type_of(precision), Tag::nhwc};
}

// A memory object without memory: its handle is set before each use.
memory unbound(const memory::desc& description, const Context& context) {
  return {description, context.library().engine, nullptr};
}

dnnl::primitive_attr with_scratchpad() {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

// oneDNN's own C++ call makes a new list of arguments each time; training is to allocate nothing.
void execute(const dnnl::primitive& primitive, const Context& context,
             std::span<const dnnl_exec_arg_t> arguments) {
  const onednn::OnOneThread one;
  dnnl::error::wrap_c_api(
      dnnl_primitive_execute(primitive.get(), context.library().stream.get(),
                             static_cast<int>(arguments.size()), arguments.data()),
      "oneDNN: a primitive could not be executed");
}

// A primitive with its arguments.
class Call {
 public:
  template <typename Description>
  Call(const Description& description, dnnl::primitive primitive, Context& context)
      : primitive_(std::move(primitive)),
        context_(context),
        scratch_bytes_(description.scratchpad_desc().get_size()) {
    if (scratch_bytes_ == 0) return;
    scratch_ = add(DNNL_ARG_SCRATCHPAD, unbound(description.scratchpad_desc(), context));
    context.need_scratch(scratch_bytes_);
  }
  // Its place among the arguments.
  std::size_t add(int argument, const memory& value) {
    memories_.push_back(value);
    arguments_.push_back({.arg = argument, .memory = value.get()});
    return arguments_.size() - 1;
  }
  // Data that each run is told, in the order in which they were added.
  void add_operand(int argument, const memory::desc& description) {
    operands_.push_back(add(argument, unbound(description, context_)));
  }
  // For a primitive that reads there what it has not written.
  void clear_scratch_first() { clears_scratch_ = true; }
  void run(std::initializer_list<const void*> operands) {
    assert(operands.size() == operands_.size());
    auto place = operands_.begin();
    for (const void* data : operands) bind(*place++, data);
    if (scratch_bytes_ > 0) {
      // The shared memory may have moved since: a later primitive wanted more.
      bind(scratch_, context_.scratch());
      if (clears_scratch_) std::memset(context_.scratch(), 0, scratch_bytes_);
    }
    execute(primitive_, context_, arguments_);
  }

 private:
  void bind(std::size_t place, const void* data) {
    memories_[place].set_data_handle(const_cast<void*>(data));
  }

  dnnl::primitive primitive_;
  Context& context_;
  std::size_t scratch_bytes_;
  std::size_t scratch_ = 0;
  bool clears_scratch_ = false;
  std::vector<std::size_t> operands_;
  std::vector<memory> memories_;  // what the arguments point to
  std::vector<dnnl_exec_arg_t> arguments_;
};

// Weights, or their gradient, in memory of oneDNN's choice.
struct LaidWeights {
  memory laid;
  WeightCopy copy;

  LaidWeights(const memory::desc& description, bool swapped, const Context& context)
      : laid(description, context.library().engine),
        copy(swapped ? with_swapped_channels(onednn::layout_of(description))
                     : onednn::layout_of(description)) {
    std::memset(laid.get_data_handle(), 0, description.get_size());  // the padding
  }
  void lay(const float* plain, Precision precision) const {
    void* to = laid.get_data_handle();
    if (precision == Precision::kF32) {
      copy.lay(plain, static_cast<float*>(to));
    } else {
      copy.lay(plain, static_cast<std::uint16_t*>(to));
    }
  }
  void take(float* plain) const {
    copy.take(static_cast<const float*>(laid.get_data_handle()), plain);
  }
};

using LaidCopies = std::vector<std::shared_ptr<const LaidWeights>>;

}  // namespace

bool has_fast_bf16() noexcept {
  static_assert(kIsaWithBf16 == dnnl_cpu_isa_avx512_core_bf16);
  return multiplies_bf16(static_cast<std::uint32_t>(dnnl_get_effective_cpu_isa()));
}

namespace {

// Whether the gradient of the weights is our own kernel's.
bool is_depthwise(const ConvolutionGeometry& g) {
  return !g.transposed && g.groups == g.in.c && g.in == g.out && g.kernel == 3 && g.stride == 1 &&
         g.pad_before == 1 && g.pad_before_columns == 1;
}

// The pictures of a convolution as they are trained on: of each side one wide picture, or none
// where that would not pay. oneDNN 2.6 reads and writes all gradients of the weights once a
// picture, and its BF16 kernels work on a row of pixels at once: with 4 columns both are slow. (5x4
// pixels, 256 to 256 channels, batch 64: 4.6 ms backward become 3.6.)
struct Wide {
  std::unique_ptr<SideBySide> in;
  std::unique_ptr<SideBySide> out;
};

Wide wide_pictures(const ConvolutionGeometry& g, Precision precision) {
  constexpr std::size_t kFewColumns = 4;
  const Shape& small = g.transposed ? g.in : g.out;
  const Shape& large = g.transposed ? g.out : g.in;
  const bool pays = precision == Precision::kBf16 && g.groups == 1 && g.kernel > 1 && small.n > 1 &&
                    small.w <= kFewColumns && small.h > 1;
  // One column between the small ones is `stride` columns between the large ones: no window may
  // reach over them.
  const bool same = large.w == g.stride * small.w && g.pad_before_columns <= g.stride &&
                    g.kernel <= 2 * g.stride + g.pad_before_columns;
  if (!pays || !same) return {};
  const std::size_t gap_of_in = g.transposed ? 1 : g.stride;
  const std::size_t gap_of_out = g.transposed ? g.stride : 1;
  return {.in = std::make_unique<SideBySide>(g.in, gap_of_in, precision),
          .out = std::make_unique<SideBySide>(g.out, gap_of_out, precision)};
}

}  // namespace

// A transposed convolution is the gradient by its input of a convolution that leads from its output
// to its input: the same three primitives in other roles. (oneDNN has primitives of that name, too,
// but 3.7 leaves them no choice of a kernel.)
struct Convolution::Prepared {
  Context& context;
  ConvolutionGeometry geometry;
  Precision precision;  // of the input, the weights, and the gradients of both sides
  Wide wide;
  std::unique_ptr<Call> forward;
  std::unique_ptr<Call> backward_input;
  std::unique_ptr<Call> backward_weights;
  // In the order in which the primitives were made, which is that of whoever shares them.
  LaidCopies laid_weights;
  std::size_t laid_weights_used = 0;
  std::unique_ptr<LaidWeights> weights_gradient;
  std::vector<float> ones, zeros;  // for the bias of a transposed convolution

  memory::desc weights, weights_f32, bias;
  memory::dims strides, before, after;

  Prepared(Context& context, const ConvolutionGeometry& geometry, Precision in, Precision out,
           Use use, LaidCopies shared);
  // The bias of a transposed convolution is added by our kernel.
  [[nodiscard]] bool has_fused_bias() const { return geometry.bias && !geometry.transposed; }
  // From the larger to the smaller side of the convolution, from the smaller to the larger, and the
  // gradient of its weights.
  std::unique_ptr<Call> convolve(Use use, bool relu, const Shape& large, const Shape& small,
                                 Precision result);
  std::unique_ptr<Call> convolve_back(const Shape& large, const Shape& small, Precision result);
  std::unique_ptr<Call> correlate(const Shape& large, const Shape& small);
  [[nodiscard]] dnnl::convolution_forward::primitive_desc describe(
      Use use, const dnnl::primitive_attr& attributes, const memory::desc& large,
      const memory::desc& small) const;
  void use_weights(Call& call, const memory::desc& description);
};

// The padding after is what makes the output as large as the geometry says.
memory::dim padding_after(std::size_t small, std::size_t large, const ConvolutionGeometry& g,
                          std::size_t before) {
  return dim((small - 1) * g.stride + g.kernel) - dim(large) - dim(before);
}

Convolution::Prepared::Prepared(Context& own_context, const ConvolutionGeometry& g,
                                Precision in_precision, Precision out_precision, Use use,
                                LaidCopies shared)
    : context(own_context),
      geometry(g),
      precision(in_precision),
      laid_weights(std::move(shared)),
      ones(g.out.c, 1.0F),
      zeros(g.out.c, 0.0F) {
  const onednn::OnOneThread one;
  if (use == Use::kTraining) wide = wide_pictures(g, in_precision);
  const Shape& small = g.transposed ? g.in : g.out;
  const Shape& large = g.transposed ? g.out : g.in;
  memory::dims shape{dim(small.c / g.groups), dim(large.c / g.groups), dim(g.kernel),
                     dim(g.kernel)};
  if (g.groups > 1) shape.insert(shape.begin(), dim(g.groups));
  weights = memory::desc(shape, type_of(in_precision), Tag::any);
  weights_f32 = memory::desc(shape, Type::f32, Tag::any);
  if (has_fused_bias()) bias = memory::desc({dim(g.out.c)}, Type::f32, Tag::x);
  strides = {dim(g.stride), dim(g.stride)};
  before = {dim(g.pad_before), dim(g.pad_before_columns)};
  // Wide pictures need the same: they are `stride` times as wide on one side as on the other, too.
  after = {padding_after(small.h, large.h, g, g.pad_before),
           padding_after(small.w, large.w, g, g.pad_before_columns)};

  forward = g.transposed ? convolve_back(large, small, out_precision)
                         : convolve(use, g.relu, large, small, out_precision);
  if (use == Use::kInference) return;
  const Shape in = wide.in ? wide.in->wide().shape : g.in;
  const Shape out = wide.out ? wide.out->wide().shape : g.out;
  backward_input =
      g.transposed ? convolve(use, false, out, in, precision) : convolve_back(in, out, precision);
  if (is_depthwise(g)) return;
  backward_weights = g.transposed ? correlate(out, in) : correlate(in, out);
}

dnnl::convolution_forward::primitive_desc Convolution::Prepared::describe(
    Use use, const dnnl::primitive_attr& attributes, const memory::desc& large,
    const memory::desc& small) const {
  const auto kind = use == Use::kTraining ? dnnl::prop_kind::forward_training
                                          : dnnl::prop_kind::forward_inference;
  return onednn::describe_forward<dnnl::convolution_forward>(
      context.library().engine, attributes, kind, dnnl::algorithm::convolution_direct, large,
      weights, bias, small, strides, before, after);
}

std::unique_ptr<Call> Convolution::Prepared::convolve(Use use, bool relu, const Shape& large,
                                                      const Shape& small, Precision result) {
  auto attributes = with_scratchpad();
  if (relu) attributes.set_post_ops(onednn::relu_after_it());
  const auto from = description_of(large, precision);
  const auto to = description_of(small, result);
  const auto description = describe(use, attributes, from, to);
  auto call = std::make_unique<Call>(description, dnnl::convolution_forward(description), context);
  use_weights(*call, description.weights_desc());
  call->add_operand(DNNL_ARG_SRC, from);
  call->add_operand(DNNL_ARG_DST, to);
  if (has_fused_bias()) call->add_operand(DNNL_ARG_BIAS, bias);
  return call;
}

std::unique_ptr<Call> Convolution::Prepared::convolve_back(const Shape& large, const Shape& small,
                                                           Precision result) {
  const auto from = description_of(small, precision);
  const auto to = description_of(large, result);
  const auto forwards = describe(Use::kTraining, {}, description_of(large, precision), from);
  const auto description = onednn::describe_backward<dnnl::convolution_backward_data>(
      context.library().engine, with_scratchpad(), forwards, dnnl::algorithm::convolution_direct,
      to, weights, from, strides, before, after);
  auto call =
      std::make_unique<Call>(description, dnnl::convolution_backward_data(description), context);
  use_weights(*call, description.weights_desc());
  call->add_operand(DNNL_ARG_DIFF_DST, from);
  call->add_operand(DNNL_ARG_DIFF_SRC, to);
  return call;
}

std::unique_ptr<Call> Convolution::Prepared::correlate(const Shape& large, const Shape& small) {
  const auto input = description_of(large, precision);
  const auto gradient = description_of(small, precision);
  const auto description = onednn::describe_backward<dnnl::convolution_backward_weights>(
      context.library().engine, with_scratchpad(), describe(Use::kTraining, {}, input, gradient),
      dnnl::algorithm::convolution_direct, input, weights_f32, bias, gradient, strides, before,
      after);
  auto call =
      std::make_unique<Call>(description, dnnl::convolution_backward_weights(description), context);
  weights_gradient =
      std::make_unique<LaidWeights>(description.diff_weights_desc(), geometry.transposed, context);
  call->add_operand(DNNL_ARG_SRC, input);
  call->add_operand(DNNL_ARG_DIFF_DST, gradient);
  if (has_fused_bias()) call->add_operand(DNNL_ARG_DIFF_BIAS, bias);
  call->add(DNNL_ARG_DIFF_WEIGHTS, weights_gradient->laid);
  // oneDNN's BF16 kernels sort the columns by their remainder, here leave some of the sorted unset,
  // and multiply them by the zeros of the padding, which makes no zero of what is no number.
  if (precision == Precision::kBf16 && large.w < geometry.stride) call->clear_scratch_first();
  return call;
}

void Convolution::Prepared::use_weights(Call& call, const memory::desc& description) {
  if (laid_weights_used == laid_weights.size())
    laid_weights.push_back(
        std::make_shared<const LaidWeights>(description, geometry.transposed, context));
  const memory& laid = laid_weights[laid_weights_used++]->laid;
  assert(laid.get_desc() == description);
  call.add(DNNL_ARG_WEIGHTS, {description, context.library().engine, laid.get_data_handle()});
}

Convolution::Convolution(Context& context, const ConvolutionGeometry& geometry, Precision in,
                         Precision out, Use use, const Convolution* like)
    : prepared_(std::make_unique<Prepared>(
          context, geometry, in, out, use,
          like == nullptr ? LaidCopies() : like->prepared_->laid_weights)) {}
Convolution::~Convolution() = default;
Convolution::Convolution(Convolution&&) noexcept = default;
Convolution& Convolution::operator=(Convolution&&) noexcept = default;

void Convolution::set_weights(std::span<const float> weights) {
  for (const auto& copy : prepared_->laid_weights) copy->lay(weights.data(), prepared_->precision);
}

void Convolution::forward(const Tensor& in, std::span<const float> bias, const Tensor& out) {
  const auto& geometry = prepared_->geometry;
  Call& call = *prepared_->forward;
  if (prepared_->has_fused_bias()) {
    call.run({in.data, out.data, bias.data()});
  } else {
    call.run({in.data, out.data});
  }
  if (!geometry.transposed || !(geometry.bias || geometry.relu)) return;
  const float slope = geometry.relu ? 0.0F : 1.0F;
  scale_and_shift(out, prepared_->ones, geometry.bias ? bias : prepared_->zeros, slope, out);
}

void Convolution::backward_input(const Tensor& out_gradient, const Tensor& in_gradient) {
  const Wide& wide = prepared_->wide;
  if (wide.out) wide.out->lay(out_gradient);
  prepared_->backward_input->run({wide.out ? wide.out->wide().data : out_gradient.data,
                                  wide.in ? wide.in->wide().data : in_gradient.data});
  if (wide.in) wide.in->take(in_gradient);
}

void Convolution::backward_weights(const Tensor& in, const Tensor& out_gradient,
                                   std::span<float> weights_gradient,
                                   std::span<float> bias_gradient) {
  const auto& geometry = prepared_->geometry;
  if (is_depthwise(geometry)) {
    depthwise_weights_gradient(in, out_gradient, weights_gradient);
    if (geometry.bias) sum_channels(out_gradient, bias_gradient);
    return;
  }
  const Wide& wide = prepared_->wide;
  if (wide.in) {
    wide.in->lay(in);
    wide.out->lay(out_gradient);
  }
  const void* from = wide.in ? wide.in->wide().data : in.data;
  const void* to = wide.out ? wide.out->wide().data : out_gradient.data;
  Call& call = *prepared_->backward_weights;
  if (geometry.transposed) {
    call.run({to, from});
    if (geometry.bias) sum_channels(out_gradient, bias_gradient);
  } else if (geometry.bias) {
    call.run({from, to, bias_gradient.data()});
  } else {
    call.run({from, to});
  }
  prepared_->weights_gradient->take(weights_gradient.data());
}

struct MatrixProduct::Prepared {
  std::unique_ptr<Call> call;
  bool bias = false;
};

namespace {

memory::desc describe(const Matrix& matrix) {
  return {{dim(matrix.rows), dim(matrix.columns)},
          type_of(matrix.precision),
          memory::dims{dim(matrix.row_stride), dim(matrix.column_stride)}};
}

}  // namespace

MatrixProduct::MatrixProduct(Context& context, const Matrix& a, const Matrix& b, Precision c,
                             bool bias)
    : prepared_(std::make_unique<Prepared>()) {
  assert(a.columns == b.rows);
  const onednn::OnOneThread one;
  const memory::desc result({dim(a.rows), dim(b.columns)}, type_of(c), Tag::ab);
  const memory::desc row =
      bias ? memory::desc({1, dim(b.columns)}, Type::f32, Tag::ab) : memory::desc();
  const auto description = onednn::describe_forward<dnnl::matmul>(
      context.library().engine, with_scratchpad(), describe(a), describe(b), row, result);
  prepared_->bias = bias;
  prepared_->call = std::make_unique<Call>(description, dnnl::matmul(description), context);
  auto& call = *prepared_->call;
  call.add_operand(DNNL_ARG_SRC, describe(a));
  call.add_operand(DNNL_ARG_WEIGHTS, describe(b));
  call.add_operand(DNNL_ARG_DST, result);
  if (bias) call.add_operand(DNNL_ARG_BIAS, row);
}
MatrixProduct::~MatrixProduct() = default;
MatrixProduct::MatrixProduct(MatrixProduct&&) noexcept = default;
MatrixProduct& MatrixProduct::operator=(MatrixProduct&&) noexcept = default;

void MatrixProduct::run(const void* a, const void* b, void* c, const float* bias) {
  Call& call = *prepared_->call;
  if (prepared_->bias) {
    call.run({a, b, c, bias});
  } else {
    call.run({a, b, c});
  }
}

}  // namespace likeness
