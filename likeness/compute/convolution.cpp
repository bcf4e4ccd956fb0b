// The only file that computes by oneDNN: a context's engine and stream, and for each object the
// primitives that were created once for its shapes.
#include "likeness/compute/convolution.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
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

// A primitive with its arguments; those that change from call to call are bound by number.
class Call {
 public:
  template <typename Description>
  Call(const Description& description, dnnl::primitive primitive, Context& context)
      : primitive_(std::move(primitive)),
        context_(context),
        scratch_bytes_(description.scratchpad_desc().get_size()) {
    if (scratch_bytes_ == 0) return;
    add(DNNL_ARG_SCRATCHPAD, unbound(description.scratchpad_desc(), context));
    context.need_scratch(scratch_bytes_);
  }
  void add(int argument, const memory& value) {
    memories_.push_back(value);
    arguments_.push_back({.arg = argument, .memory = value.get()});
  }
  void bind(int argument, const void* data) {
    const auto found = std::ranges::find(arguments_, argument, &dnnl_exec_arg_t::arg);
    assert(found != arguments_.end());
    memories_[static_cast<std::size_t>(found - arguments_.begin())].set_data_handle(
        const_cast<void*>(data));
  }
  void run() {
    // The shared memory may have moved since: a later primitive wanted more.
    if (scratch_bytes_ > 0) bind(DNNL_ARG_SCRATCHPAD, context_.scratch());
    execute(primitive_, context_, arguments_);
  }

 private:
  dnnl::primitive primitive_;
  Context& context_;
  std::size_t scratch_bytes_;
  std::vector<memory> memories_;  // what the arguments point to
  std::vector<dnnl_exec_arg_t> arguments_;
};

// Weights, or their gradient, in memory of oneDNN's choice.
struct LaidWeights {
  memory laid;
  WeightCopy copy;

