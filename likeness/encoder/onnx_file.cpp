#include "likeness/encoder/onnx_file.hpp"

#include <onnx.pb.h>  // made of the standard's onnx.proto when we are configured

#include <bit>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/version.hpp"

namespace likeness {
namespace {

constexpr std::int64_t kFileVersion = 8;  // the first that may have these operators
static_assert(kOnnxF32 == onnx::TensorProto::FLOAT && kOnnxI64 == onnx::TensorProto::INT64);
static_assert(std::endian::native == std::endian::little, "as tensors are in a file");

struct AttributeWriter {
  onnx::AttributeProto& to;

  void operator()(std::int64_t value) const {
    to.set_type(onnx::AttributeProto::INT);
    to.set_i(value);
  }
  void operator()(float value) const {
    to.set_type(onnx::AttributeProto::FLOAT);
    to.set_f(value);
  }
  void operator()(const std::string& value) const {
    to.set_type(onnx::AttributeProto::STRING);
    to.set_s(value);
  }
  void operator()(const std::vector<std::int64_t>& values) const {
    to.set_type(onnx::AttributeProto::INTS);
    to.mutable_ints()->Add(values.begin(), values.end());
  }
};

void put(const OnnxNode& node, onnx::NodeProto& to) {
  to.set_name(node.output);
  to.set_op_type(node.operation);
  for (const auto& input : node.inputs) to.add_input(input);
  to.add_output(node.output);
  for (const auto& attribute : node.attributes) {
    onnx::AttributeProto& it = *to.add_attribute();
    it.set_name(attribute.name);
    std::visit(AttributeWriter{it}, attribute.value);
  }
}

void put(const OnnxConstant& constant, onnx::TensorProto& to) {
  to.set_name(constant.name);
  for (const std::size_t length : constant.dimensions)
    to.add_dims(static_cast<std::int64_t>(length));
  const bool is_f32 = std::holds_alternative<std::vector<float>>(constant.values);
  to.set_data_type(is_f32 ? onnx::TensorProto::FLOAT : onnx::TensorProto::INT64);
  std::visit(
      [&](const auto& values) {
        const auto bytes = std::as_bytes(std::span(values));
        to.set_raw_data(bytes.data(), bytes.size());
      },
      constant.values);
}

void put(const OnnxPort& port, onnx::ValueInfoProto& to) {
  to.set_name(port.name);
  auto& tensor = *to.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(port.type == OnnxType::kU8 ? onnx::TensorProto::UINT8
                                                  : onnx::TensorProto::FLOAT);
  tensor.mutable_shape()->add_dim()->set_dim_param("N");
  for (const std::size_t length : port.dimensions) {
    tensor.mutable_shape()->add_dim()->set_dim_value(static_cast<std::int64_t>(length));
  }
}

onnx::ModelProto proto_of(const OnnxGraph& graph) {
  onnx::ModelProto model;
  model.set_ir_version(kFileVersion);
  model.set_producer_name("likeness");
  model.set_producer_version(version());
  model.add_opset_import()->set_version(kOnnxOperators);
  for (const auto& [name, value] : graph.remarks) {
    auto& remark = *model.add_metadata_props();
    remark.set_key(name);
    remark.set_value(value);
  }
  onnx::GraphProto& to = *model.mutable_graph();
  to.set_name(graph.name);
  for (const auto& node : graph.nodes) put(node, *to.add_node());
  for (const auto& constant : graph.constants) put(constant, *to.add_initializer());
  for (const auto& port : graph.inputs) put(port, *to.add_input());
  for (const auto& port : graph.outputs) put(port, *to.add_output());
  return model;
}

}  // namespace

void write_onnx(const std::filesystem::path& path, const OnnxGraph& graph) {
  const onnx::ModelProto model = proto_of(graph);
  if (model.ByteSizeLong() > std::numeric_limits<int>::max()) {
    throw Error(Error::Kind::kInput,
                graph.name +
                    ": is too large for a file of ONNX, which holds 2 GiB: train a "
                    "smaller model");
  }
  write_file(path, model.SerializeAsString());
}

}  // namespace likeness
