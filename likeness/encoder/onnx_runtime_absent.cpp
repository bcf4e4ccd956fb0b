// Instead of onnx_runtime.cpp, where ONNX Runtime was not there when likeness was built.
#include <exception>

#include "likeness/base/error.hpp"
#include "likeness/encoder/onnx_runtime.hpp"

namespace likeness {
namespace {

[[noreturn]] void fail() {
  throw Error(
      Error::Kind::kUnavailable,
      "this likeness was built without ONNX Runtime, which pretrained encoders need: install "
      "libonnxruntime-dev (Debian 13 has it, Debian 12 does not) and build it again");
}

}  // namespace

struct OnnxSession::State {};

std::string onnx_runtime_version() { fail(); }
OnnxSession::OnnxSession(std::span<const std::byte> /*file*/, const std::string& /*source*/) {
  fail();
}
OnnxSession::~OnnxSession() = default;
const std::vector<OnnxSession::Port>& OnnxSession::inputs() const noexcept { std::terminate(); }
const std::vector<OnnxSession::Port>& OnnxSession::outputs() const noexcept { std::terminate(); }
const std::map<std::string, std::string>& OnnxSession::remarks() const noexcept {
  std::terminate();
}
std::vector<float> OnnxSession::run(const Given& /*given*/, const std::string& /*output*/) const {
  fail();
}

}  // namespace likeness
