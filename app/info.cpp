// likeness info SHOP
#include <fmt/format.h>

#include <memory>
#include <string>

#include "app/commands.hpp"
#include "likeness/base/words.hpp"
#include "likeness/shop/overview.hpp"

namespace likeness {
namespace {

std::string line(const TagSummary& tag) {
  std::string text = fmt::format("  {:<20} {:>9} items, {:>6} values:", tag.name,
                                 with_thousands(tag.items), with_thousands(tag.values));
  for (const auto& [value, items] : tag.common) {
    text += fmt::format(" {} ({}),", value, with_thousands(items));
  }
  text.pop_back();
  return text + (tag.values > tag.common.size() ? ", ..." : "");
}

Text to_text(const Overview& overview, const std::string& shop) {
  Text text;
  text.line("{}: {} items, {:.1f} MB on disk", shop, with_thousands(overview.items),
            static_cast<double>(overview.disk_bytes) / 1e6);
  if (overview.removed > 0) {
    text.line("  {} more are removed", with_thousands(overview.removed));
  }
  text.lines("\npacks\n");
  for (const StoredPack& pack : overview.packs) {
    text.line("  {:<20} {:>9} pictures of {}x{}, {}", pack.file, with_thousands(pack.count),
              pack.width, pack.height, pack.fit);
  }
  text.lines(overview.tags.empty() ? "\ntags: none (pack with --tags FILE --key COLUMN)\n"
                                   : "\ntags\n");
  for (const TagSummary& tag : overview.tags) text.line(line(tag));
  text.lines(overview.models.empty() ? "\nmodels: none yet\n" : "\nmodels\n");
  for (const StoredModel& model : overview.models) {
    text.line("  {:<20} {}, {} numbers a latent, {} latents{}", model.name, model.network,
              model.dimensions, with_thousands(model.latents), model.active ? ", active" : "");
  }
  for (const StoredModel& model : overview.successors) {
    text.line("  {:<20} trained further: answers when `likeness embed` has made its latents",
              model.name);
  }
  if (overview.search) text.line("  search: {}: {}", overview.search->by, overview.search->why);
  return text;
}

Text to_text(const ModelNetwork& described) {
  Text text = text_of(described.model);
  text.lines(to_table(described.network));
  return text;
}

}  // namespace

Action info_command(Arguments& arguments) {
  const auto files = std::make_shared<ShopFiles>();
  const auto network = std::make_shared<bool>(false);
  arguments.word({"SHOP", "", "the shop's folder"}, files->folder);
  arguments.flag({"--network", "", "the layers of the active model instead"}, *network);
  return [files, network](const Work&) {
    if (*network) {
      const ModelNetwork described = network_of(*files);
      return Result{.text = to_text(described), .json = to_json(described)};
    }
    const Overview overview = look_at(*files);
    return Result{.text = to_text(overview, files->folder.string()), .json = to_json(overview)};
  };
}

}  // namespace likeness
