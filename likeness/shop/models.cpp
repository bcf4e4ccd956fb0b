#include "likeness/shop/models.hpp"

#include <algorithm>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/encoder/onnx_file.hpp"
#include "likeness/shop/active_latents.hpp"
#include "likeness/shop/embedding.hpp"
#include "likeness/shop/leftovers.hpp"
#include "likeness/shop/model_files.hpp"
#include "likeness/shop/remedies.hpp"
#include "likeness/shop/train_request.hpp"

namespace likeness {
namespace {

Error no_such_model(const std::string& name) {
  return {Error::Kind::kNotFound, name + ": there is no such model in the shop",
          by_listing_models()};
}

StoredModel find(const Store& store, const std::string& name) {
  if (auto found = store.find_model(name)) return *std::move(found);
  if (auto found = store.find_successor(name)) return *std::move(found);
  throw no_such_model(name);
}

Model model_to_import(const ImportRequest& request, const Work& work) {
  const bool pretrained = request.file.extension() == ".onnx";
  if (!pretrained && request.pretrained != PretrainedWish{}) {
    throw RequestError("file", request.file.string() +
                                   " is no FILE.onnx: what a pretrained encoder sees can only be "
                                   "said of one");
  }
  const std::string name = request.name.value_or(request.file.stem().string());
  if (request.name || pretrained) check_model_name(name);
  Model model = pretrained
                    ? model_of_pretrained(request.files, request.file, request.pretrained, work)
                    : read_model(request.file);
  if (request.name || pretrained) model.name = name;
  check_model_name(model.name);
  return model;
}

Json names(const std::vector<std::string>& all) { return Json::Array(all.begin(), all.end()); }

}  // namespace

std::vector<StoredModel> list_models(const ShopFiles& files) {
  const Store store = open_store(files);
  auto models = store.models();
  for (StoredModel& successor : store.successors()) models.push_back(std::move(successor));
  std::ranges::sort(models, {}, &StoredModel::id);
  return models;
}

ImportOutcome import_model(const ImportRequest& request, const Work& work) {
  require_shop(request.files);
  const Model model = model_to_import(request, work);
  const ShopLock changing(request.files);
  const ShopLock training = lock_for_training(request.files);  // nobody else makes models
  Store store = open_store(request.files, OpenMode::kExisting);
  const auto packs = store.packs();
  if (!packs.empty()) {
    require_same_size(model, {.width = packs.front().width, .height = packs.front().height});
  }
  remove_leftovers(store, request.files, model.name);
  ImportOutcome outcome{.model = model.name,
                        .network = model.network.name,
                        .dimensions = model.network.latent_size()};
  const auto there = store.find_model(model.name);
  if (there && !there->weights.empty() && there->weights == checksum_of(model)) {
    outcome.is_new = false;
    return outcome;
  }
  if (name_is_taken(store, request.files, model.name)) {
    throw RequestError("name", model.name + " is the name of another model: give a free one");
  }
  keep_model(store, request.files, model);
  return outcome;
}

ModelExportOutcome export_model(const ModelExportRequest& request) {
  const Store store = open_store(request.files);
  const StoredModel stored =
      request.model ? find(store, *request.model) : require_active_model(store);
  if (stored.latents > 0) require_own_weights(request.files, stored);
  const Model model = read_model(request.files.models() / stored.file);
  const OnnxGraph graph = onnx_graph(model, request.half);
  write_onnx(request.file, graph);
  ModelExportOutcome outcome{.file = request.file,
                             .model = model.name,
                             .dimensions = model.network.latent_size(),
                             .bytes = std::filesystem::file_size(request.file)};
  for (const OnnxPort& port : graph.inputs) outcome.inputs.push_back(port.name);
  for (const OnnxPort& port : graph.outputs) outcome.outputs.push_back(port.name);
  return outcome;
}

ActivateOutcome activate_model(const ShopFiles& files, const std::string& name) {
  require_shop(files);
  const ShopLock changing(files);
  Store store = open_store(files, OpenMode::kExisting);
  const auto model = store.find_model(name);
  if (!model) throw no_such_model(name);
  if (model->latents == 0) {
    throw Error(Error::Kind::kNotFound, name + ": has no latents yet", by_embedding_with(name));
  }
  auto transaction = store.begin();
  store.activate_model(model->id);
  transaction.commit();
  return {.model = name, .latents = model->latents, .items = store.count_items()};
}

ForgetOutcome remove_model(const ShopFiles& files, const std::string& name) {
  require_shop(files);
  const ShopLock changing(files);
  const ShopLock training = lock_for_training(files);
  Store store = open_store(files, OpenMode::kExisting);
  const StoredModel model = find(store, name);
  if (model.active && store.models().size() > 1) {
    throw Error(Error::Kind::kInput, name + ": is the model that answers",
                {.does = "let another answer first",
                 .verb = "model activate",
                 .asked = {{.field = "", .value = "NAME"}}});
  }
  auto transaction = store.begin();
  store.remove_models(name);
  store.remove_run(name);
  transaction.commit();
  std::filesystem::remove(checkpoint_of(files, name));  // so that the name is free
  remove_leftovers(store, files, name);
  return {.model = name};
}

Json to_json(const std::vector<StoredModel>& models) {
  Json::Array all;
  for (const StoredModel& model : models) {
    all.emplace_back(Json::Object{{"model", model.name},
                                  {"network", model.network},
                                  {"dimensions", model.dimensions},
                                  {"latents", model.latents},
                                  {"active", model.active},
                                  {"successor", model.successor}});
  }
  return Json::Object{{"models", std::move(all)}};
}

Json to_json(const ImportOutcome& outcome) {
  return Json::Object{{"model", outcome.model},
                      {"network", outcome.network},
                      {"dimensions", outcome.dimensions},
                      {"new", outcome.is_new}};
}

Json to_json(const ModelExportOutcome& outcome) {
  return Json::Object{{"file", outcome.file.string()},    {"model", outcome.model},
                      {"inputs", names(outcome.inputs)},  {"outputs", names(outcome.outputs)},
                      {"dimensions", outcome.dimensions}, {"bytes", outcome.bytes}};
}

Json to_json(const ActivateOutcome& outcome) {
  return Json::Object{
      {"model", outcome.model}, {"latents", outcome.latents}, {"items", outcome.items}};
}

Json to_json(const ForgetOutcome& outcome) { return Json::Object{{"removed", outcome.model}}; }

}  // namespace likeness
