// likeness compact SHOP
#include "likeness/shop/compact.hpp"

#include <memory>

#include "app/commands.hpp"
#include "likeness/base/words.hpp"

namespace likeness {
namespace {

Text to_text(const CompactOutcome& outcome, const std::string& shop) {
  Text text;
  if (outcome.merged == 0) {
    text.line("{}: nothing to do: no small packs, no removed or replaced pictures", shop);
    return text;
  }
  const double freed = 1e-6 * static_cast<double>(outcome.freed_bytes);
  text.line("{}: {} of {} packs were made anew, {} instead of them; {:.1f} MB {} in {:.1f} s", shop,
            outcome.merged, outcome.merged + outcome.packs.size() - outcome.made, outcome.made,
            freed < 0 ? -freed : freed, freed < 0 ? "more taken" : "freed", outcome.seconds);
  if (outcome.is_read) {
    text.line("  the old files are still read: run it again when that has ended, to free them");
  }
  return text;
}

}  // namespace

Action compact_command(Arguments& arguments) {
  const auto request = std::make_shared<CompactRequest>();
  arguments.word({"SHOP", "", "the shop's folder"}, request->files.folder);
  arguments.note(
      "The pixels and latents of removed and replaced pictures leave the disk for good. Nothing "
      "is\n"
      "decoded or embedded again.");
  return [request](const Work& work) {
    const CompactOutcome outcome = compact(*request, work);
    return Result{.text = to_text(outcome, request->files.folder.string()),
                  .json = to_json(outcome)};
  };
}

}  // namespace likeness
