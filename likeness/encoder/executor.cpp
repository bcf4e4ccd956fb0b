#include "likeness/encoder/executor.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/encoder/memory_plan.hpp"
#include "likeness/encoder/operations.hpp"
#include "likeness/encoder/parameter_store.hpp"
#include "likeness/encoder/plan.hpp"
#include "likeness/encoder/step_traits.hpp"

namespace likeness {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

Shape of_batch(Shape shape, std::size_t batch) {
  shape.n = batch;
  return shape;
}

// Collects all tensors with their lifetimes, then places them in one block. Step i runs forward at
// time i and backward at time 2 n - i.
class TensorPlan {
 public:
  TensorPlan(const Plan& plan, std::size_t batch, Precision precision, Use use)
      : plan_(plan), batch_(batch), precision_(precision), steps_(plan.steps.size()) {
    for (std::size_t i = 0; i < steps_; ++i) plan_value(i, use);
    keep(values_[plan.latent], 2 * steps_);
    keep(values_[plan.reconstruction], 2 * steps_);
    if (use == Use::kTraining) plan_gradients();
  }

  AlignedBuffer allocate() {
    std::vector<Lifetime> lifetimes;
    lifetimes.reserve(buffers_.size());
    for (const auto& buffer : buffers_) lifetimes.push_back(buffer.life);
    const MemoryPlan memory = plan_memory(lifetimes);
    AlignedBuffer block(memory.bytes);
    for (std::size_t i = 0; i < buffers_.size(); ++i) {
      buffers_[i].tensor.data = block.data() + memory.offsets[i];
    }
    return block;
  }

  [[nodiscard]] Tensor value(std::size_t step) const { return buffers_[values_[step]].tensor; }
  [[nodiscard]] Tensor gradient(std::size_t step) const { return at(gradients_, step); }

  [[nodiscard]] Operands operands(std::size_t step) const {
    const Buffer& kept = buffers_[kept_[step]];
    Operands result{.inputs = {},
                    .output = value(step),
                    .input_gradients = {},
                    .output_gradient = {},
                    .kept = {static_cast<std::byte*>(kept.tensor.data), kept.life.bytes}};
    for (const auto input : plan_.steps[step].inputs) result.inputs.push_back(value(input));
    if (gradients_.empty()) return result;
    result.output_gradient = gradient(step);
    for (const auto buffer : input_gradients_[step]) {
      result.input_gradients.push_back(buffer == kNone ? Tensor{} : buffers_[buffer].tensor);
    }
    return result;
  }

  // Gradients that reach a step from several readers, to be added before it runs backwards.
  [[nodiscard]] std::vector<Tensor> parts(std::size_t step) const {
    std::vector<Tensor> result;
    if (gradients_.empty() || parts_[step].size() < 2) return result;
    for (const auto buffer : parts_[step]) result.push_back(buffers_[buffer].tensor);
    return result;
  }

 private:
  struct Buffer {
    Tensor tensor;
    Lifetime life;
  };

  [[nodiscard]] Tensor at(const std::vector<std::size_t>& ids, std::size_t step) const {
    return ids[step] == kNone ? Tensor{} : buffers_[ids[step]].tensor;
  }

  std::size_t add(const Shape& shape, Precision precision, std::size_t time) {
    const Tensor tensor{.shape = of_batch(shape, batch_), .precision = precision};
    buffers_.push_back({tensor, {.bytes = tensor.bytes(), .first = time, .last = time}});
    return buffers_.size() - 1;
  }
  void keep(std::size_t buffer, std::size_t time) {
    buffers_[buffer].life.last = std::max(buffers_[buffer].life.last, time);
  }
  [[nodiscard]] std::size_t backward_time(std::size_t step) const { return 2 * steps_ - step; }

