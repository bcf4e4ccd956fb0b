// likeness report SHOP
#include "likeness/report/report.hpp"

#include <memory>

#include "app/commands.hpp"
#include "app/remedy.hpp"

namespace likeness {
namespace {

Text to_text(const ReportOutcome& outcome) {
  Text text;
  text.line("{}: {} pictures", (outcome.folder / "index.html").string(), outcome.pictures.size());
  for (const auto& [picture, needs] : outcome.missing) {
    text.line("missing: {}: {}", picture, needs);
  }
  return text;
}

}  // namespace

Action report_command(Arguments& arguments) {
  const auto request = std::make_shared<ReportRequest>();
  arguments.word({"SHOP", "", "the shop's folder"}, request->files.folder);
  arguments.option({"-o", "DIR", "the folder for the page, which it replaces [SHOP/report]"},
                   request->output);
  arguments.option({"--seed", "N", "of the items that are drawn by chance [1]"}, request->seed);
  arguments.option({"--items", "KEY,...", "recommend for these instead of some drawn by chance"},
                   request->items);
  arguments.note(
      "What the shop has no data for is left out; the page says which command makes it.");
  return [request](const Work& work) {
    request->how = [shop = request->files.folder.string()](const Remedy& remedy) {
      return command_line(remedy, shop);
    };
    const ReportOutcome outcome = make_report(*request, work);
    return Result{.text = to_text(outcome), .json = to_json(outcome)};
  };
}

}  // namespace likeness
