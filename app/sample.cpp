// likeness sample DIR: draws pictures to try everything on.
#include "likeness/sample/sample.hpp"

#include <chrono>
#include <memory>

#include "app/commands.hpp"
#include "likeness/base/words.hpp"
#include "likeness/base/work.hpp"

namespace likeness {
namespace {

struct SampleArguments {
  std::filesystem::path folder;
  std::uint64_t count = SampleOptions{}.count;
  std::uint64_t seed = SampleOptions{}.seed;
};

Result sample(const SampleArguments& arguments, const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  Progress progress(work, "sample", "pictures", arguments.count);
  const SampleReport report =
      draw_sample(arguments.folder, {.count = arguments.count,
                                     .seed = arguments.seed,
                                     .threads = work.threads,
                                     .stop = work.stop,
                                     .on_progress = [&](std::size_t n) { progress.advance(n); }});
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  const std::string folder = arguments.folder.string();
  const std::string table = (arguments.folder / "tags.csv").string();
  Text text;
  text.line("{}: {} pictures in {:.1f} s, {} of them exact and {} near duplicates", folder,
            with_thousands(report.pictures), seconds.count(),
            with_thousands(report.exact_duplicates), with_thousands(report.near_duplicates));
  text.line("{}: their tags", table);
  text.line("next: likeness pack SHOP {} --tags {} --key key", folder, table);
  return {.text = text,
          .json = to_json(report).with("tags", table).with("seconds", seconds.count())};
}

}  // namespace

Action sample_command(Arguments& arguments) {
  const auto options = std::make_shared<SampleArguments>();
  arguments.word({"DIR", "", "the folder to draw into: new, empty, or with an older sample"},
                 options->folder);
  arguments.option({"--count", "N", "how many pictures [2000]"}, options->count);
  arguments.option({"--seed", "N", "the same seed draws the same pictures [1]"}, options->seed);
  return [options](const Work& work) { return sample(*options, work); };
}

}  // namespace likeness
