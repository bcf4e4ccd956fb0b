// A small encoder of pictures as ONNX, as if somebody had trained it: the means of squares of 4 by
// 4 pixels of a picture of 16 rows and 12 columns, 36 numbers.
#pragma once

#include <filesystem>
#include <string>

#include "likeness/base/error.hpp"
#include "likeness/encoder/onnx_file.hpp"
#include "likeness/encoder/onnx_graph.hpp"
#include "likeness/encoder/onnx_runtime.hpp"
#include "likeness/encoder/pretrained.hpp"

namespace likeness {

inline constexpr Size kSmallEncoderSize{.width = 12, .height = 16};
inline constexpr std::size_t kSmallEncoderNumbers = 36;

// For tests that need it: what they are skipped with where there is none, else empty.
[[nodiscard]] inline std::string why_no_onnx_runtime() {
  try {
    (void)onnx_runtime_version();
    return "";
  } catch (const Error& error) {
    return std::string("needs ONNX Runtime: ") + error.what();
  }
}

inline void write_small_encoder(const std::filesystem::path& file, PixelOrder order,
                                OnnxType type) {
  using WholeNumbers = std::vector<std::int64_t>;
  OnnxGraphBuilder graph("small");
  const bool planes = order == PixelOrder::kPlanes;
  std::string x = graph.input({.name = "image",
                               .type = type,
                               .dimensions = planes ? std::vector<std::size_t>{3, 16, 12}
                                                    : std::vector<std::size_t>{16, 12, 3}});
  if (type == OnnxType::kU8) x = graph.add("Cast", {x}, {{"to", kOnnxF32}});
  if (!planes) x = graph.add("Transpose", {x}, {{"perm", WholeNumbers{0, 3, 1, 2}}});
  x = graph.add("AveragePool", {x},
                {{"kernel_shape", WholeNumbers{4, 4}}, {"strides", WholeNumbers{4, 4}}});
  graph.output({.name = "vector", .dimensions = {kSmallEncoderNumbers}},
               graph.reshape(x, {kSmallEncoderNumbers}));
  write_onnx(file, std::move(graph).finish());
}

}  // namespace likeness