  LaidWeights(const memory::desc& description, const Context& context)
      : laid(description, context.library().engine), copy(onednn::layout_of(description)) {
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

struct Convolution::Prepared {
  Context& context;
  ConvolutionGeometry geometry;
  Precision precision;  // of the input, the weights, and the gradients of both sides
  Wide wide;
  std::unique_ptr<Call> forward;
  std::unique_ptr<Call> backward_input;
  std::unique_ptr<Call> backward_weights;
  std::vector<LaidWeights> laid_weights;
  std::unique_ptr<LaidWeights> weights_gradient;

  memory::desc in, out, weights, weights_f32, bias;
  memory::dims strides, before, after;
  std::vector<float> ones, zeros;  // for the bias of a transposed convolution

  Prepared(Context& context, const ConvolutionGeometry& geometry, Precision in, Precision out,
           Use use);
  template <typename Forward, typename BackwardData, typename BackwardWeights>
  void prepare(Use use, dnnl::algorithm algorithm);
  void use_weights(Call& call, const memory::desc& description);
};

// The padding after is what makes the output as large as the geometry says.
memory::dim padding_after(std::size_t small, std::size_t large, const ConvolutionGeometry& g,
                          std::size_t before) {
  return dim((small - 1) * g.stride + g.kernel) - dim(large) - dim(before);
}

Convolution::Prepared::Prepared(Context& own_context, const ConvolutionGeometry& g,
                                Precision in_precision, Precision out_precision, Use use)
    : context(own_context),
      geometry(g),
      precision(in_precision),
      ones(g.out.c, 1.0F),
      zeros(g.out.c, 0.0F) {
  const onednn::OnOneThread one;
  if (use == Use::kTraining) wide = wide_pictures(g, in_precision);
  in = memory::desc(dims_of(g.in), type_of(in_precision), Tag::nhwc);
  out = memory::desc(dims_of(g.out), type_of(out_precision), Tag::nhwc);
  memory::dims shape{dim(g.out.c / g.groups), dim(g.in.c / g.groups), dim(g.kernel), dim(g.kernel)};
  if (g.groups > 1) shape.insert(shape.begin(), dim(g.groups));
  weights = memory::desc(shape, type_of(in_precision), Tag::any);
  weights_f32 = memory::desc(shape, Type::f32, Tag::any);
  // oneDNN adds the bias of a transposed convolution value by value: that is left to our kernel.
  if (g.bias && !g.transposed) bias = memory::desc({dim(g.out.c)}, Type::f32, Tag::x);
  strides = {dim(g.stride), dim(g.stride)};
  before = {dim(g.pad_before), dim(g.pad_before_columns)};
  // Wide pictures need the same: they are `stride` times as wide on one side as on the other, too.
  const Shape& small = g.transposed ? g.in : g.out;
  const Shape& large = g.transposed ? g.out : g.in;
  after = {padding_after(small.h, large.h, g, g.pad_before),
           padding_after(small.w, large.w, g, g.pad_before_columns)};
  if (g.transposed) {
    prepare<dnnl::deconvolution_forward, dnnl::deconvolution_backward_data,
            dnnl::deconvolution_backward_weights>(use, dnnl::algorithm::deconvolution_direct);
  } else {
    prepare<dnnl::convolution_forward, dnnl::convolution_backward_data,
            dnnl::convolution_backward_weights>(use, dnnl::algorithm::convolution_direct);
  }
}

template <typename Forward, typename BackwardData, typename BackwardWeights>
void Convolution::Prepared::prepare(Use use, dnnl::algorithm algorithm) {
  const auto kind = use == Use::kTraining ? dnnl::prop_kind::forward_training
                                          : dnnl::prop_kind::forward_inference;
  auto attributes = with_scratchpad();
  if (geometry.relu && !geometry.transposed) attributes.set_post_ops(onednn::relu_after_it());
  const auto forward_description =
      onednn::describe_forward<Forward>(context.library().engine, attributes, kind, algorithm, in,
                                        weights, bias, out, strides, before, after);
  forward = std::make_unique<Call>(forward_description, Forward(forward_description), context);
  use_weights(*forward, forward_description.weights_desc());
  forward->add(DNNL_ARG_SRC, unbound(in, context));
  forward->add(DNNL_ARG_DST, unbound(out, context));
  if (geometry.bias && !geometry.transposed) forward->add(DNNL_ARG_BIAS, unbound(bias, context));
  if (use == Use::kInference) return;

  const memory::desc trained_in(dims_of(wide.in ? wide.in->wide().shape : geometry.in),
                                type_of(precision), Tag::nhwc);
  const memory::desc out_gradient(dims_of(wide.out ? wide.out->wide().shape : geometry.out),
                                  type_of(precision), Tag::nhwc);
  const auto hint =
      onednn::describe_forward<Forward>(context.library().engine, {}, kind, algorithm, trained_in,
                                        weights, bias, out_gradient, strides, before, after);
  const auto data_description = onednn::describe_backward<BackwardData>(
      context.library().engine, with_scratchpad(), hint, algorithm, trained_in, weights,
      out_gradient, strides, before, after);
  backward_input =
      std::make_unique<Call>(data_description, BackwardData(data_description), context);
  use_weights(*backward_input, data_description.weights_desc());
  backward_input->add(DNNL_ARG_DIFF_SRC, unbound(trained_in, context));
  backward_input->add(DNNL_ARG_DIFF_DST, unbound(out_gradient, context));

  if (is_depthwise(geometry)) return;
  const auto weights_description = onednn::describe_backward<BackwardWeights>(
      context.library().engine, with_scratchpad(), hint, algorithm, trained_in, weights_f32, bias,
      out_gradient, strides, before, after);
  backward_weights =
      std::make_unique<Call>(weights_description, BackwardWeights(weights_description), context);
  weights_gradient =
      std::make_unique<LaidWeights>(weights_description.diff_weights_desc(), context);
  backward_weights->add(DNNL_ARG_SRC, unbound(trained_in, context));
  backward_weights->add(DNNL_ARG_DIFF_DST, unbound(out_gradient, context));
  backward_weights->add(DNNL_ARG_DIFF_WEIGHTS, weights_gradient->laid);
  if (geometry.bias && !geometry.transposed)
    backward_weights->add(DNNL_ARG_DIFF_BIAS, unbound(bias, context));
}

void Convolution::Prepared::use_weights(Call& call, const memory::desc& description) {
  call.add(DNNL_ARG_WEIGHTS, laid_weights.emplace_back(description, context).laid);
}

Convolution::Convolution(Context& context, const ConvolutionGeometry& geometry, Precision in,
                         Precision out, Use use)
    : prepared_(std::make_unique<Prepared>(context, geometry, in, out, use)) {}
Convolution::~Convolution() = default;
Convolution::Convolution(Convolution&&) noexcept = default;
Convolution& Convolution::operator=(Convolution&&) noexcept = default;

void Convolution::set_weights(std::span<const float> weights) {
  for (const auto& copy : prepared_->laid_weights) copy.lay(weights.data(), prepared_->precision);
}

void Convolution::forward(const Tensor& in, std::span<const float> bias, const Tensor& out) {
  Call& call = *prepared_->forward;
  call.bind(DNNL_ARG_SRC, in.data);
  call.bind(DNNL_ARG_DST, out.data);
  const auto& geometry = prepared_->geometry;
  if (geometry.bias && !geometry.transposed) call.bind(DNNL_ARG_BIAS, bias.data());
  call.run();
  if (!geometry.transposed || !(geometry.bias || geometry.relu)) return;
  const float slope = geometry.relu ? 0.0F : 1.0F;
  scale_and_shift(out, prepared_->ones, geometry.bias ? bias : prepared_->zeros, slope, out);
}

void Convolution::backward_input(const Tensor& out_gradient, const Tensor& in_gradient) {
  Call& call = *prepared_->backward_input;
  const Wide& wide = prepared_->wide;
  if (wide.out) wide.out->lay(out_gradient);
  call.bind(DNNL_ARG_DIFF_DST, wide.out ? wide.out->wide().data : out_gradient.data);
  call.bind(DNNL_ARG_DIFF_SRC, wide.in ? wide.in->wide().data : in_gradient.data);
  call.run();
  if (wide.in) wide.in->take(in_gradient);
}

void Convolution::backward_weights(const Tensor& in, const Tensor& out_gradient,
                                   std::span<float> weights_gradient,
                                   std::span<float> bias_gradient) {
  if (is_depthwise(prepared_->geometry)) {
    depthwise_weights_gradient(in, out_gradient, weights_gradient);
    if (prepared_->geometry.bias) sum_channels(out_gradient, bias_gradient);
    return;
  }
  Call& call = *prepared_->backward_weights;
  const Wide& wide = prepared_->wide;
  if (wide.in) {
    wide.in->lay(in);
    wide.out->lay(out_gradient);
  }
  call.bind(DNNL_ARG_SRC, wide.in ? wide.in->wide().data : in.data);
  call.bind(DNNL_ARG_DIFF_DST, wide.out ? wide.out->wide().data : out_gradient.data);
  const auto& geometry = prepared_->geometry;
  if (geometry.bias && !geometry.transposed) call.bind(DNNL_ARG_DIFF_BIAS, bias_gradient.data());
  call.run();
  if (geometry.bias && geometry.transposed) sum_channels(out_gradient, bias_gradient);
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
  call.add(DNNL_ARG_SRC, unbound(describe(a), context));
  call.add(DNNL_ARG_WEIGHTS, unbound(describe(b), context));
  call.add(DNNL_ARG_DST, unbound(result, context));
  if (bias) call.add(DNNL_ARG_BIAS, unbound(row, context));
}
MatrixProduct::~MatrixProduct() = default;
MatrixProduct::MatrixProduct(MatrixProduct&&) noexcept = default;
MatrixProduct& MatrixProduct::operator=(MatrixProduct&&) noexcept = default;

void MatrixProduct::run(const void* a, const void* b, void* c, const float* bias) {
  Call& call = *prepared_->call;
  call.bind(DNNL_ARG_SRC, a);
  call.bind(DNNL_ARG_WEIGHTS, b);
  call.bind(DNNL_ARG_DST, c);
  if (prepared_->bias) call.bind(DNNL_ARG_BIAS, bias);
  call.run();
}

}  // namespace likeness
