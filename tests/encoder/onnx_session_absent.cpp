#include <stdexcept>

#include "tests/encoder/onnx_session.hpp"

namespace likeness {

bool has_onnx_runtime() { return false; }

// NOLINTNEXTLINE(performance-unnecessary-value-param): the one that runs needs its own
std::vector<std::vector<float>> run_onnx(const std::filesystem::path& /*file*/, OnnxInput /*input*/,
                                         const std::vector<std::string>& /*outputs*/) {
  throw std::logic_error(kNoOnnxRuntime);
}

}  // namespace likeness
