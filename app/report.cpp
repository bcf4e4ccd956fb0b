// likeness report SHOP: everything the shop knows, as pictures and as one page.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "app/commands.hpp"
#include "app/report_parts.hpp"
#include "app/version.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/progress.hpp"
#include "likeness/catalogue/utf8.hpp"

namespace likeness {
namespace {

constexpr std::size_t kMostItems = 20;

// Keys may hold commas: a word that is a key as a whole is one.
std::vector<std::string> keys_of(const Store& store, const std::string& given) {
  const std::string word = to_nfc(given);
  std::vector<std::string> keys;
  for (std::size_t begin = 0; begin <= word.size();) {
    std::size_t end = word.find(',', begin);
    if (store.find_item(std::string_view(word).substr(begin))) end = word.size();
    end = std::min(end, word.size());
    const std::string key = word.substr(begin, end - begin);
    if (!store.find_item(key)) {
      throw Error(Error::Kind::kNotFound,
                  key +
                      ": there is no such item in the shop: a key is the name of a picture's "
                      "file without folder and extension");
    }
    keys.push_back(key);
    begin = end + 1;
  }
  if (keys.size() <= kMostItems) return keys;
  throw UsageError(
      fmt::format("--items takes {} keys at most, not {}: give fewer", kMostItems, keys.size()));
}

Page page_of(ReportSource& source, ReportDraft& draft) {
  Page page{.title = "likeness: " + source.options.shop.string(),
            .summary = fmt::format(
                "{} pictures, described by what they look like. Everything here was made from "
                "them alone, without labels.",
                with_thousands(source.shop.items().size())),
            .sections = {},
            .missing = {},
            .footer = fmt::format("Made by likeness {}. The plot to turn uses three.js (MIT "
                                  "licence, in three.min.js.licence.txt).",
                                  kVersion)};
  page.sections.push_back(catalogue_section(source));
  page.sections.push_back(training_section(source, draft));
  page.sections.push_back(space_section(source, draft));
  page.sections.push_back(cluster_section(source, draft));
  page.sections.push_back(recommendation_section(source, draft));
  page.sections.push_back(quality_section(source, draft));
  page.sections.push_back(origin_section(source));
  page.missing = draft.missing();
  return page;
}

Result to_result(const std::filesystem::path& folder, const ReportDraft& draft) {
  Json::Array pictures;
  for (const std::string& picture : draft.pictures()) {
    pictures.emplace_back((folder / picture).string());
  }
  Json::Array missing;
  Text text;
  text.line("{}: {} pictures", (folder / "index.html").string(), draft.pictures().size());
  for (const auto& [picture, needs] : draft.missing()) {
    missing.emplace_back(Json::Object{{"picture", picture}, {"needs", needs}});
    text.line("missing: {}: {}", picture, needs);
  }
  return {.text = std::move(text),
          .json = Json::Object{{"index", (folder / "index.html").string()},
                               {"pictures", std::move(pictures)},
                               {"missing", std::move(missing)}}};
}

Result make_report(const ReportOptions& options, const std::optional<std::string>& items,
                   const Common& common) {
  ReportSource source(options, common);
  if (items) source.options.items = keys_of(source.store(), *items);
  const auto folder = options.output.value_or(options.shop / "report");
  ReportDraft draft(folder);
  draft.commit(page_of(source, draft));
  return to_result(folder, draft);
}

}  // namespace

Action report_command(Arguments& arguments) {
  const auto options = std::make_shared<ReportOptions>();
  const auto items = std::make_shared<std::optional<std::string>>();
  arguments.word({"SHOP", "", "the shop's folder"}, options->shop);
  arguments.option({"-o", "DIR", "the folder for the page, which it replaces [SHOP/report]"},
                   options->output);
  arguments.option({"--seed", "N", "of the items that are drawn by chance [1]"}, options->seed);
  arguments.option({"--items", "KEY,...", "recommend for these instead of some drawn by chance"},
                   *items);
  arguments.note(
      "What the shop has no data for is left out; the page says which command makes it.");
  return [options, items](const Common& common) { return make_report(*options, *items, common); };
}

}  // namespace likeness
