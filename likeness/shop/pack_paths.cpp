#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/find_pictures.hpp"
#include "likeness/shop/pack_run.hpp"

namespace likeness {
namespace {

constexpr std::size_t kReasonsShown = 3;

[[noreturn]] void fail_without_pictures(const std::vector<Skipped>& skipped) {
  std::string message = "there are no pictures: nothing was changed";
  for (const auto& [path, reason] :
       std::span(skipped).first(std::min(skipped.size(), kReasonsShown))) {
    message.append("; ").append(path).append(": ").append(reason);
  }
  throw Error(Error::Kind::kInput, message);
}

}  // namespace

Packed pack_paths(const PackRun& run, std::span<const std::filesystem::path> paths) {
  FoundPictures found = find_pictures(paths, run.shop, run.work.stop);
  if (found.sources.empty()) fail_without_pictures(found.skipped);
  Progress progress(run.work, "pack", "pictures", found.sources.size());
  const PackOptions defaults;
  const PackOptions options{.size = run.size.value_or(defaults.size),
                            .fit = run.fit.value_or(defaults.fit),
                            .when_gone = run.when_gone,
                            .threads = run.work.threads,
                            .stop = run.work.stop,
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
