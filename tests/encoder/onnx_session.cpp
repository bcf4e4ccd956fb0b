#include "tests/encoder/onnx_session.hpp"

#include <onnxruntime_cxx_api.h>

namespace likeness {

bool has_onnx_runtime() { return true; }

std::vector<std::vector<float>> run_onnx(const std::filesystem::path& file, OnnxInput input,
                                         const std::vector<std::string>& outputs) {
  static const Ort::Env environment(ORT_LOGGING_LEVEL_ERROR, "test");
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(1);
  Ort::Session session(environment, file.c_str(), options);
  const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  const Ort::Value value = std::visit(
      [&](auto& values) {
        return Ort::Value::CreateTensor(memory, values.data(), values.size(),
                                        input.dimensions.data(), input.dimensions.size());
      },
      input.values);
  std::vector<const char*> names;
  for (const auto& output : outputs) names.push_back(output.c_str());
  const char* const input_name = input.name.c_str();
  const auto results =
      session.Run(Ort::RunOptions(), &input_name, &value, 1, names.data(), names.size());
  std::vector<std::vector<float>> found;
  for (const auto& result : results) {
    const auto* const first = result.GetTensorData<float>();
    found.emplace_back(first, first + result.GetTensorTypeAndShapeInfo().GetElementCount());
  }
  return found;
}

}  // namespace likeness
