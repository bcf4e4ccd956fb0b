// A graph of ONNX operators as a file: https://github.com/onnx/onnx/blob/main/docs/IR.md.
#pragma once

#include <filesystem>

#include "likeness/encoder/onnx_graph.hpp"

namespace likeness {

// Error::kInput for a graph of 2 GiB or more, which no such file can hold; else as of write_file().
void write_onnx(const std::filesystem::path& path, const OnnxGraph& graph);

}  // namespace likeness
