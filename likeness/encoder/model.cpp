#include "likeness/encoder/model.hpp"

#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/json.hpp"
#include "likeness/encoder/network_json.hpp"
#include "likeness/encoder/safetensors.hpp"

namespace likeness {
namespace {

constexpr double kLargestFactor = 1e6;  // of a part: spread or weight

Json::Object losses(const EpochReport& report) {
  return {{"epoch", report.epoch},
          {"train_mse", report.train_mse},
          {"train_mae", report.train_mae},
          {"validation_mse", report.validation_mse},
          {"validation_mae", report.validation_mae},
          {"contrast_loss", report.contrast_loss}};
}

Json whole(const EpochReport& report) {
  auto object = losses(report);
  object.emplace_back("images_per_second", report.images_per_second);
  object.emplace_back("seconds", report.seconds);
  return object;
}

double number_or_zero(const Json& json, std::string_view name) {
  const Json* found = json.find(name);
  return found == nullptr ? 0.0 : found->number();
}

std::vector<EpochReport> history_from(const std::string& text, const std::string& source) {
  std::vector<EpochReport> history;
  const Json epochs = parse_json(text, source);
  for (const auto& json : epochs.array()) {
    history.push_back({.epoch = history.size() + 1,
                       .train_mse = json.at("train_mse").number(),
                       .train_mae = json.at("train_mae").number(),
                       .validation_mse = json.at("validation_mse").number(),
                       .validation_mae = json.at("validation_mae").number(),
                       .contrast_loss = number_or_zero(json, "contrast_loss"),
                       .images_per_second = number_or_zero(json, "images_per_second"),
                       .seconds = number_or_zero(json, "seconds")});
  }
  return history;
}

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

// A whole number that a text of the file holds.
std::uint64_t whole_number(const TensorFile& file, const std::string& name,
                           const std::string& source) {
  const auto value = parse_json(file.text(name, source), source).integer();
  if (value < 0) throw Error(Error::Kind::kCorrupt, source + ": " + name + " is negative");
  return static_cast<std::uint64_t>(value);
}

Model model_from(const TensorFile& file, const std::string& source) {
  if (file.text("format", source) != "likeness model 1") {
    throw Error(Error::Kind::kCorrupt, source + ": is not a model of this version of likeness");
  }
  Model model;
  model.name = file.text("name", source);
  model.network = network_from_json(parse_json(file.text("network", source), source), source);
  if (const auto parts = file.texts.find("parts"); parts != file.texts.end()) {
    model.parts =
        parts_from(parse_json(parts->second, source), model.network.latent_size(), source);
  }
  model.seed = whole_number(file, "seed", source);
  model.program = file.text("program", source);
  model.history = history_from(file.text("history", source), source);
  for (const auto& parameter : parameters_of(model.network)) {
    const auto& tensor = file.tensor(parameter.name, source);
    if (tensor.dimensions != parameter.dimensions) {
      throw Error(Error::Kind::kCorrupt, source + ": " + parameter.name +
                                             " has another shape than the network: the file is "
                                             "damaged; train again, or restore it");
    }
    model.parameters.insert(model.parameters.end(), tensor.values.begin(), tensor.values.end());
  }
  return model;
}

NamedTensor flat(std::string name, const std::vector<float>& values) {
  return {.name = std::move(name), .dimensions = {values.size()}, .values = values};
}

}  // namespace

std::string to_json_line(const EpochReport& report) { return whole(report).dump(); }

void write_model(const std::filesystem::path& path, const Model& model) {
  Json::Array history;
  for (const auto& report : model.history) history.emplace_back(losses(report));
  TensorFile file;
  file.texts = {{"format", "likeness model 1"},
                {"name", model.name},
                {"network", to_json(model.network).dump()},
                {"seed", std::to_string(model.seed)},
                {"program", model.program},
                {"history", Json(history).dump()}};
  if (!model.parts.empty()) file.texts.emplace("parts", to_json(model.parts).dump());
  auto values = model.parameters.begin();
  for (const auto& parameter : parameters_of(model.network)) {
    const auto end = values + static_cast<std::ptrdiff_t>(parameter.size());
    file.tensors.push_back(
        {.name = parameter.name, .dimensions = parameter.dimensions, .values = {values, end}});
    values = end;
  }
  write_tensors(path, file);
}

Model read_model(const std::filesystem::path& path) {
  return model_from(read_tensors(path), path.string());
}

Model read_model(std::span<const std::byte> bytes, const std::string& source) {
  return model_from(read_tensors(bytes, source), source);
}

void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  const TrainingState& state = checkpoint.state;
  Json::Array history;
  for (const auto& report : state.history) history.push_back(whole(report));
  TensorFile file;
  file.texts = {
      {"format", "likeness checkpoint 1"},     {"settings", checkpoint.settings},
      {"steps", std::to_string(state.steps)},  {"progress", Json(state.progress).dump()},
      {"seconds", Json(state.seconds).dump()}, {"best_epoch", std::to_string(state.best_epoch)},
      {"history", Json(history).dump()}};
  file.tensors = {flat("parameters", state.parameters), flat("first_moment", state.first_moment),
                  flat("second_moment", state.second_moment)};
  write_tensors(path, file);
}

Checkpoint read_checkpoint(const std::filesystem::path& path) {
  const std::string source = path.string();
  const TensorFile file = read_tensors(path);
  if (file.text("format", source) != "likeness checkpoint 1") {
    throw Error(Error::Kind::kCorrupt,
                source + ": is not a checkpoint of this version of likeness");
  }
  Checkpoint checkpoint{.settings = file.text("settings", source), .state = {}};
  TrainingState& state = checkpoint.state;
  state.parameters = file.tensor("parameters", source).values;
  state.first_moment = file.tensor("first_moment", source).values;
  state.second_moment = file.tensor("second_moment", source).values;
  state.steps = whole_number(file, "steps", source);
  state.progress = parse_json(file.text("progress", source), source).number();
  state.seconds = parse_json(file.text("seconds", source), source).number();
  state.best_epoch = whole_number(file, "best_epoch", source);
  state.history = history_from(file.text("history", source), source);
  if (state.best_epoch > state.history.size()) {
    throw Error(Error::Kind::kCorrupt,
                source + ": its best epoch never was: remove it and train again");
  }
  return checkpoint;
}

}  // namespace likeness
