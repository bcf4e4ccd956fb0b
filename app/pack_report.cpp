#include "app/pack_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "likeness/base/progress.hpp"
#include "likeness/catalogue/utf8.hpp"

namespace likeness {
namespace {

constexpr std::size_t kSkippedShown = 10;

Json to_json(const TagReport& tags) {
  const Json::Array names(tags.names.begin(), tags.names.end());
  return Json::Object{{"names", names},
                      {"items", tags.items},
                      {"rows_without_picture", tags.match.rows_without_picture.size()},
                      {"pictures_without_row", tags.match.pictures_without_row.size()},
                      {"rows_with_repeated_key", tags.repeated.size()}};
}

double rate(const PackOutcome& outcome) {
  return static_cast<double>(outcome.report.packed + outcome.report.replaced) / outcome.seconds;
}

std::string skipped_lines(const std::vector<Skipped>& skipped) {
  std::string text;
  for (std::size_t i = 0; i < std::min(skipped.size(), kSkippedShown); ++i) {
    text += fmt::format("  skipped {}: {}\n", skipped[i].path, skipped[i].reason);
  }
  if (skipped.size() > kSkippedShown) {
    text += fmt::format("  and {} more (--json lists all)\n", skipped.size() - kSkippedShown);
  }
  return text;
}

std::string ignored_line(const PackReport& report) {
  if (report.ignored == 0) return "";
  return fmt::format("  {} files are no pictures by their first bytes, such as {}\n",
                     with_thousands(report.ignored), report.first_ignored);
}

std::string gone_lines(const GoneItems& gone) {
  std::string text;
  if (!gone.keys.empty()) {
    text += fmt::format("  {} items have no file any more, such as {}: {}\n",
                        with_thousands(gone.keys.size()), to_printable(gone.keys.front()),
                        gone.removed == 0 ? "they stay (--gone remove takes them out)"
                                          : "they are removed until it is back");
  }
  if (gone.back > 0) {
    text += fmt::format("  {} items are in the shop again, for their files are back\n",
                        with_thousands(gone.back));
  }
  return text;
}

std::string tag_lines(const TagReport& tags) {
  std::string text = fmt::format("tags of {} items: {}\n", with_thousands(tags.items),
                                 fmt::join(tags.names, ", "));
  const auto add = [&text](std::size_t count, const char* what, const std::string& example) {
    if (count > 0)
      text += fmt::format("  {} {}, such as {}\n", with_thousands(count), what, example);
  };
  const auto& [matched, rows, pictures] = tags.match;
  add(rows.size(), "rows have no picture", rows.empty() ? "" : rows[0]);
  add(pictures.size(), "pictures have no row", pictures.empty() ? "" : pictures[0]);
  add(tags.repeated.size(), "rows repeat the key of an earlier one and are left out",
      tags.repeated.empty() ? "" : fmt::format("line {}", tags.repeated[0].line));
  return text;
}

}  // namespace

Json to_json(const PackOutcome& outcome) {
  Json::Array skipped;
  for (const auto& [path, reason] : outcome.report.skipped) {
    skipped.emplace_back(Json::Object{{"path", path}, {"reason", reason}});
  }
  Json::Array packs;
  for (const StoredPack& stored : outcome.packs) packs.emplace_back("packs/" + stored.file);
  Json::Object document{{"packed", outcome.report.packed},
                        {"unchanged", outcome.report.unchanged},
                        {"replaced", outcome.report.replaced},
                        {"skipped", skipped},
                        {"packs", packs},
                        {"items", outcome.items},
                        {"ignored", outcome.report.ignored},
                        {"gone", outcome.gone.keys.size()},
                        {"gone_removed", outcome.gone.removed},
                        {"back", outcome.gone.back},
                        {"seconds", outcome.seconds},
                        {"images_per_second", rate(outcome)}};
  if (outcome.tags) document.emplace_back("tags", to_json(*outcome.tags));
  return document;
}

std::string to_text(const PackOutcome& outcome) {
  const PackReport& report = outcome.report;
  std::string text = fmt::format(
      "{}: {} packed, {} unchanged, {} replaced, {} skipped in {:.1f} s ({} pictures/s)\n",
      outcome.shop.string(), with_thousands(report.packed), with_thousands(report.unchanged),
      with_thousands(report.replaced), with_thousands(report.skipped.size()), outcome.seconds,
      with_thousands(static_cast<std::size_t>(rate(outcome))));
  text += skipped_lines(report.skipped) + ignored_line(report);
  text += fmt::format("{} items of {}x{}, fit {}\n", with_thousands(outcome.items),
                      outcome.packs.front().width, outcome.packs.front().height,
                      outcome.packs.front().fit);
  text += gone_lines(outcome.gone);
  if (outcome.tags) text += tag_lines(*outcome.tags);
  return text;
}

}  // namespace likeness
