#include "app/pack_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "likeness/base/words.hpp"

namespace likeness {
namespace {

constexpr std::size_t kSkippedShown = 10;

void add_skipped(const std::vector<Skipped>& skipped, Text& text) {
  for (std::size_t i = 0; i < std::min(skipped.size(), kSkippedShown); ++i) {
    text.line("  skipped {}: {}", skipped[i].path, skipped[i].reason);
  }
  if (skipped.size() > kSkippedShown) {
    text.line("  and {} more (--json lists all)", skipped.size() - kSkippedShown);
  }
}

void add_ignored(const PackReport& report, Text& text) {
  if (report.ignored == 0) return;
  text.line("  {} files are no pictures by their first bytes, such as {}",
            with_thousands(report.ignored), report.first_ignored);
}

void add_gone(const GoneItems& gone, Text& text) {
  if (!gone.keys.empty()) {
    text.line("  {} items have no file any more, such as {}: {}", with_thousands(gone.keys.size()),
              gone.keys.front(),
              gone.removed == 0 ? "they stay (--gone remove takes them out)"
                                : "they are removed until it is back");
  }
  if (gone.back > 0) {
    text.line("  {} items are in the shop again, for their files are back",
              with_thousands(gone.back));
  }
}

void add_lost(const std::vector<std::string>& lost, Text& text) {
  if (lost.empty()) return;
  text.line(
      "  {} items are lost with their pack, such as {}, for no file of theirs was found: name all "
      "folders, restore the pack, or remove them and check again",
      with_thousands(lost.size()), lost.front());
}

void add_compaction(const PackOutcome& outcome, Text& text) {
  const Compaction& gain = outcome.compaction;
  if (!gain.pays()) return;
  if (gain.packs > 0) text.line("{} packs are small", with_thousands(gain.packs));
  if (gain.holes > 0) {
    text.line("{} of {} pictures on the disk are removed or replaced ones",
              with_thousands(gain.holes), with_thousands(gain.records));
  }
  text.line("tidy up: likeness compact {}", outcome.shop.string());
}

std::string bad_row(const BadRow& row) {
  return fmt::format("line {}: {}", row.line, row.complaint);
}

void add_tag_lines(const TagReport& tags, Text& text) {
  text.line("tags of {} items: {}", with_thousands(tags.items), fmt::join(tags.names, ", "));
  const auto add = [&text](std::size_t count, const char* what, const std::string& example) {
    if (count > 0) text.line("  {} {}, such as {}", with_thousands(count), what, example);
  };
  const auto& match = tags.match;
  const auto& rows = match.rows_without_picture;
  const auto& pictures = match.pictures_without_row;
  add(rows.size(), "rows have no picture", rows.empty() ? "" : rows[0]);
  add(pictures.size(), "pictures have no row", pictures.empty() ? "" : pictures[0]);
  add(tags.repeated.size(), "rows repeat the key of an earlier one and are left out",
      tags.repeated.empty() ? "" : fmt::format("line {}", tags.repeated[0].line));
  add(match.adapted, "rows write the key in another way",
      fmt::format("{} for {}", match.adapted_row, match.adapted_picture));
  add(tags.bad.count, "rows cannot be read and are left out",
      tags.bad.count == 0 ? "" : bad_row(tags.bad.first[0]));
  if (tags.empty_rows > 0) text.line("  {} rows are empty", with_thousands(tags.empty_rows));
  if (tags.nameless_columns > 0) {
    text.line("  {} columns have no name and are left out", with_thousands(tags.nameless_columns));
  }
}

}  // namespace

Text to_text(const PackOutcome& outcome) {
  const PackReport& report = outcome.report;
  Text text;
  text.line("{}: {} packed, {} unchanged, {} replaced, {} skipped in {:.1f} s ({} pictures/s)",
            outcome.shop.string(), with_thousands(report.packed), with_thousands(report.unchanged),
            with_thousands(report.replaced), with_thousands(report.skipped.size()), outcome.seconds,
            with_thousands(static_cast<std::size_t>(outcome.pictures_per_second())));
  add_skipped(report.skipped, text);
  add_ignored(report, text);
  text.line("{} items of {}x{}, fit {}", with_thousands(outcome.items), outcome.packs.front().width,
            outcome.packs.front().height, outcome.packs.front().fit);
  if (outcome.keys_are_new && outcome.keys == KeysFrom::kPaths) {
    text.line("  names repeat in different folders: an item's key is its path below the folder");
  }
  add_gone(outcome.gone, text);
  add_lost(outcome.lost, text);
  if (outcome.tags) add_tag_lines(*outcome.tags, text);
  add_compaction(outcome, text);
  return text;
}

}  // namespace likeness
