#include "likeness/encoder/parameter_store.hpp"

#include <algorithm>
#include <cassert>

namespace likeness {
namespace {

// order[position in memory (H, W, C)] = position as described (C, H, W).
std::vector<std::size_t> memory_order(const Shape& shape) {
  std::vector<std::size_t> order(shape.size());
  std::size_t position = 0;
  for (std::size_t pixel = 0; pixel < shape.h * shape.w; ++pixel) {
    for (std::size_t c = 0; c < shape.c; ++c) order[position++] = c * shape.h * shape.w + pixel;
  }
  return order;
}

}  // namespace

ParameterStore::ParameterStore(const Network& network, const Plan& plan) {
  find_places(network, plan);
  weights_ = std::make_shared<std::vector<float>>(trained_);
}

ParameterStore::ParameterStore(const Network& network, const Plan& plan,
                               const ParameterStore& trained)
    : weights_(trained.weights_) {
  find_places(network, plan);
  assert(trained_ <= weights_->size());
}

void ParameterStore::find_places(const Network& network, const Plan& plan) {
  std::vector<const Step*> dense(network.layers.size());
  for (const auto& step : plan.steps) {
    if (step.kind == StepKind::kDense) dense[step.layer] = &step;
  }
  std::size_t moments = 0;
  for (auto& parameter : parameters_of(network)) {
    Place place{.parameter = parameter, .offset = 0, .rows = {}, .columns = {}};
    if (const Step* step = dense[parameter.layer]) {
      place.rows = memory_order(step->output);
      if (parameter.role == ParameterRole::kWeights) {
        place.columns = memory_order(plan.steps[step->inputs.front()].output);
      }
    }
    auto& total = parameter.trained() ? trained_ : moments;
    place.offset = total;
    total += parameter.size();
    places_.push_back(std::move(place));
  }
  moments_.resize(moments);
}

LayerParameters ParameterStore::of_layer(std::size_t layer) {
  LayerParameters result;
  for (const auto& place : places_) {
    if (place.parameter.layer != layer) continue;
    const auto part = [&](std::span<float> values) {
      return values.subspan(place.offset, place.parameter.size());
    };
    switch (place.parameter.role) {
      case ParameterRole::kWeights:
      case ParameterRole::kGamma: result.weights = part(weights()); break;
      case ParameterRole::kBias:
      case ParameterRole::kBeta: result.bias = part(weights()); break;
      case ParameterRole::kMean: result.mean = part(moments_); break;
      case ParameterRole::kVariance: result.variance = part(moments_); break;
    }
  }
  return result;
}

void ParameterStore::set_gradients(std::span<float> gradients, LayerParameters& layer) const {
  const auto at_the_same_place = [&](std::span<float> values) {
    if (values.empty()) return values;
    return gradients.subspan(static_cast<std::size_t>(values.data() - weights_->data()),
                             values.size());
  };
  layer.weights_gradient = at_the_same_place(layer.weights);
  layer.bias_gradient = at_the_same_place(layer.bias);
}

std::size_t ParameterStore::end_of(const LayerParameters& layer) const {
  std::size_t end = 0;
  for (const std::span<float> values : {layer.weights, layer.bias}) {
    if (values.empty()) continue;
    end = std::max(end, static_cast<std::size_t>(values.data() + values.size() - weights_->data()));
  }
  return end;
}

// Calls move(own position, described position), both within the parameter.
template <typename Move>
void ParameterStore::for_values(const Place& place, const Move& move) const {
  const std::size_t size = place.parameter.size();
  if (place.rows.empty()) {
    for (std::size_t i = 0; i < size; ++i) move(i, i);
    return;
  }
  const std::size_t width = size / place.rows.size();
  for (std::size_t row = 0; row < place.rows.size(); ++row) {
    for (std::size_t column = 0; column < width; ++column) {
      const std::size_t described = place.columns.empty() ? column : place.columns[column];
      move(row * width + column, place.rows[row] * width + described);
    }
  }
}

void ParameterStore::set(std::span<const float> described) {
  for (const auto& place : places_) {
    auto& target = place.parameter.trained() ? *weights_ : moments_;
    for_values(place, [&](std::size_t own, std::size_t there) {
      target[place.offset + own] = described[there];
    });
    described = described.subspan(place.parameter.size());
  }
  assert(described.empty());
}

std::vector<float> ParameterStore::get() const {
  std::vector<float> result(trained_ + moments_.size());
  std::size_t start = 0;
  for (const auto& place : places_) {
    const auto& source = place.parameter.trained() ? *weights_ : moments_;
    for_values(place, [&](std::size_t own, std::size_t there) {
      result[start + there] = source[place.offset + own];
    });
    start += place.parameter.size();
  }
  return result;
}

std::vector<float> ParameterStore::described(std::span<const float> own) const {
  std::vector<float> result(own.size());
  for (const auto& place : places_) {
    if (!place.parameter.trained()) continue;
    for_values(place, [&](std::size_t here, std::size_t there) {
      result[place.offset + there] = own[place.offset + here];
    });
  }
  return result;
}

std::vector<float> ParameterStore::own(std::span<const float> described) const {
  std::vector<float> result(described.size());
  for (const auto& place : places_) {
    if (!place.parameter.trained()) continue;
    for_values(place, [&](std::size_t here, std::size_t there) {
      result[place.offset + here] = described[place.offset + there];
    });
  }
  return result;
}

}  // namespace likeness
