// likeness partition LIST --into N FOLDER
#include "likeness/shop/partition.hpp"

#include <memory>

#include "app/commands.hpp"
#include "likeness/base/words.hpp"

namespace likeness {

Action partition_command(Arguments& arguments) {
  const auto request = std::make_shared<PartitionRequest>();
  arguments.word({"LIST", "", "a list of pictures: in each line a path, a tab and its key"},
                 request->list);
  arguments.word({"FOLDER", "", "where part-0.txt, part-1.txt ... go: made if it is not there"},
                 request->folder);
  arguments.option({"--into", "N", "how many lists, for a shop each [2]"}, request->parts);
  arguments.note(
      "A key decides by itself, and for ever, to which of N lists it belongs: also in the list of\n"
      "tomorrow, on any machine.");
  return [request](const Work&) {
    const PartitionOutcome outcome = partition_list(*request);
    Text text;
    text.line("{}: {} pictures in {} lists of {} to {}", outcome.folder.string(),
              with_thousands(outcome.items), outcome.parts, with_thousands(outcome.smallest),
              with_thousands(outcome.largest));
    return Result{.text = std::move(text), .json = to_json(outcome)};
  };
}

}  // namespace likeness
