// likeness embed SHOP
#include "likeness/shop/embed.hpp"

#include <memory>
#include <optional>
#include <string>

#include "app/commands.hpp"
#include "likeness/base/words.hpp"

namespace likeness {
namespace {

Text to_text(const EmbedOutcome& outcome) {
  Text text;
  text.line(
      "{}: {} latents of {} numbers made, {} kept; it is the active model now; {:.0f} images/s, "
      "{:.1f} s",
      outcome.model, with_thousands(outcome.embedded), outcome.dimensions,
      with_thousands(outcome.kept), outcome.images_per_second, outcome.seconds);
  if (outcome.graphs > 0) text.line("{} graphs built", outcome.graphs);
  return text;
}

struct EmbedArguments {
  EmbedRequest request;
  std::optional<std::string> index;
};

}  // namespace

Action embed_command(Arguments& arguments) {
  const auto options = std::make_shared<EmbedArguments>();
  EmbedRequest& request = options->request;
  arguments.word({"SHOP", "", "the shop's folder"}, request.files.folder);
  arguments.option({"--model", "NAME", "of the model [the one trained last]"}, request.model);
  arguments.option({"--index", "auto|exact|graph",
                    "how latents are searched from now on; auto: by a graph where it pays [auto]"},
                   options->index);
  return [options](const Work& work) {
    if (options->index) {
      options->request.index = index_named(*options->index);
      if (!options->request.index) {
        throw UsageError("--index " + *options->index + " is unknown: give auto, exact or graph");
      }
    }
    const EmbedOutcome outcome = embed(options->request, work);
    return Result{.text = to_text(outcome), .json = to_json(outcome)};
  };
}

}  // namespace likeness
