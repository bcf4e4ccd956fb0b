// likeness verify SHOP
#include "likeness/shop/verify.hpp"

#include <memory>
#include <string>

#include "app/commands.hpp"
#include "app/remedy.hpp"
#include "likeness/base/words.hpp"

namespace likeness {
namespace {

Text to_text(const VerifyOutcome& outcome, const std::string& shop) {
  Text text;
  for (const auto& [what, where] : outcome.problems) text.line("{}: {}", where, what);
  for (const auto& [what, where] : outcome.notes) text.line("{}: {}", where, what);
  if (outcome.sound()) {
    text.line("{}: sound: {} items, {} pictures, every checksum and reference is right", shop,
              with_thousands(outcome.items), with_thousands(outcome.pictures));
  } else {
    text.line("{}: {} problems", shop, outcome.problems.size());
    for (const Message& remedy : outcome.remedies) text.line("{}", line_of(remedy, shop));
  }
  return text;
}

}  // namespace

Action verify_command(Arguments& arguments) {
  const auto files = std::make_shared<ShopFiles>();
  arguments.word({"SHOP", "", "the shop's folder"}, files->folder);
  arguments.note("Exits with 1 if anything is wrong.");
  return [files](const Work& work) {
    const VerifyOutcome outcome = verify(*files, work);
    return Result{.text = to_text(outcome, files->folder.string()),
                  .json = to_json(outcome),
                  .ok = outcome.sound()};
  };
}

}  // namespace likeness
