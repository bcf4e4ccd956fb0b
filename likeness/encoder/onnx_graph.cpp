#include "likeness/encoder/onnx_graph.hpp"

namespace likeness {

std::string OnnxGraphBuilder::next_name(const std::string& what) {
  return part_ + "/" + what + "_" + std::to_string(names_++);
}

std::string OnnxGraphBuilder::input(OnnxPort port) {
  graph_.inputs.push_back(std::move(port));
  return graph_.inputs.back().name;
}

void OnnxGraphBuilder::output(OnnxPort port, const std::string& value) {
  graph_.nodes.push_back(
      {.operation = "Identity", .inputs = {value}, .output = port.name, .attributes = {}});
  graph_.outputs.push_back(std::move(port));
}

void OnnxGraphBuilder::remark(std::string name, std::string value) {
  graph_.remarks.emplace_back(std::move(name), std::move(value));
}

std::string OnnxGraphBuilder::add(const std::string& operation, std::vector<std::string> inputs,
                                  std::vector<OnnxAttribute> attributes) {
  graph_.nodes.push_back({.operation = operation,
                          .inputs = std::move(inputs),
                          .output = next_name(operation),
                          .attributes = std::move(attributes)});
  return graph_.nodes.back().output;
}

std::string OnnxGraphBuilder::constant(std::vector<std::size_t> dimensions,
                                       std::vector<float> values) {
  graph_.constants.push_back({.name = next_name("constant"),
                              .dimensions = std::move(dimensions),
                              .values = std::move(values)});
  return graph_.constants.back().name;
}

std::string OnnxGraphBuilder::whole_numbers(std::vector<std::int64_t> values) {
  const std::size_t count = values.size();
  graph_.constants.push_back(
      {.name = next_name("constant"), .dimensions = {count}, .values = std::move(values)});
  return graph_.constants.back().name;
}

std::string OnnxGraphBuilder::reshape(const std::string& value,
                                      const std::vector<std::size_t>& dimensions) {
  std::vector<std::int64_t> shape{-1};
  for (const std::size_t length : dimensions) shape.push_back(static_cast<std::int64_t>(length));
  return add("Reshape", {value, whole_numbers(std::move(shape))});
}

}  // namespace likeness
