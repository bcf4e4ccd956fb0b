// A model as a graph of ONNX operators, so that it runs where there is no likeness: in a browser,
// on a phone, in Python.
#pragma once

#include <optional>
#include <string_view>

#include "likeness/encoder/model.hpp"
#include "likeness/encoder/onnx_graph.hpp"

namespace likeness {

enum class OnnxHalf {
  kEncoder,  // pictures to latents
  kDecoder,  // latents to reconstructions
  kBoth,     // pictures to latents and reconstructions
};
// "encoder", "decoder", "both".
[[nodiscard]] std::optional<OnnxHalf> onnx_half_named(std::string_view name);

// Its ports, N pictures at a time:
//   pictures         U8  (N, H, W, 3)  as in a pack: sRGB, row by row
//   latents          F32 (N, D)        as the Embedder's weighted() gives them
//   reconstructions  F32 (N, H, W, 3)  sRGB from 0 to 1
// Error::kInput for a decoder alone that cannot be: it would read more than the latents tell.
[[nodiscard]] OnnxGraph onnx_graph(const Model& model, OnnxHalf half);

}  // namespace likeness
