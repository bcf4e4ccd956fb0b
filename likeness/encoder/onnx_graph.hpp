// A graph of ONNX operators as data, of version 17 of the standard's set (https://onnx.ai). Each
// operator gives one value, which others read by its name; onnx_file.hpp writes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace likeness {

inline constexpr std::int64_t kOnnxOperators = 17;
// What "Cast" may cast to, in the standard's numbers.
inline constexpr std::int64_t kOnnxF32 = 1;
inline constexpr std::int64_t kOnnxI64 = 7;

struct OnnxAttribute {
  using Value = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>>;
  // With a constructor, because lists of braces without names are refused for plain structs.
  OnnxAttribute(std::string the_name, Value the_value)
      : name(std::move(the_name)), value(std::move(the_value)) {}

  std::string name;
  Value value;
};

struct OnnxNode {
  std::string operation;  // "Conv"
  std::vector<std::string> inputs;
  std::string output;  // also the node's name
  std::vector<OnnxAttribute> attributes;
};

struct OnnxConstant {
  std::string name;
  std::vector<std::size_t> dimensions;  // none: one number
  std::variant<std::vector<float>, std::vector<std::int64_t>> values;
};

enum class OnnxType { kF32, kU8 };

// What goes in or comes out. The first dimension is the number of pictures, which is free.
struct OnnxPort {
  std::string name;
  OnnxType type = OnnxType::kF32;
  std::vector<std::size_t> dimensions;  // behind the first
};

struct OnnxGraph {
  std::string name;
  std::vector<OnnxNode> nodes;  // each behind those that it reads
  std::vector<OnnxConstant> constants;
  std::vector<OnnxPort> inputs;
  std::vector<OnnxPort> outputs;
  std::vector<std::pair<std::string, std::string>> remarks;  // name and value: what it is made of
};

// Appends to a graph and makes names up. Each call returns the name of what it adds.
class OnnxGraphBuilder {
 public:
  explicit OnnxGraphBuilder(std::string name) { graph_.name = std::move(name); }

  void begin(const std::string& part) { part_ = part; }  // the first part of the names that follow

  std::string input(OnnxPort port);
  void output(OnnxPort port, const std::string& value);
  void remark(std::string name, std::string value);
  std::string add(const std::string& operation, std::vector<std::string> inputs,
                  std::vector<OnnxAttribute> attributes = {});
  std::string constant(std::vector<std::size_t> dimensions, std::vector<float> values);
  std::string number(float value) { return constant({}, {value}); }
  std::string whole_numbers(std::vector<std::int64_t> values);
  // The value with these dimensions behind its first.
  std::string reshape(const std::string& value, const std::vector<std::size_t>& dimensions);

  [[nodiscard]] OnnxGraph finish() && { return std::move(graph_); }

 private:
  [[nodiscard]] std::string next_name(const std::string& what);

  OnnxGraph graph_;
  std::string part_;
  std::size_t names_ = 0;
};

}  // namespace likeness
