#include <stdexcept>

#include "tests/encoder/onnx_session.hpp"

namespace likeness {

bool has_onnx_runtime() { return false; }

std::vector<std::vector<float>> run_onnx(const std::filesystem::path& /*file*/, OnnxInput /*input*/,
                                         const std::vector<std::string>& /*outputs*/) {
  throw std::logic_error(kNoOnnxRuntime);
}

}  // namespace likeness
