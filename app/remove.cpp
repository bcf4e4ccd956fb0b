// likeness remove SHOP KEY...
#include <fmt/format.h>

#include <memory>

#include "app/commands.hpp"
#include "likeness/shop/remove_items.hpp"

namespace likeness {

Action remove_command(Arguments& arguments) {
  const auto request = std::make_shared<RemoveRequest>();
  arguments.word({"SHOP", "", "the shop's folder"}, request->files.folder);
  arguments.words({"KEY", "", "keys of the items, as recommend and export show them"},
                  request->keys);
  arguments.note(
      "A removed item is in no answer from now on, and packing its picture again, moved or with\n"
      "other metadata, does not bring it back; only other pixels under its path do.");
  return [request](const Work&) {
    const RemoveOutcome outcome = remove_items(*request);
    return Result{.text = text_of(fmt::format("removed {} items", outcome.removed)),
                  .json = to_json(outcome)};
  };
}

}  // namespace likeness
