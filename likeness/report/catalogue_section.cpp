// What is in the shop, and where all of the report came from.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/json.hpp"
#include "likeness/base/version.hpp"
#include "likeness/base/words.hpp"
#include "likeness/encoder/parts.hpp"
#include "likeness/plot/svg_text.hpp"
#include "likeness/report/sections.hpp"
#include "likeness/shop/training_run.hpp"

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

using Asked = std::vector<Remedy::Asked>;

// Adds what a training's settings say of a field; they come from a file, and may say anything.
void add_setting(const Json& settings, const char* name, Asked& asked) {
  const Json* found = settings.find(name);
  if (found == nullptr) return;
  std::string text = found->dump();
  std::erase(text, '"');
  if (text.empty() || text == "0" || text == "0.0") return;  // says nothing
  std::string field = name;
  std::ranges::replace(field, '_', '-');
  asked.push_back({.field = std::move(field), .value = std::move(text)});
}

// What the training was asked, as its checkpoint keeps it; minutes are not in it.
Asked asked_of_training(const ReportSource& source, const TrainedModel& model) {
  Asked plain{{.field = "network", .value = model.stored.network},
              {.field = "latent", .value = std::to_string(model.stored.dimensions)},
              {.field = "seed", .value = std::to_string(model.seed)},
              {.field = "name", .value = model.stored.name}};
  if (model.network.layers.empty()) return plain;
  try {
    const auto run = run_files(source.shop.files(), model.stored.name);
    const Checkpoint checkpoint = read_checkpoint(run.checkpoint(), trained_network(model.network));
    const Json settings = parse_json(checkpoint.settings, "settings");
    Asked asked = plain;
    add_setting(settings, "epochs", asked);
    if (asked.size() == plain.size()) {
      asked.push_back({"minutes", fmt::format("{:.1f}", checkpoint.state.seconds / 60.0)});
    }
    for (const char* name :
         {"batch", "validation", "precision", "schedule", "augment", "learning_rate"}) {
      add_setting(settings, name, asked);
    }
    return asked;
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
      version(), three_revision()));
  section.commands.push_back(source.how("pack", {{.field = "", .value = "PICTURES..."}}));
  for (const TrainedModel& model : source.models) {
    section.commands.push_back(source.how("train", asked_of_training(source, model)));
    if (model.stored.latents > 0) {
      section.commands.push_back(
          source.how("embed", {{.field = "model", .value = model.stored.name}}));
    }
  }
  if (source.clustering) {
    section.commands.push_back(source.how(
        "cluster",
        {{.field = "clusters", .value = std::to_string(source.clustering->sizes.size())}}));
  }
  Asked asked{{.field = "seed", .value = std::to_string(source.request.seed)}};
  if (!source.items.empty()) {
    std::string keys;
    for (const std::string& key : source.items) keys += (keys.empty() ? "" : ",") + key;
    asked.push_back({"items", keys});
  }
  section.commands.push_back(source.how("report", asked));
  return section;
}

}  // namespace likeness
