// likeness duplicates SHOP
#include "likeness/shop/duplicates.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "likeness/base/words.hpp"

namespace likeness {
namespace {

std::size_t items_in(const std::vector<std::vector<std::string>>& groups) {
  std::size_t items = 0;
  for (const auto& group : groups) items += group.size();
  return items;
}

void add_lines(const char* kind, const std::vector<std::vector<std::string>>& groups, Text& text) {
  for (const auto& group : groups) text.line("{}  {}", kind, fmt::join(group, "  "));
}

Text to_text(const DuplicatesOutcome& found, const std::string& shop) {
  Text text;
  add_lines("exact", found.exact, text);
  add_lines("near ", found.near, text);
  text.line(
      "{}: {} items in {:.1f} s: {} groups of exact duplicates ({} items), {} of near ones "
      "({} items)",
      shop, with_thousands(found.items), found.seconds, with_thousands(found.exact.size()),
      with_thousands(items_in(found.exact)), with_thousands(found.near.size()),
      with_thousands(items_in(found.near)));
  return text;
}

}  // namespace

Action duplicates_command(Arguments& arguments) {
  const auto files = std::make_shared<ShopFiles>();
  arguments.word({"SHOP", "", "the shop's folder"}, files->folder);
  arguments.note(
      "Exact: the same pixels. Near: the same picture re-encoded, scaled or slightly cropped; such "
      "a\n"
      "group names its exact duplicates, too. Nothing is changed: `likeness remove` takes items "
      "out,\n"
      "and `likeness recommend --distinct` shows one of a group.");
  return [files](const Work& work) {
    const DuplicatesOutcome outcome = find_duplicates(*files, work);
    return Result{.text = to_text(outcome, files->folder.string()), .json = to_json(outcome)};
  };
}

}  // namespace likeness
