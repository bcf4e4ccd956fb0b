// likeness model list|import|export|activate|remove SHOP ...
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <string>

#include "app/commands.hpp"
#include "likeness/base/words.hpp"
#include "likeness/shop/models.hpp"

namespace likeness {

// Arguments finds it by its type.
void read_value(const std::string& word, OnnxHalf& value) {
  read_named(onnx_half_named(word), "encoder, decoder or both", value);
}

// "0.485,0.456,0.406"
void read_value(const std::string& word, ColourValues& value) {
  const std::size_t first = word.find(',');
  const std::size_t second = first == std::string::npos ? first : word.find(',', first + 1);
  if (second == std::string::npos) throw UsageError("is not R,G,B: give three numbers");
  read_value(word.substr(0, first), value.red);
  read_value(word.substr(first + 1, second - first - 1), value.green);
  read_value(word.substr(second + 1), value.blue);
}

namespace {

Text to_text(const std::vector<StoredModel>& models) {
  Text text;
  for (const StoredModel& model : models) {
    text.line("{:<20} {}, {} numbers a latent, {} latents{}", model.name, model.network,
              model.dimensions, with_thousands(model.latents),
              model.active      ? ", active"
              : model.successor ? ", trained further: answers when it is embedded"
                                : "");
  }
  return models.empty() ? text_of("no models yet") : text;
}

// A model of a shop, by its name.
struct Named {
  ShopFiles files;
  std::string name;
};

std::shared_ptr<Named> declare_named(Arguments& arguments) {
  auto named = std::make_shared<Named>();
  arguments.word({"SHOP", "", "the shop's folder"}, named->files.folder);
  arguments.word({"NAME", "", "the model's name"}, named->name);
  return named;
}

}  // namespace

Action model_list_command(Arguments& arguments) {
  const auto files = std::make_shared<ShopFiles>();
  arguments.word({"SHOP", "", "the shop's folder"}, files->folder);
  return [files](const Work&) {
    const auto models = list_models(*files);
    return Result{.text = to_text(models), .json = to_json(models)};
  };
}

Action model_import_command(Arguments& arguments) {
  const auto request = std::make_shared<ImportRequest>();
  arguments.word({"SHOP", "", "the shop's folder"}, request->files.folder);
  arguments.word({"FILE", "",
                  "a model's file, such as OTHER/models/NAME.safetensors, or a pretrained "
                  "encoder, FILE.onnx"},
                 request->file);
  arguments.option({"--name", "NAME", "its name in this shop [its own, or the file's]"},
                   request->name);
  PretrainedWish& wish = request->pretrained;
  arguments.option({"--latent", "D", "of FILE.onnx: so many numbers a picture [128]"}, wish.latent);
  arguments.flag({"--alone", "", "of FILE.onnx: without our own parts for shape and colour"},
                 wish.alone);
  arguments.flag({"--originals", "", "of FILE.onnx: looks at items' files where they are larger"},
                 wish.originals);
  arguments.option({"--mean", "R,G,B", "of FILE.onnx, if it does not say: of values from 0 to 1"},
                   wish.mean);
  arguments.option({"--deviation", "R,G,B", "likewise: what values are divided by"},
                   wish.deviation);
  arguments.option({"--size", "WxH", "likewise: of the pictures that it looks at"}, wish.size);
  arguments.option({"--fit", "stretch|pad|crop", "of FILE.onnx: how ours become so large [pad]"},
                   wish.fit);
  arguments.option({"--output", "NAME", "of FILE.onnx: which of its vectors [the only one]"},
                   wish.output);
  arguments.note("Shops that are embedded by one model describe the same picture alike.");
  arguments.note("A pretrained encoder needs ONNX Runtime: Debian 13 has it.");
  return [request](const Work& work) {
    const ImportOutcome outcome = import_model(*request, work);
    Text text =
        text_of(fmt::format("{}: {}, {} numbers a latent{}", outcome.model, outcome.network,
                            outcome.dimensions, outcome.is_new ? "" : "; the shop had it already"));
    text.line("next: likeness embed {} --model {}", request->files.folder.string(), outcome.model);
    return Result{.text = text, .json = to_json(outcome)};
  };
}

Action model_export_command(Arguments& arguments) {
  const auto request = std::make_shared<ModelExportRequest>();
  arguments.word({"SHOP", "", "the shop's folder"}, request->files.folder);
  arguments.word({"FILE.onnx", "", "where it goes"}, request->file);
  arguments.option({"--model", "NAME", "of the model [the active one]"}, request->model);
  arguments.option({"--half", "encoder|decoder|both", "what of it [encoder]"}, request->half);
  arguments.note("For ONNX Runtime and others, in a browser, on a phone: operator set 17, F32.");
  return [request](const Work&) {
    if (request->file.extension() != ".onnx") {
      throw UsageError(request->file.string() + " is no name for the model: give a FILE.onnx");
    }
    const ModelExportOutcome outcome = export_model(*request);
    return Result{.text = text_of(fmt::format(
                      "{}: {} makes {} of {}; {:.1f} MB", outcome.file.string(), outcome.model,
                      fmt::join(outcome.outputs, " and "), fmt::join(outcome.inputs, " and "),
                      static_cast<double>(outcome.bytes) / 1e6)),
                  .json = to_json(outcome)};
  };
}

Action model_activate_command(Arguments& arguments) {
  const auto named = declare_named(arguments);
  return [named](const Work&) {
    const ActivateOutcome outcome = activate_model(named->files, named->name);
    return Result{.text = text_of(fmt::format("{} is the active model now: {} of {} items have a "
                                              "latent by it",
                                              outcome.model, with_thousands(outcome.latents),
                                              with_thousands(outcome.items))),
                  .json = to_json(outcome)};
  };
}

Action model_remove_command(Arguments& arguments) {
  const auto named = declare_named(arguments);
  arguments.note("Its latents, its clusters and its training go with it.");
  return [named](const Work&) {
    const ForgetOutcome outcome = remove_model(named->files, named->name);
    return Result{.text = text_of("removed " + outcome.model), .json = to_json(outcome)};
  };
}

}  // namespace likeness
