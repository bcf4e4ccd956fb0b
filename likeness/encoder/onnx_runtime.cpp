#include "likeness/encoder/onnx_runtime.hpp"

#include <dlfcn.h>
// Its functions are found by hand: whoever links us does not link it.
#define ORT_API_MANUAL_INIT
#include <onnxruntime_cxx_api.h>

#include <iostream>
#include <mutex>
#include <utility>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

// The library that we were built for; another version may have other functions.
constexpr const char* kLibrary = LIKENESS_ONNX_RUNTIME;

[[noreturn]] void fail_to_load(const std::string& why) {
  throw Error(Error::Kind::kUnavailable,
              why + "; pretrained encoders need it: install " LIKENESS_ONNX_RUNTIME_PACKAGE);
}

const OrtApiBase* load() {
  void* const library = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  // One thread loads, as api_base() has it.
  if (library == nullptr) fail_to_load(::dlerror());  // NOLINT(concurrency-mt-unsafe)
  const auto base = reinterpret_cast<decltype(&::OrtGetApiBase)>(::dlsym(library, "OrtGetApiBase"));
  if (base == nullptr || base()->GetApi(ORT_API_VERSION) == nullptr) {
    fail_to_load(std::string(kLibrary) + ": is older than what likeness was built for");
  }
  Ort::InitApi(base()->GetApi(ORT_API_VERSION));
  return base();
}

const OrtApiBase* api_base() {
  static const OrtApiBase* const base = load();
  return base;
}

// While it lives, nothing that is written to std::cerr appears; we do not write there. Debian's
// ONNX Runtime makes all operators known twice, once by itself and once by the libonnx that it is
// linked with, and complains of each in a line when the first network is read.
class Silence {
 public:
  Silence() : lock_(mutex()), before_(std::cerr.rdbuf(nullptr)) {}
  ~Silence() {
    std::cerr.rdbuf(before_);
    std::cerr.clear();
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  Silence(Silence&&) = delete;
  Silence& operator=(Silence&&) = delete;

 private:
  static std::mutex& mutex() {
    static std::mutex only;
    return only;
  }

  const std::scoped_lock<std::mutex> lock_;
  std::streambuf* before_;
};

// Its messages may have several lines, the first of which says what is wrong.
[[noreturn]] void fail(const std::string& source, const std::string& message) {
  throw Error(Error::Kind::kInput,
              source + ": ONNX Runtime cannot run it: " + message.substr(0, message.find('\n')));
}

std::optional<OnnxType> type_of(ONNXTensorElementDataType type) {
  if (type == ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT) return OnnxType::kF32;
  if (type == ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8) return OnnxType::kU8;
  return std::nullopt;
}

OnnxSession::Port port_of(std::string name, const Ort::TypeInfo& type) {
  OnnxSession::Port port{.name = std::move(name), .type = {}, .dimensions = {}};
  if (type.GetONNXType() != ONNX_TYPE_TENSOR) return port;
  const auto tensor = type.GetTensorTypeAndShapeInfo();
  port.type = type_of(tensor.GetElementType());
  port.dimensions = tensor.GetShape();
  return port;
}

Ort::SessionOptions options() {
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(1);  // who runs it has threads of their own
  options.SetLogSeverityLevel(ORT_LOGGING_LEVEL_FATAL);
  return options;
}

}  // namespace

struct OnnxSession::State {
  State(std::span<const std::byte> file, std::string the_source)
      : source(std::move(the_source)), session(environment, file.data(), file.size(), options()) {
    const Ort::AllocatorWithDefaultOptions allocator;
    for (std::size_t i = 0; i < session.GetInputCount(); ++i) {
      inputs.push_back(
          port_of(session.GetInputNameAllocated(i, allocator).get(), session.GetInputTypeInfo(i)));
    }
    for (std::size_t i = 0; i < session.GetOutputCount(); ++i) {
      outputs.push_back(port_of(session.GetOutputNameAllocated(i, allocator).get(),
                                session.GetOutputTypeInfo(i)));
    }
    const auto noted = session.GetModelMetadata();
    for (const auto& key : noted.GetCustomMetadataMapKeysAllocated(allocator)) {
      remarks.emplace(key.get(),
                      noted.LookupCustomMetadataMapAllocated(key.get(), allocator).get());
    }
  }

  std::string source;
  Ort::Env environment{ORT_LOGGING_LEVEL_FATAL, "likeness"};
  // Running it changes nothing that is ours.
  mutable Ort::Session session;
  std::vector<Port> inputs;
  std::vector<Port> outputs;
  std::map<std::string, std::string> remarks;
};

std::string onnx_runtime_version() { return api_base()->GetVersionString(); }

OnnxSession::OnnxSession(std::span<const std::byte> file, const std::string& source) {
  (void)api_base();
  const Silence silence;
  try {
    state_ = std::make_unique<State>(file, source);
  } catch (const Ort::Exception& error) {
    fail(source, error.what());
  }
}

OnnxSession::~OnnxSession() = default;

const std::vector<OnnxSession::Port>& OnnxSession::inputs() const noexcept {
  return state_->inputs;
}
const std::vector<OnnxSession::Port>& OnnxSession::outputs() const noexcept {
  return state_->outputs;
}
const std::map<std::string, std::string>& OnnxSession::remarks() const noexcept {
  return state_->remarks;
}

std::vector<float> OnnxSession::run(const Given& given, const std::string& output) const {
  try {
    const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
    const Ort::Value value = std::visit(
        [&](const auto& values) {
          using Number = typename std::decay_t<decltype(values)>::value_type;
          // What it is given is only read.
          return Ort::Value::CreateTensor(memory, const_cast<Number*>(values.data()), values.size(),
                                          given.dimensions.data(), given.dimensions.size());
        },
        given.values);
    const char* const in = given.name.c_str();
    const char* const out = output.c_str();
    const auto results = state_->session.Run(Ort::RunOptions(), &in, &value, 1, &out, 1);
    const auto shape = results.front().GetTensorTypeAndShapeInfo();
    if (type_of(shape.GetElementType()) != OnnxType::kF32) fail(state_->source, "gives no F32");
    const auto* const first = results.front().GetTensorData<float>();
    return {first, first + shape.GetElementCount()};
  } catch (const Ort::Exception& error) {
    fail(state_->source, error.what());
  }
}

}  // namespace likeness
