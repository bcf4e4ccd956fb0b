// Runs files of ONNX by ONNX Runtime, which shares nothing with ours. Debian 12 has none: then the
// tests that need it say so, and are skipped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace likeness {

struct OnnxInput {
  std::string name;
  std::vector<std::int64_t> dimensions;
  std::variant<std::vector<std::uint8_t>, std::vector<float>> values;
};

[[nodiscard]] bool has_onnx_runtime();
inline constexpr const char* kNoOnnxRuntime =
    "needs ONNX Runtime: install libonnxruntime-dev (Debian 13) and configure again";

// What comes out under these names.
[[nodiscard]] std::vector<std::vector<float>> run_onnx(const std::filesystem::path& file,
                                                       OnnxInput input,
                                                       const std::vector<std::string>& outputs);

}  // namespace likeness
