// What is in the shop, and where all of the report came from.
#include <fmt/format.h>

#include <algorithm>

#include "app/report_parts.hpp"
#include "app/training_run.hpp"
#include "app/version.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/progress.hpp"
#include "likeness/plot/svg_text.hpp"

namespace likeness {
namespace {

constexpr std::size_t kCommonValues = 5;
constexpr std::size_t kMostTags = 50;
constexpr std::size_t kValueLetters = 40;

PageTable tag_table(const Store& store) {
  PageTable table{
      .caption = "The tags and their most frequent values, with how many items have them",
      .header = {"tag", "items", "values", "most frequent"},
      .rows = {}};
  for (const TagSummary& tag : store.tag_summaries(kCommonValues)) {
    if (table.rows.size() == kMostTags) break;
    std::string common;
    for (const auto& [value, items] : tag.common) {
      common += fmt::format("{}{} ({})", common.empty() ? "" : ", ", shorten(value, kValueLetters),
                            with_thousands(items));
    }
    if (tag.values > tag.common.size()) common += ", …";
    table.rows.push_back(
        {tag.name, with_thousands(tag.items), with_thousands(tag.values), std::move(common)});
  }
  return table;
}

// An option of a training as its settings have it, fit for a shell: they come from a file, and the
// command may be copied. Empty where it says nothing.
std::string option_of(const Json& settings, const char* name) {
  const Json* found = settings.find(name);
  if (found == nullptr) return {};
  std::string text = found->dump();
  std::erase(text, '"');
  const bool nothing = text.empty() || text == "0" || text == "0.0";
  return nothing ? std::string() : fmt::format(" --{} {}", name, shell_word(text));
}

// The training's options as its checkpoint keeps them; minutes are not among them.
std::string train_options(const ReportSource& source, const TrainedModel& model) {
  auto plain =
      fmt::format("--network {} --latent {} --seed {} --name {}", shell_word(model.stored.network),
                  model.stored.dimensions, model.seed, shell_word(model.stored.name));
  try {
    const auto run = run_files(source.shop.files(), model.stored.name);
    const Checkpoint checkpoint = read_checkpoint(run.checkpoint(), model.network);
    const Json settings = parse_json(checkpoint.settings, "settings");
    const std::string epochs = option_of(settings, "epochs");
    std::string line =
        plain + (epochs.empty() ? fmt::format(" --minutes {:.1f}", checkpoint.state.seconds / 60.0)
                                : epochs);
    for (const char* name : {"batch", "validation", "precision", "schedule", "augment"}) {
      line += option_of(settings, name);
    }
    std::string rate = option_of(settings, "learning_rate");
    std::ranges::replace(rate, '_', '-');
    return line + rate;
  } catch (const Error&) {
    return plain;  // trained elsewhere, or its run was cleared away
  }
}

}  // namespace

PageSection catalogue_section(const ReportSource& source) {
  PageSection section{.id = "catalogue", .title = "The catalogue"};
  const auto packs = source.store().packs();
  section.facts.push_back({"items", with_thousands(source.shop.items().size())});
  if (!packs.empty()) {
    section.facts.push_back(
        {"pictures of", fmt::format("{} × {} pixels", packs.front().width, packs.front().height)});
    section.facts.push_back({"fitted by", packs.front().fit});
  }
  section.facts.push_back({"tags", with_thousands(source.store().tag_names().size())});
  section.facts.push_back({"models", with_thousands(source.store().models().size())});
  if (source.active) {
    section.facts.push_back({"active model", source.active->model.name});
    section.facts.push_back(
        {"items with a latent", with_thousands(source.active->latents.items.size())});
  }
  if (source.clustering) {
    section.facts.push_back({"clusters", with_thousands(source.clustering->sizes.size())});
  }
  PageTable tags = tag_table(source.store());
  if (!tags.rows.empty()) section.tables.push_back(std::move(tags));
  return section;
}

PageSection origin_section(const ReportSource& source) {
  PageSection section{.id = "origin", .title = "How this was made"};
  section.paragraphs.push_back(fmt::format(
      "likeness {}; the plot to turn is drawn by {}. The commands, in this order, on the same "
      "pictures give the same; a training that is limited by minutes depends on the machine, too, "
      "and its minutes are those that it took.",
      kVersion, three_revision()));
  section.commands.push_back(source.command("pack", "PICTURES..."));
  for (const TrainedModel& model : source.models) {
    section.commands.push_back(source.command("train", train_options(source, model)));
    if (model.stored.latents > 0) {
      section.commands.push_back(
          source.command("embed", "--model " + shell_word(model.stored.name)));
    }
  }
  if (source.clustering) {
    section.commands.push_back(
        source.command("cluster", fmt::format("--clusters {}", source.clustering->sizes.size())));
  }
  std::string rest = fmt::format("--seed {}", source.options.seed);
  if (!source.options.items.empty()) {
    std::string keys;
    for (const std::string& key : source.options.items) keys += (keys.empty() ? "" : ",") + key;
    rest += " --items " + shell_word(keys);
  }
  section.commands.push_back(source.command("report", rest));
  return section;
}

}  // namespace likeness
