#include "likeness/encoder/model.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/json.hpp"
#include "likeness/base/mapped_file.hpp"
#include "likeness/encoder/naming.hpp"
#include "likeness/encoder/network_json.hpp"
#include "likeness/encoder/pretrained.hpp"
#include "likeness/encoder/safetensors.hpp"

namespace likeness {
namespace {

constexpr double kLargestFactor = 1e6;  // of a part: spread or weight

Json to_json(std::span<const Part> parts) {
  Json::Array array;
  for (const Part& part : parts) {
    array.emplace_back(Json::Object{{"name", part.name},
                                    {"begin", part.begin},
                                    {"size", part.size},
                                    {"spread", static_cast<double>(part.spread)},
                                    {"weight", static_cast<double>(part.weight)}});
  }
  return array;
}

// They lie one behind the other and make up the whole latent.
std::vector<Part> parts_from(const Json& json, std::size_t latent_size, const std::string& source) {
  const auto require = [&](bool good) {
    if (good) return;
    throw Error(Error::Kind::kCorrupt,
                source +
                    ": its parts do not make up its latents: the file is damaged; train "
                    "again, or restore it");
  };
  std::vector<Part> parts;
  std::size_t end = 0;
  for (const Json& each : json.array()) {
    const auto size = each.at("size").integer();
    const double spread = each.at("spread").number();
    const double weight = each.at("weight").number();
    require(size > 0 && std::cmp_less_equal(size, latent_size - end));
    require(std::cmp_equal(each.at("begin").integer(), end));
    require(spread >= 0.0 && spread < kLargestFactor && weight >= 0.0 && weight < kLargestFactor);
    parts.push_back({.name = each.at("name").text(),
                     .begin = end,
                     .size = static_cast<std::size_t>(size),
                     .spread = static_cast<float>(spread),
                     .weight = static_cast<float>(weight)});
    end += parts.back().size;
  }
  require(parts.empty() || end == latent_size);
  return parts;
}

// The name in the file of what a layer's pretrained encoder is.
std::string blob_of(const Layer& layer) { return layer.name + ".onnx"; }

// Gives layers that hold a pretrained encoder its file, which is all that the model's file has
// besides tensors.
void put_pretrained(const TensorFile& file, Network& network, const std::string& source) {
  std::size_t used = 0;
  for (Layer& layer : network.layers) {
    if (!layer.pretrained) continue;
    PretrainedEncoder encoder = *layer.pretrained;
    encoder.onnx = file.blob(blob_of(layer), source).bytes;
    layer.pretrained = std::make_shared<const PretrainedEncoder>(std::move(encoder));
    ++used;
  }
  if (used != file.blobs.size()) fail_damaged(source, "has other bytes than its network");
}

// All of the file's tensors, and nothing else, in the network's order.
std::vector<float> parameters_from(const TensorFile& file, const Network& network,
                                   const std::string& source) {
  std::vector<float> values;
  const auto parameters = parameters_of(network);
  if (parameters.size() != file.tensors.size()) {
    fail_damaged(source, "has other tensors than its network");
  }
  for (const auto& parameter : parameters) {
    const auto& tensor = file.tensor(parameter.name, source);
    if (tensor.dimensions != parameter.dimensions) {
      fail_damaged(source, parameter.name + " has another shape than the network");
    }
    const bool variance = parameter.role == ParameterRole::kVariance;
    const auto possible = [&](float value) {
      return std::isfinite(value) && (!variance || value >= 0.0F);
    };
    if (!std::ranges::all_of(tensor.values, possible)) {
      fail_damaged(source, parameter.name + " holds values that no training gives");
    }
    values.insert(values.end(), tensor.values.begin(), tensor.values.end());
  }
  return values;
}

Model model_from(const TensorFile& file, const std::string& source) {
  if (file.text("format", source) != "likeness model 1") {
    throw Error(Error::Kind::kCorrupt,
                source + ": is not a model of this version of likeness: train one");
  }
  Model model;
  model.name = file.text("name", source);
  model.network = network_from_json(parse_json(file.text("network", source), source), source);
  put_pretrained(file, model.network, source);
  if (const auto parts = file.texts.find("parts"); parts != file.texts.end()) {
    model.parts =
        parts_from(parse_json(parts->second, source), model.network.latent_size(), source);
  }
  model.seed = file.whole_number("seed", source);
  model.program = file.text("program", source);
  model.history = history_from_json(file.text("history", source), source);
  model.parameters = parameters_from(file, model.network, source);
  model.checksum = file.text("checksum", source);
  return model;
}

TensorFile file_of(const Model& model) {
  TensorFile file;
  file.texts = {{"format", "likeness model 1"},
                {"name", model.name},
                {"network", to_json(model.network).dump()},
                {"seed", std::to_string(model.seed)},
                {"program", model.program},
                {"history", losses_to_json(model.history)}};
  if (!model.parts.empty()) file.texts.emplace("parts", to_json(model.parts).dump());
  auto values = model.parameters.begin();
  for (const auto& parameter : parameters_of(model.network)) {
    const auto end = values + static_cast<std::ptrdiff_t>(parameter.size());
    file.tensors.push_back(
        {.name = parameter.name, .dimensions = parameter.dimensions, .values = {values, end}});
    values = end;
  }
  for (const Layer& layer : model.network.layers) {
    if (layer.pretrained)
      file.blobs.push_back({.name = blob_of(layer), .bytes = layer.pretrained->onnx});
  }
  return file;
}

}  // namespace

std::string checksum_of(const Model& model) { return checksum_of(file_of(model)); }

std::string write_model(const std::filesystem::path& path, const Model& model) {
  return write_tensors(path, file_of(model));
}

Model read_model(const std::filesystem::path& path) {
  const MappedFile file(path);
  return read_model(file.bytes(), path.string());
}

Model read_model(std::span<const std::byte> bytes, const std::string& source) {
  return naming(source, [&] { return model_from(read_tensors(bytes, source), source); });
}

std::string model_checksum(const std::filesystem::path& path) { return checksum_in(path); }

}  // namespace likeness
