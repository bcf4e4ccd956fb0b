// likeness publish SHOP postgresql://...
#include "likeness/postgres/publish.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "app/commands.hpp"
#include "likeness/base/words.hpp"

namespace likeness {
namespace {

Text to_text(const PublishOutcome& outcome) {
  Text text;
  text.line("{}: {} published, {} removed, {} unchanged, by {}; {} rows/s, {:.1f} s",
            outcome.database, with_thousands(outcome.published), with_thousands(outcome.removed),
            with_thousands(outcome.unchanged), outcome.model,
            with_thousands(static_cast<std::size_t>(outcome.rows_per_second)), outcome.seconds);
  if (!outcome.waits_for.empty()) {
    text.line("  the model before answers until these are published by this one: {}",
              fmt::join(outcome.waits_for, ", "));
  }
  if (outcome.missing_shops > 0) {
    text.line("  nothing is answered by it until {} more shops are published",
              with_thousands(outcome.missing_shops));
  }
  return text;
}

}  // namespace

Action publish_command(Arguments& arguments) {
  const auto request = std::make_shared<PublishRequest>();
  arguments.word({"SHOP", "", "the shop's folder"}, request->files.folder);
  arguments.word({"DATABASE", "", "postgresql://USER@HOST/NAME, with the extension pgvector"},
                 request->address);
  arguments.option({"--partitions", "N", "into how many a model's table is divided, once [2]"},
                   request->partitions);
  arguments.option({"--shops", "N", "a new model is indexed, and answers, when it has so many [1]"},
                   request->shops);
  arguments.flag({"--weights", "", "also a graph of each part, for `recommend --weight`"},
                 request->part_graphs);
  arguments.flag({"--pictures", "", "also small pictures, for `recommend --distinct`"},
                 request->pictures);
  arguments.note(
      "Run it again: only what is new, changed or removed. Until all is written the old answers\n"
      "stay. Several shops may be published into one database. A password belongs into ~/.pgpass.");
  return [request](const Work& work) {
    const PublishOutcome outcome = publish(*request, work);
    return Result{.text = to_text(outcome), .json = to_json(outcome)};
  };
}

}  // namespace likeness
