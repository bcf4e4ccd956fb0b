// Runs networks that others wrote as ONNX, by ONNX Runtime: an optional part, chosen when likeness
// is built (onnx_runtime.cpp or onnx_runtime_absent.cpp). Its library is loaded when it is first
// needed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "likeness/encoder/onnx_graph.hpp"

namespace likeness {

// Error::kUnavailable where it is not there.
[[nodiscard]] std::string onnx_runtime_version();

// A network made ready to run. Several threads may run it at once: each computes by itself.
class OnnxSession {
 public:
  struct Port {
    std::string name;
    std::optional<OnnxType> type;          // none: one that we neither give nor take
    std::vector<std::int64_t> dimensions;  // -1: any
  };

  // The bytes of a file in the ONNX format; what they need beside them is not looked for. Error::
  // kInput, beginning with the source, for what is no such file or what ONNX Runtime cannot run;
  // kUnavailable as above.
  OnnxSession(std::span<const std::byte> file, const std::string& source);
  ~OnnxSession();
  OnnxSession(const OnnxSession&) = delete;
  OnnxSession& operator=(const OnnxSession&) = delete;
  OnnxSession(OnnxSession&&) = delete;
  OnnxSession& operator=(OnnxSession&&) = delete;

  [[nodiscard]] const std::vector<Port>& inputs() const noexcept;
  [[nodiscard]] const std::vector<Port>& outputs() const noexcept;
  // What its maker noted in the file, by name.
  [[nodiscard]] const std::map<std::string, std::string>& remarks() const noexcept;

  struct Given {
    std::string name;
    std::vector<std::int64_t> dimensions;
    std::variant<std::span<const float>, std::span<const std::uint8_t>> values;
  };
  // The output of this name, of type F32, in the order of its memory. Error::kInput as above for
  // what it cannot compute.
  [[nodiscard]] std::vector<float> run(const Given& given, const std::string& output) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace likeness
