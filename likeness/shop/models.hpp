// The verbs of models: "model list", "model import", "model export", "model activate", "model
// remove".
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/base/work.hpp"
#include "likeness/encoder/onnx_export.hpp"
#include "likeness/shop/pretrained_encoder.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

// Those that answer and those that were trained further and do not yet; by id.
[[nodiscard]] std::vector<StoredModel> list_models(const ShopFiles& files);
[[nodiscard]] Json to_json(const std::vector<StoredModel>& models);

struct ImportRequest {
  ShopFiles files;
  std::filesystem::path file;       // a model that another shop trained, or FILE.onnx
  std::optional<std::string> name;  // without: the model's own, or the file's
  PretrainedWish pretrained{};      // of a FILE.onnx
};

// Copies a model of another shop into this one, so that embed() can describe its items as the other
// shop's are: the same pictures get the same latents, to the byte. Of a FILE.onnx, a pretrained
// encoder, it makes a model (pretrained_encoder.hpp). Error::kCorrupt for a file that is no model,
// kInput for one of pictures of another size; RequestError for a name that is taken by another
// model or cannot be one.
struct ImportOutcome {
  std::string model;
  std::string network;
  std::size_t dimensions = 0;
  bool is_new = true;  // false: the shop had just this model
};
[[nodiscard]] ImportOutcome import_model(const ImportRequest& request, const Work& work);
[[nodiscard]] Json to_json(const ImportOutcome& outcome);

struct ModelExportRequest {
  ShopFiles files;
  std::filesystem::path file;        // FILE.onnx
  std::optional<std::string> model;  // without: the active one
  OnnxHalf half = OnnxHalf::kEncoder;
};

// Writes the model as ONNX (onnx_export.hpp says what goes in and comes out). Error::kNotFound if
// there is no such model, kInput for a decoder that cannot be alone.
struct ModelExportOutcome {
  std::filesystem::path file;
  std::string model;
  std::vector<std::string> inputs{};  // by name
  std::vector<std::string> outputs{};
  std::size_t dimensions = 0;
  std::size_t bytes = 0;
};
[[nodiscard]] ModelExportOutcome export_model(const ModelExportRequest& request);
[[nodiscard]] Json to_json(const ModelExportOutcome& outcome);

// Makes it the one whose latents count. Error::kNotFound if there is no such model or it has no
// latents.
struct ActivateOutcome {
  std::string model;
  std::size_t latents = 0;
  std::size_t items = 0;  // of the shop: some may have no latent by it yet
};
[[nodiscard]] ActivateOutcome activate_model(const ShopFiles& files, const std::string& name);
[[nodiscard]] Json to_json(const ActivateOutcome& outcome);

// Takes the model out of the shop, with its latents, its clusters and its training. Error::kInput
// for the one that is active while there are others.
struct ForgetOutcome {
  std::string model;
};
[[nodiscard]] ForgetOutcome remove_model(const ShopFiles& files, const std::string& name);
[[nodiscard]] Json to_json(const ForgetOutcome& outcome);

}  // namespace likeness