  // Dense layers and what follows the last convolution are F32: latents and pictures are exact.
  [[nodiscard]] Precision value_precision(std::size_t i) const {
    const Step& step = plan_.steps[i];
    switch (traits_of(step.kind).exactness) {
      case Exactness::kExact: return Precision::kF32;
      case Exactness::kAsInput: return buffers_[values_[step.inputs[0]]].tensor.precision;
      case Exactness::kLastExact: return i == last_convolution() ? Precision::kF32 : precision_;
      case Exactness::kAsPlanned: break;
    }
    return precision_;
  }
  [[nodiscard]] std::size_t last_convolution() const {
    for (std::size_t i = steps_; i-- > 0;) {
      const StepTraits& traits = traits_of(plan_.steps[i].kind);
      if (traits.exactness == Exactness::kLastExact) return i;
      if (!traits.finishes_picture) break;
    }
    return kNone;
  }

  void plan_value(std::size_t i, Use use) {
    const Step& step = plan_.steps[i];
    values_.push_back(add(step.output, value_precision(i), i));
    for (const auto input : step.inputs) keep(values_[input], i);
    kept_.push_back(buffers_.size());
    const std::size_t last = use == Use::kTraining ? backward_time(i) : i;
    const std::size_t bytes = kept_bytes(step.kind, of_batch(step.output, batch_), use);
    buffers_.push_back({{}, {.bytes = bytes, .first = i, .last = last}});
  }

  void plan_gradients() {
    gradients_.assign(steps_, kNone);
    parts_.resize(steps_);
    input_gradients_.resize(steps_);
    gradients_[plan_.reconstruction] = add_gradient(plan_.reconstruction, steps_);
    for (std::size_t i = steps_; i-- > 0;) plan_gradients_of(i);
  }

  std::size_t add_gradient(std::size_t step, std::size_t time) {
    const bool exact = traits_of(plan_.steps[step].kind).exact_gradient;
    return add(plan_.steps[step].output,
               exact ? buffers_[values_[step]].tensor.precision : precision_, time);
  }

  void plan_gradients_of(std::size_t i) {
    const Step& step = plan_.steps[i];
    const std::size_t time = backward_time(i);
    const StepTraits& traits = traits_of(step.kind);
    if (traits.read_again == ReadAgain::kInput) keep(values_[step.inputs[0]], time);
    if (traits.read_again == ReadAgain::kOutput) keep(values_[i], time);
    if (parts_[i].size() == 1) gradients_[i] = parts_[i].front();
    if (parts_[i].size() > 1) gradients_[i] = add_gradient(i, time);
    for (const auto part : parts_[i]) keep(part, time);
    if (gradients_[i] == kNone) return;  // nothing that is trained depends on it
    keep(gradients_[i], time);
    if (traits.stops_gradients) return;
    for (std::size_t k = 0; k < step.inputs.size(); ++k) {
      const std::size_t input = step.inputs[k];
      if (traits_of(plan_.steps[input].kind).reads_pictures) {
        input_gradients_[i].push_back(kNone);
        continue;
      }
      const bool passed_on = step.kind == StepKind::kSum && (k == 0 || step.factor == 1);
      const std::size_t buffer = passed_on ? gradients_[i] : add_gradient(input, time);
      input_gradients_[i].push_back(buffer);
      parts_[input].push_back(buffer);
    }
  }

