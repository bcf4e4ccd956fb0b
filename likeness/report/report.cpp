#include "likeness/report/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/version.hpp"
#include "likeness/base/words.hpp"
#include "likeness/catalogue/utf8.hpp"
#include "likeness/report/draft.hpp"
#include "likeness/report/sections.hpp"

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
  throw RequestError(
      "items", fmt::format("takes {} keys at most, not {}: give fewer", kMostItems, keys.size()));
}

Page page_of(ReportSource& source, ReportDraft& draft) {
  Page page{.title = "likeness: " + source.request.files.folder.string(),
            .summary = fmt::format(
                "{} pictures, described by what they look like. Everything here was made from "
                "them alone, without labels.",
                with_thousands(source.shop.items().size())),
            .sections = {},
            .missing = {},
            .footer = fmt::format("Made by likeness {}. The plot to turn uses three.js (MIT "
                                  "licence, in three.min.js.licence.txt).",
                                  version())};
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

}  // namespace

ReportOutcome make_report(const ReportRequest& request, const Work& work) {
  ReportSource source(request, work);
  if (request.items) source.items = keys_of(source.store(), *request.items);
  const auto folder = request.output.value_or(request.files.folder / "report");
  ReportDraft draft(folder, work.stop);
  draft.commit(page_of(source, draft));
  return {.folder = folder, .pictures = draft.pictures(), .missing = draft.missing()};
}

Json to_json(const ReportOutcome& outcome) {
  Json::Array pictures;
  for (const std::string& picture : outcome.pictures) {
    pictures.emplace_back((outcome.folder / picture).string());
  }
  Json::Array missing;
  for (const auto& [picture, needs] : outcome.missing) {
    missing.emplace_back(Json::Object{{"picture", picture}, {"needs", needs}});
  }
  return Json::Object{{"index", (outcome.folder / "index.html").string()},
                      {"pictures", std::move(pictures)},
                      {"missing", std::move(missing)}};
}

}  // namespace likeness
