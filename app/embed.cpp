// likeness embed SHOP
#include "likeness/shop/embed.hpp"

#include <memory>
#include <string>

#include "app/commands.hpp"
#include "likeness/base/words.hpp"

namespace likeness {

// Arguments finds it by its type.
void read_value(const std::string& word, IndexChoice& value) {
  read_named(index_named(word), "auto, exact or graph", value);
}

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

}  // namespace

Action embed_command(Arguments& arguments) {
  const auto request = std::make_shared<EmbedRequest>();
  arguments.word({"SHOP", "", "the shop's folder"}, request->files.folder);
  arguments.option({"--model", "NAME", "of the model [the one trained last]"}, request->model);
  arguments.option({"--index", "auto|exact|graph",
                    "how latents are searched from now on; auto: by a graph where it pays [auto]"},
                   request->index);
  return [request](const Work& work) {
    const EmbedOutcome outcome = embed(*request, work);
    return Result{.text = to_text(outcome), .json = to_json(outcome)};
  };
}

}  // namespace likeness