  const Plan& plan_;
  std::size_t batch_;
  Precision precision_;
  std::size_t steps_;
  std::vector<Buffer> buffers_;
  std::vector<std::size_t> values_;
  std::vector<std::size_t> kept_;
  std::vector<std::size_t> gradients_;
  std::vector<std::vector<std::size_t>> parts_;
  std::vector<std::vector<std::size_t>> input_gradients_;
};

// Adds the time until it is destroyed.
class Stopwatch {
 public:
  explicit Stopwatch(double& seconds) : seconds_(seconds) {}
  ~Stopwatch() {
    seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;
  Stopwatch(Stopwatch&&) = delete;
  Stopwatch& operator=(Stopwatch&&) = delete;

 private:
  double& seconds_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

struct Executor::State {
  struct Running {
    std::unique_ptr<Operation> operation;
    std::vector<Tensor> parts;  // of the output's gradient
    StepCost cost;
    std::size_t trained_before = 0;  // parameters that earlier steps may still write gradients of
  };

  Network network;
  Precision precision;
  Use use;
  Plan steps;
  ParameterStore parameters;
  Context context;
  AlignedBuffer own_activations;  // until they are given away
  std::size_t activation_bytes;
  std::byte* activations;                       // where the tensors are now
  std::vector<Operands> operands;               // of each step; the operations refer to them
  std::vector<StepParameters> step_parameters;  // to them, too
  std::vector<Running> running;
  Tensor input, latents, reconstruction, gradient;
  BatchPictures pictures;
  LargerPictures larger;
  AfterStep after_step;

  template <typename... Trained>
  State(Network described, std::size_t batch, Precision kept, Use intended, const State* like,
        const Trained&... trained)
      : network(std::move(described)),
        precision(kept),
        use(intended),
        steps(plan(network, use)),
        parameters(network, steps, trained...) {
    TensorPlan tensors(steps, batch, precision, use);
    own_activations = tensors.allocate();
    activation_bytes = own_activations.size();
    activations = own_activations.data();
    input = tensors.value(0);
    latents = tensors.value(steps.latent);
    reconstruction = tensors.value(steps.reconstruction);
    if (use == Use::kTraining) gradient = tensors.gradient(steps.reconstruction);
    std::size_t trained_before = 0;
    operands.reserve(steps.steps.size());
    step_parameters.reserve(steps.steps.size());
    for (std::size_t i = 0; i < steps.steps.size(); ++i) {
      const Step& step = steps.steps[i];
      operands.push_back(tensors.operands(i));
      const std::size_t partner =
          step.bias_layer == kNoLayer ? step.normalisation : step.bias_layer;
      step_parameters.push_back({.own = layer(step.layer), .partner = layer(partner)});
      Running it{.operation = make_operation(
                     {.context = context,
                      .step = step,
                      .network = network,
                      .use = use,
                      .operands = operands.back(),
                      .parameters = step_parameters.back(),
                      .pictures = pictures,
                      .larger = larger,
                      .like = like == nullptr ? nullptr : like->running[i].operation.get()}),
                 .parts = tensors.parts(i),
                 .cost = {},
                 .trained_before = trained_before};
      for (const LayerParameters& used :
           {step_parameters.back().own, step_parameters.back().partner}) {
        trained_before = std::max(trained_before, parameters.end_of(used));
      }
      it.cost.name = step.layer == kNoLayer ? "upsampling" : network.layers[step.layer].name;
      it.cost.multiply_adds =
          step.layer == kNoLayer ? 0 : batch * multiply_adds(network, step.layer);
      running.push_back(std::move(it));
    }
  }

  // All tensors move to another block of memory.
  void move_to(std::byte* block) {
    const auto move = [&](Tensor& tensor) {
      if (tensor.data != nullptr)
        tensor.data = block + (static_cast<std::byte*>(tensor.data) - activations);
    };
    for (Tensor* tensor : {&input, &latents, &reconstruction, &gradient}) move(*tensor);
    for (Operands& it : operands) {
      std::ranges::for_each(it.inputs, move);
      std::ranges::for_each(it.input_gradients, move);
      move(it.output);
      move(it.output_gradient);
      it.kept = {block + (it.kept.data() - activations), it.kept.size()};
    }
    for (Running& it : running) std::ranges::for_each(it.parts, move);
    activations = block;
  }

  LayerParameters layer(std::size_t position) {
    return position == kNoLayer ? LayerParameters{} : parameters.of_layer(position);
  }

  [[nodiscard]] Tensor exact(Tensor result) const {
    if (result.precision == Precision::kF32) return result;
    throw Error(Error::Kind::kInput,
                network.name +
                    ": neither latents nor pictures can be read from a layer that is "
                    "kept in BF16: change the network, or compute in F32");
  }

  void run_backward(Running& it, const Tensor& output_gradient) {
    if (output_gradient.data == nullptr) return;
    const Stopwatch watch(it.cost.backward_seconds);
    if (!it.parts.empty()) {
      add(it.parts[0], it.parts[1], output_gradient);
      for (std::size_t i = 2; i < it.parts.size(); ++i) {
        add(output_gradient, it.parts[i], output_gradient);
      }
    }
    it.operation->backward();
  }

  void run_backward(std::span<float> gradients) {
    for (StepParameters& it : step_parameters) parameters.set_gradients(gradients, it.own);
    std::size_t end = parameters.weights().size();
    for (std::size_t i = running.size(); i-- > 0;) {
      run_backward(running[i], operands[i].output_gradient);
      if (!after_step) continue;
      const std::size_t begin = std::min(end, running[i].trained_before);
      after_step(begin, end);
      end = begin;
    }
  }
};

Executor::Executor(const Network& network, std::size_t batch, Precision precision, Use use)
    : Executor(std::make_unique<State>(network, batch, precision, use, nullptr)) {}
Executor::Executor(const Network& network, std::size_t batch, Precision precision, Use use,
                   const ParameterStore& trained)
    : Executor(std::make_unique<State>(network, batch, precision, use, nullptr, trained)) {}
Executor::Executor(std::unique_ptr<State> state) : state_(std::move(state)) {}
Executor::~Executor() = default;

std::unique_ptr<Executor> Executor::another() const {
  return std::unique_ptr<Executor>(new Executor(std::make_unique<State>(
      state_->network, batch(), state_->precision, state_->use, state_.get(), state_->parameters)));
}

void Executor::set_parameters(std::span<const float> parameters) {
  state_->parameters.set(parameters);
  update_weights();
}

void Executor::update_weights() {
  for (auto& it : state_->running) it.operation->update_weights();
}

void Executor::update_weights(ThreadPool& pool) {
  pool.run(state_->running.size(),
           [&](std::size_t i, std::size_t) { state_->running[i].operation->update_weights(); });
}

AlignedBuffer Executor::give_activations() {
  AlignedBuffer own = std::exchange(state_->own_activations, {});
  return own.size() > 0 ? std::move(own) : AlignedBuffer(activation_bytes());
}

void Executor::use_activations(AlignedBuffer& activations) {
  assert(activations.size() == activation_bytes());
  state_->move_to(activations.data());
}

void Executor::forward(std::span<const std::uint8_t> pictures, LargerPictures larger) {
  state_->pictures = pictures;
  state_->larger = larger;
  Tensor input = state_->input;
  input.shape.n = pictures.size() / state_->network.input().size();
  assert(input.shape.n == batch() || (state_->use == Use::kInference && input.shape.n < batch()));
  load_pictures(pictures, input);
  for (auto& it : state_->running) {
    const Stopwatch watch(it.cost.forward_seconds);
    ++it.cost.batches;
    it.operation->forward();
    if (state_->after_step) state_->after_step(0, 0);
  }
}

void Executor::tell_after_each_step(AfterStep after_step) {
  state_->after_step = std::move(after_step);
}

Tensor Executor::latents() const { return state_->exact(state_->latents); }
Tensor Executor::reconstruction() const { return state_->exact(state_->reconstruction); }

Difference Executor::difference(std::span<const std::uint8_t> pictures) const {
  Tensor reconstruction = this->reconstruction();
  reconstruction.shape.n = pictures.size() / state_->network.input().size();
  return compare(reconstruction, pictures, {});
}

Difference Executor::backward(std::span<const std::uint8_t> pictures, std::span<float> gradients) {
  assert(state_->gradient.data != nullptr);
  const Difference difference = compare(reconstruction(), pictures, state_->gradient);
  state_->run_backward(gradients);
  return difference;
}

void Executor::backward_from(std::span<const float> gradient, std::span<float> gradients) {
  assert(state_->gradient.data != nullptr);
  std::ranges::copy(gradient, state_->gradient.floats().begin());
  state_->run_backward(gradients);
}

std::size_t Executor::trained() const noexcept { return state_->parameters.weights().size(); }

std::vector<float> Executor::described(std::span<const float> own) const {
  return state_->parameters.described(own);
}

std::span<const float> Executor::moments() const noexcept { return state_->parameters.moments(); }

std::size_t Executor::batch() const noexcept { return state_->input.shape.n; }

std::size_t Executor::activation_bytes() const noexcept { return state_->activation_bytes; }

std::vector<StepCost> Executor::costs() const {
  std::vector<StepCost> costs;
  costs.reserve(state_->running.size());
  for (const auto& it : state_->running) costs.push_back(it.cost);
  return costs;
}

}  // namespace likeness
