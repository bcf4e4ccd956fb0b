#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <tuple>
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

// A file that the shop knows keeps its item's key, from whatever folder it is found now.
void keep_keys(const KnownItems& known, std::vector<PictureSource>& sources) {
  bool kept = false;
  for (PictureSource& source : sources) {
    const auto key = known.key_of(source);
    if (!key || *key == source.key) continue;
    source.key = *key;
    kept = true;
  }
  if (!kept) return;
  std::ranges::sort(sources, {}, [](const PictureSource& source) {
    return std::tie(source.key, source.path.native());
  });
}

}  // namespace

Sources find_sources(const PackRun& run, std::span<const std::filesystem::path> paths) {
  FindOptions options{.except = run.except,
                      .keys = run.keys.value_or(KeysFrom::kNames),
                      .listed = run.listed,
                      .stop = run.work.stop};
  FoundPictures found = find_pictures(paths, options);
  const bool decides = !run.keys && !paths.empty();
  if (decides && names_repeat(found.sources)) {
    options.keys = KeysFrom::kPaths;
    found = find_pictures(paths, options);
  }
  if (found.sources.empty()) fail_without_pictures(found.skipped);
  if (run.listed.empty()) keep_keys(*run.known, found.sources);
  const auto keys = paths.empty() ? run.keys : std::optional(options.keys);
  return {.found = std::move(found), .keys = keys};
}

Packed pack_sources(const PackRun& run, FoundPictures found) {
  Progress progress(run.work, "pack", "pictures", found.sources.size());
  const PackOptions defaults;
  const PackOptions options{.size = run.size.value_or(defaults.size),
                            .fit = run.fit.value_or(defaults.fit),
                            .when_gone = run.when_gone,
                            .read_all = run.read_all,
                            .threads = run.work.threads,
                            .stop = run.work.stop,
                            .most_files = run.most_files,
                            .on_progress = [&](std::size_t count) { progress.advance(count); }};
  const auto on_found = [&run](const Choice& choice) { run.known->found(choice); };
  Packed packed;
  std::filesystem::path file = run.file;
  for (std::span<const PictureSource> rest = found.sources;;) {
    PackReport report = pack_pictures(rest, run.known->pictures(), on_found, options, file);
    rest = rest.subspan(report.files);
    packed.report.add(std::move(report));
    if (rest.empty() || run.work.stop.stop_requested()) break;
    file = run.keep();
  }
  if (!run.work.stop.stop_requested()) packed.report.require_pictures();
  auto& skipped = packed.report.skipped;
  skipped.insert(skipped.begin(), std::make_move_iterator(found.skipped.begin()),
                 std::make_move_iterator(found.skipped.end()));
  return packed;
}

}  // namespace likeness
