#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>

#include "app/pack_run.hpp"
#include "likeness/base/error.hpp"
#include "likeness/catalogue/find_pictures.hpp"
#include "likeness/catalogue/list.hpp"

namespace likeness {
namespace {

constexpr std::size_t kReasonsShown = 3;

void read_list(std::istream& in, std::vector<std::filesystem::path>& paths) {
  const std::string text(std::istreambuf_iterator<char>(in), {});
  for (const std::string& line : parse_list(text, "standard input")) paths.emplace_back(line);
}

std::vector<std::filesystem::path> expand(const std::vector<std::string>& words) {
  std::vector<std::filesystem::path> paths;
  for (const std::string& word : words) {
    if (word == "-") {
      read_list(std::cin, paths);
    } else {
      paths.emplace_back(word);
    }
  }
  return paths;
}

[[noreturn]] void fail_without_pictures(const std::vector<Skipped>& skipped) {
  std::string message = "there are no pictures: nothing was changed";
  for (const auto& [path, reason] :
       std::span(skipped).first(std::min(skipped.size(), kReasonsShown))) {
    message.append("; ").append(path).append(": ").append(reason);
  }
  throw Error(Error::Kind::kInput, message);
}

}  // namespace

Packed pack_paths(const PackRun& run, const std::vector<std::string>& paths) {
  FoundPictures found = find_pictures(expand(paths), run.shop);
  if (found.sources.empty()) fail_without_pictures(found.skipped);
  Progress progress("pack", "pictures", found.sources.size(), run.progress);
  const PackOptions defaults;
  const PackOptions options{.size = run.size.value_or(defaults.size),
                            .fit = run.fit.value_or(defaults.fit),
                            .when_gone = run.when_gone,
                            .threads = run.threads,
                            .on_progress = [&](std::size_t count) { progress.advance(count); }};
  const auto on_found = [&run](const Choice& choice) { run.known->found(choice); };
  Packed packed{
      .report = pack_pictures(found.sources, run.known->pictures(), on_found, options, run.file),
      .tags = {}};
  auto& skipped = packed.report.skipped;
  skipped.insert(skipped.begin(), std::make_move_iterator(found.skipped.begin()),
                 std::make_move_iterator(found.skipped.end()));
  return packed;
}

}  // namespace likeness
