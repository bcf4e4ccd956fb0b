#include "tests/encoder/plain_layers.hpp"

#include <cassert>
#include <cmath>
#include <cstdint>
#include <span>

namespace likeness {
namespace {

// output[out] += input[in] * weights[weight]
struct Tap {
  std::size_t in = 0, out = 0, weight = 0;
};

struct Pixel {
  std::size_t y = 0, x = 0;
};

// A window of the `fine` picture belongs to each pixel of the coarse one. Calls
// visit(pixel of `fine`, position in the window) for the part of it that is not padding.
template <typename Visit>
void visit_window(const Layer& layer, const Shape& fine, const Pixel& coarse, Visit visit) {
  const std::size_t above = same_padding(fine.h, layer.kernel, layer.stride).before;
  const std::size_t left = same_padding(fine.w, layer.kernel, layer.stride).before;
  for (std::size_t k = 0; k < layer.kernel * layer.kernel; ++k) {
    // In front of the picture these wrap around to huge numbers, which are outside as well.
    const Pixel pixel{.y = coarse.y * layer.stride + k / layer.kernel - above,
                      .x = coarse.x * layer.stride + k % layer.kernel - left};
    if (pixel.y < fine.h && pixel.x < fine.w) visit(pixel, k);
  }
}

// Calls visit(n, channel, pixel) for every value of `tensor`.
template <typename Visit>
void visit_values(const PlainTensor& tensor, Visit visit) {
  const Shape& s = tensor.shape;
  for (std::size_t n = 0; n < s.n; ++n) {
    for (std::size_t c = 0; c < s.c; ++c) {
      for (std::size_t i = 0; i < s.h * s.w; ++i) visit(n, c, Pixel{.y = i / s.w, .x = i % s.w});
    }
  }
}

// Weights (O, I / groups, K, K); the input is fine, the output coarse.
template <typename Visit>
void visit_convolution(const Layer& layer, const PlainTensor& in, const PlainTensor& out,
                       Visit visit) {
  const std::size_t in_group = in.shape.c / layer.groups;
  const std::size_t out_group = out.shape.c / layer.groups;
  const std::size_t area = layer.kernel * layer.kernel;
  visit_values(out, [&](std::size_t n, std::size_t o, const Pixel& to) {
    visit_window(layer, in.shape, to, [&](const Pixel& from, std::size_t k) {
      for (std::size_t i = 0; i < in_group; ++i) {
        visit(Tap{.in = in.index(n, o / out_group * in_group + i, from.y, from.x),
                  .out = out.index(n, o, to.y, to.x),
                  .weight = (o * in_group + i) * area + k});
      }
    });
  });
}

// Weights (O, I, K, K); the input is coarse, the output fine.
template <typename Visit>
void visit_transposed_convolution(const Layer& layer, const PlainTensor& in, const PlainTensor& out,
                                  Visit visit) {
  const std::size_t area = layer.kernel * layer.kernel;
  visit_values(in, [&](std::size_t n, std::size_t i, const Pixel& from) {
    visit_window(layer, out.shape, from, [&](const Pixel& to, std::size_t k) {
      for (std::size_t o = 0; o < out.shape.c; ++o) {
        visit(Tap{.in = in.index(n, i, from.y, from.x),
                  .out = out.index(n, o, to.y, to.x),
                  .weight = (o * in.shape.c + i) * area + k});
      }
    });
  });
}

// Weights (O, I) with I in the order C, H, W.
template <typename Visit>
void visit_dense(const PlainTensor& in, const PlainTensor& out, Visit visit) {
  const std::size_t in_size = in.shape.size() / in.shape.n;
  const std::size_t out_size = out.shape.c;
  for (std::size_t n = 0; n < in.shape.n; ++n) {
    for (std::size_t weight = 0; weight < out_size * in_size; ++weight) {
      visit(Tap{.in = n * in_size + weight % in_size,
                .out = n * out_size + weight / in_size,
                .weight = weight});
    }
  }
}

template <typename Visit>
void visit_taps(const Layer& layer, const PlainTensor& in, const PlainTensor& out, Visit visit) {
  switch (layer.kind) {
    case LayerKind::kConvolution: return visit_convolution(layer, in, out, visit);
    case LayerKind::kTransposedConvolution:
      return visit_transposed_convolution(layer, in, out, visit);
    default: assert(layer.kind == LayerKind::kDense); return visit_dense(in, out, visit);
  }
}

PlainTensor output_for(const Layer& layer, const PlainTensor& input) {
  Shape shape = layer.output;
  shape.n = input.shape.n;
  return PlainTensor(shape);
}

std::size_t largest_in_window(const Layer& layer, const PlainTensor& input, std::size_t plane,
                              const Pixel& to) {
  std::size_t best = input.values.size();
  visit_window(layer, input.shape, to, [&](const Pixel& from, std::size_t) {
    const std::size_t candidate = plane + from.y * input.shape.w + from.x;
    if (best == input.values.size() || input.values[candidate] > input.values[best])
      best = candidate;
  });
  return best;
}

// The value of the input that becomes pixel `to` of channel `c`.
std::size_t source_of(const Layer& layer, const PlainTensor& input, std::size_t n, std::size_t c,
                      const Pixel& to) {
  const std::size_t factor = layer.stride;
  switch (layer.kind) {
    case LayerKind::kMaxPooling:
      return largest_in_window(layer, input, input.index(n, c, 0, 0), to);
    case LayerKind::kUpsampling: return input.index(n, c, to.y / factor, to.x / factor);
    case LayerKind::kDepthToSpace: {
      const std::size_t part = to.y % factor * factor + to.x % factor;
      return input.index(n, part * layer.output.c + c, to.y / factor, to.x / factor);
    }
    default:
      assert(layer.kind == LayerKind::kCrop);
      return input.index(n, c, to.y + (input.shape.h - layer.output.h) / 2,
                         to.x + (input.shape.w - layer.output.w) / 2);
  }
}

double scale_of(const Statistics& statistics, std::size_t channel) {
  return 1.0 / std::sqrt(statistics.variance[channel] + double{kNormalisationEpsilon});
}

double values_per_channel(const Shape& shape) { return static_cast<double>(shape.pixels()); }

}  // namespace

PlainTensor multiply(const Layer& layer, const PlainTensor& input,
                     const Affine<const double>& parameters) {
  PlainTensor output = output_for(layer, input);
  visit_taps(layer, input, output, [&](const Tap& tap) {
    output.values[tap.out] += input.values[tap.in] * parameters.weights[tap.weight];
  });
  if (parameters.bias.empty()) return output;
  visit_values(output, [&](std::size_t n, std::size_t c, const Pixel& pixel) {
    output.values[output.index(n, c, pixel.y, pixel.x)] += parameters.bias[c];
  });
  return output;
}

void multiply_backward(const Layer& layer, const PlainTensor& input,
                       std::span<const double> weights, const PlainTensor& output_gradient,
                       PlainTensor& input_gradient, const Affine<double>& gradients) {
  visit_taps(layer, input, output_gradient, [&](const Tap& tap) {
    const double gradient = output_gradient.values[tap.out];
    input_gradient.values[tap.in] += gradient * weights[tap.weight];
    gradients.weights[tap.weight] += gradient * input.values[tap.in];
  });
  if (gradients.bias.empty()) return;
  visit_values(output_gradient, [&](std::size_t n, std::size_t c, const Pixel& pixel) {
    gradients.bias[c] += output_gradient.values[output_gradient.index(n, c, pixel.y, pixel.x)];
  });
}

std::vector<std::size_t> selection(const Layer& layer, const PlainTensor& input) {
  const PlainTensor output = output_for(layer, input);
  std::vector<std::size_t> sources;
  sources.reserve(output.values.size());
  if (layer.kind == LayerKind::kReshape) {
    for (std::size_t i = 0; i < output.values.size(); ++i) sources.push_back(i);
    return sources;
  }
  visit_values(output, [&](std::size_t n, std::size_t c, const Pixel& to) {
    sources.push_back(source_of(layer, input, n, c, to));
  });
  return sources;
}

Statistics statistics_of(const PlainTensor& input) {
  const double count = values_per_channel(input.shape);
  Statistics statistics{.mean = std::vector<double>(input.shape.c),
                        .variance = std::vector<double>(input.shape.c)};
  for (std::size_t i = 0; i < input.values.size(); ++i)
    statistics.mean[input.channel(i)] += input.values[i] / count;
  for (std::size_t i = 0; i < input.values.size(); ++i) {
    const double deviation = input.values[i] - statistics.mean[input.channel(i)];
    statistics.variance[input.channel(i)] += deviation * deviation / count;
  }
  return statistics;
}

PlainTensor normalise(const PlainTensor& input, const Statistics& statistics) {
  PlainTensor normalised(input.shape);
  for (std::size_t i = 0; i < input.values.size(); ++i) {
    const std::size_t c = input.channel(i);
    normalised.values[i] = (input.values[i] - statistics.mean[c]) * scale_of(statistics, c);
  }
  return normalised;
}

// Ioffe and Szegedy 2015, section 3, with the two sums over a channel written out.
PlainTensor normalise_backward(const PlainTensor& normalised,
                               const PlainTensor& normalised_gradient,
                               const Statistics& statistics) {
  const double count = values_per_channel(normalised.shape);
  std::vector<double> mean_gradient(normalised.shape.c);
  std::vector<double> mean_product(normalised.shape.c);
  for (std::size_t i = 0; i < normalised.values.size(); ++i) {
    const double gradient = normalised_gradient.values[i] / count;
    mean_gradient[normalised.channel(i)] += gradient;
    mean_product[normalised.channel(i)] += gradient * normalised.values[i];
  }
  PlainTensor input_gradient(normalised.shape);
  for (std::size_t i = 0; i < normalised.values.size(); ++i) {
    const std::size_t c = normalised.channel(i);
    input_gradient.values[i] = (normalised_gradient.values[i] - mean_gradient[c] -
                                normalised.values[i] * mean_product[c]) *
                               scale_of(statistics, c);
  }
  return input_gradient;
}

PlainTensor normalise_backward_fixed(const PlainTensor& normalised_gradient,
                                     const Statistics& statistics) {
  PlainTensor input_gradient = normalised_gradient;
  for (std::size_t i = 0; i < input_gradient.values.size(); ++i)
    input_gradient.values[i] *= scale_of(statistics, input_gradient.channel(i));
  return input_gradient;
}

double activate(const Layer& layer, double input) {
  if (layer.kind == LayerKind::kSigmoid) return 1.0 / (1.0 + std::exp(-input));
  return input > 0.0 ? input : double{layer.slope} * input;
}

double activation_derivative(const Layer& layer, double input, double output) {
  if (layer.kind == LayerKind::kSigmoid) return output * (1.0 - output);
  return input > 0.0 ? 1.0 : double{layer.slope};
}

PlainTensor luma_of(const PlainTensor& pictures) {
  const Shape& in = pictures.shape;
  PlainTensor luma({.n = in.n, .c = 1, .h = in.h, .w = in.w});
  for (std::size_t i = 0; i < luma.values.size(); ++i) {
    const std::size_t n = i / (in.h * in.w);
    const double* red = pictures.values.data() + i + 2 * n * in.h * in.w;
    luma.values[i] = 0.299 * red[0] + 0.587 * red[in.h * in.w] + 0.114 * red[2 * in.h * in.w];
  }
  return luma;
}

PlainTensor classic_descriptors(const PlainTensor& pictures,
                                std::vector<float> (*describe)(const PixelView&)) {
  const auto values = channels_last(pictures);
  std::vector<std::uint8_t> bytes;
  bytes.reserve(values.size());
  for (const float value : values) {
    bytes.push_back(static_cast<std::uint8_t>(std::lround(255.0F * value)));
  }
  const Shape& in = pictures.shape;
  const std::size_t size = bytes.size() / in.n;
  PlainTensor rows;
  for (std::size_t n = 0; n < in.n; ++n) {
    const auto row =
        describe({.size = {.width = static_cast<int>(in.w), .height = static_cast<int>(in.h)},
                  .pixels = std::span(bytes).subspan(n * size, size)});
    rows.values.insert(rows.values.end(), row.begin(), row.end());
  }
  rows.shape = {.n = in.n, .c = rows.values.size() / in.n};
  return rows;
}

namespace {

double length_of(const PlainTensor& vectors, std::size_t n) {
  double square = 0.0;
  for (std::size_t c = 0; c < vectors.shape.c; ++c) {
    const double value = vectors.values[n * vectors.shape.c + c];
    square += value * value;
  }
  return std::sqrt(square);
}

}  // namespace

PlainTensor unit_length(const PlainTensor& input) {
  PlainTensor output = input;
  for (std::size_t i = 0; i < output.values.size(); ++i) {
    output.values[i] /= length_of(input, i / input.shape.c);
  }
  return output;
}

PlainTensor unit_length_backward(const PlainTensor& input, const PlainTensor& output,
                                 const PlainTensor& output_gradient) {
  PlainTensor gradient(input.shape);
  const std::size_t size = input.shape.c;
  for (std::size_t n = 0; n < input.shape.n; ++n) {
    double along = 0.0;
    for (std::size_t c = n * size; c < (n + 1) * size; ++c) {
      along += output.values[c] * output_gradient.values[c];
    }
    for (std::size_t c = n * size; c < (n + 1) * size; ++c) {
      gradient.values[c] =
          (output_gradient.values[c] - along * output.values[c]) / length_of(input, n);
    }
  }
  return gradient;
}

PlainTensor beside_each_other(const std::vector<const PlainTensor*>& parts) {
  PlainTensor result;
  const std::size_t count = parts.front()->shape.n;
  for (std::size_t n = 0; n < count; ++n) {
    for (const PlainTensor* part : parts) {
      const auto row = std::span(part->values).subspan(n * part->shape.c, part->shape.c);
      result.values.insert(result.values.end(), row.begin(), row.end());
    }
  }
  std::size_t size = 0;
  for (const PlainTensor* part : parts) size += part->shape.c;
  result.shape = {.n = count, .c = size};
  return result;
}

}  // namespace likeness
