// likeness export SHOP FILE.npy
#include <memory>

#include "app/commands.hpp"
#include "likeness/base/words.hpp"
#include "likeness/shop/export_latents.hpp"

namespace likeness {
namespace {

Text to_text(const ExportOutcome& outcome) {
  Text text;
  text.line("{}: {} latents of {} numbers by {}", outcome.file.string(),
            with_thousands(outcome.items), outcome.dimensions, outcome.model);
  text.line("{}: their keys, in the same order", outcome.keys.string());
  return text;
}

}  // namespace

Action export_command(Arguments& arguments) {
  const auto request = std::make_shared<ExportRequest>();
  arguments.word({"SHOP", "", "the shop's folder"}, request->files.folder);
  arguments.word({"FILE.npy", "", "where the latents go; the keys go to FILE.keys.txt"},
                 request->file);
  return [request](const Work&) {
    if (request->file.extension() != ".npy") {
      throw UsageError(request->file.string() + " is no name for the latents: give a FILE.npy");
    }
    const ExportOutcome outcome = export_latents(*request);
    return Result{.text = to_text(outcome), .json = to_json(outcome)};
  };
}

}  // namespace likeness
