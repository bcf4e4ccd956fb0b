// A quick evaluation: the models and a few baselines, by the tags that tell most; and the queries
// that were answered worst. `likeness evaluate` measures more, and more precisely.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/random.hpp"
#include "likeness/base/words.hpp"
#include "likeness/base/work.hpp"
#include "likeness/evaluation/items.hpp"
#include "likeness/evaluation/methods.hpp"
#include "likeness/neighbours/bootstrap.hpp"
#include "likeness/neighbours/quality.hpp"
#include "likeness/neighbours/sample.hpp"
#include "likeness/neighbours/search.hpp"
#include "likeness/plot/picture_tables.hpp"
#include "likeness/plot/quality_chart.hpp"
#include "likeness/plot/svg_text.hpp"
#include "likeness/report/sections.hpp"

namespace likeness {
namespace {

constexpr std::size_t kQueries = 500;
constexpr std::size_t kMostGallery = 40'000;  // so that a large shop does not take longer
constexpr std::size_t kMostModels = 8;
constexpr std::size_t kFailures = 8;
constexpr std::size_t kAnswers = 8;
constexpr const char* kQuality = "quality";
constexpr const char* kWorst = "worst queries";

// What is searched: the items that have one of the tags, or some of them.
EvaluatedItems gallery_of(const ReportSource& source) {
  EvaluateRequest request;
  request.files = source.shop.files();
  request.by = source.tags;
  EvaluatedItems items = evaluated_items(source.shop, request);
  if (items.places.size() <= kMostGallery) return items;
  Random random(source.request.seed);
  const auto kept = sample_of(items.places.size(), kMostGallery, random);
  const auto keep = [&](auto& values) {
    for (std::size_t i = 0; i < kept.size(); ++i) values[i] = values[kept[i]];
    values.resize(kept.size());
  };
  keep(items.places);
  for (AskedLabels& labels : items.labels) keep(labels.of_item);
  return items;
}

// Baselines that are quick to compute and use little memory, after the models that have a latent of
// every item.
std::vector<Method> quick_methods(const ReportSource& source) {
  EvaluateRequest request;
  request.files = source.shop.files();
  for (const TrainedModel& model : source.models) {
    if (model.stored.latents < source.shop.items().size()) continue;
    if (request.models.size() < kMostModels) request.models.push_back(model.stored.name);
  }
  if (request.models.empty()) request.what = EvaluateRequest::What::kBaselines;
  std::vector<Method> methods;
  for (Method& method : methods_of(source.store(), request).methods) {
    const bool quick = method.kind == MethodKind::kModel || method.kind == MethodKind::kHistogram ||
                       method.kind == MethodKind::kGradients;
    if (quick) methods.push_back(std::move(method));
  }
  return methods;
}

struct Measured {
  Method method;
  std::vector<Retrieval> by;  // of each of the labels
};

// In parts, for what describes pictures one by one: between two of them the shop lets go of what
// was read.
Descriptors describe_in_parts(ReportSource& source, const std::vector<std::size_t>& places,
                              const Method& method) {
  const DescribeOptions options{.seed = source.request.seed, .threads = source.work.threads};
  if (method.kind == MethodKind::kModel) return describe(source.shop, places, method, options);
  constexpr std::size_t kPart = 1024;
  Descriptors all{.dimensions = method.dimensions, .values = {}};
  all.values.reserve(places.size() * method.dimensions);
  for (std::size_t begin = 0; begin < places.size(); begin += kPart) {
    stop_if_asked(source.work.stop);
    const std::vector<std::size_t> part(
        places.begin() + static_cast<std::ptrdiff_t>(begin),
        places.begin() + static_cast<std::ptrdiff_t>(std::min(begin + kPart, places.size())));
    const Descriptors some = describe(source.shop, part, method, options);
    all.values.insert(all.values.end(), some.values.begin(), some.values.end());
    source.shop.have_read(part.size());
  }
  return all;
}

Measured measure(ReportSource& source, const EvaluatedItems& items, const Method& method) {
  Measured measured{.method = method, .by = {}};
  const Descriptors descriptors = describe_in_parts(source, items.places, method);
  const Search search(descriptors.rows(),
                      {.method = SearchOptions::Method::kExact, .threads = source.work.threads});
  for (const AskedLabels& labels : items.labels) {
    stop_if_asked(source.work.stop);
    measured.by.push_back(measure_retrieval(
        search, labels.of_item,
        {.queries = kQueries, .seed = source.request.seed, .threads = source.work.threads}));
  }
  return measured;
}

PageTable quality_table(const EvaluatedItems& items, const std::vector<Measured>& methods) {
  PageTable table{.caption =
                      "Precision at 10: the share of the ten nearest that have the query's "
                      "value, as a mean with its 95 % interval",
                  .header = {"described by", "numbers"},
                  .rows = {}};
  for (const AskedLabels& labels : items.labels) {
    table.header.push_back(shorten(labels.name, 60));
    table.header.emplace_back("interval");
  }
  for (const Measured& one : methods) {
    auto& row = table.rows.emplace_back();
    row = {one.method.name, with_thousands(one.method.dimensions)};
    for (const Retrieval& retrieval : one.by) {
      const auto values = retrieval.values(&RetrievalQuality::precision_at_10);
      const Interval interval = bootstrap_mean(values);
      row.push_back(fmt::format("{:.3f}", interval.mean));
      row.push_back(fmt::format("{:.3f} - {:.3f}", interval.low, interval.high));
    }
  }
  return table;
}

QualityPanels panels_of(const EvaluatedItems& items, const std::vector<Measured>& methods) {
  QualityPanels panels;
  for (const AskedLabels& labels : items.labels) panels.tags.push_back(shorten(labels.name, 40));
  for (const Measured& one : methods) {
    QualityMethod& method = panels.methods.emplace_back();
    method.name = one.method.name;
    method.kind = one.method.kind == MethodKind::kModel ? QualityMethod::Kind::kModel
                                                        : QualityMethod::Kind::kBaseline;
    for (const Retrieval& retrieval : one.by) {
      const auto values = retrieval.values(&RetrievalQuality::precision_at_10);
      const Interval interval = bootstrap_mean(values);
      method.values.emplace_back(
          QualityValue{.value = interval.mean, .low = interval.low, .high = interval.high});
    }
  }
  return panels;
}

// The queries of the active model with the fewest right answers, each of another value while there
// are such.
std::vector<std::size_t> worst_queries(const Retrieval& retrieval, const AskedLabels& labels) {
  std::vector<std::size_t> order(retrieval.queries.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {},
                    [&](std::size_t i) { return std::pair(retrieval.quality[i].hits_at_15, i); });
  std::vector<std::size_t> worst;
  std::vector<std::uint32_t> seen;
  for (const std::size_t i : order) {
    const std::size_t query = retrieval.queries[i];
    const std::uint32_t label = labels.of_item[query];
    if (worst.size() == kFailures) break;
    if (std::ranges::find(seen, label) != seen.end()) continue;
    seen.push_back(label);
    worst.push_back(query);
  }
  return worst;
}

std::string value_of(const ReportSource& source, std::int64_t item, const std::string& tag) {
  const auto tags = source.store().tags_of(item);
  const auto found = std::ranges::find(tags, tag, &ItemTag::name);
  return found == tags.end() ? std::string() : found->value;
}

void draw_worst(const ReportSource& source, const EvaluatedItems& items, const Measured& active,
                PageSection& section, ReportDraft& draft) {
  const AskedLabels& labels = items.labels.front();
  const std::string& tag = source.tags.front();
  const Descriptors descriptors = describe(source.shop, items.places, active.method, {});
  const Search search(descriptors.rows(),
                      {.expected_queries = kFailures, .threads = source.work.threads});
  const auto keyed = [&](std::size_t i) {
    const std::size_t place = items.places[i];
    return KeyedPicture{.key = source.shop.items()[place].key, .picture = source.picture(place)};
  };
  const auto value = [&](std::size_t i) {
    return value_of(source, source.shop.items()[items.places[i]].id, tag);
  };
  std::vector<FailedQuery> failures;
  for (const std::size_t query : worst_queries(active.by.front(), labels)) {
    FailedQuery& failed = failures.emplace_back();
    failed.item = keyed(query);
    failed.value = value(query);
    for (const Neighbour& one :
         search.nearest(descriptors.rows().row(query), {.count = kAnswers + 1})) {
      if (one.item == query || failed.answers.size() == kAnswers) continue;
      failed.answers.push_back({.item = keyed(one.item),
                                .value = value(one.item),
                                .distance = one.distance,
                                .right = labels.of_item[one.item] == labels.of_item[query]});
    }
  }
  draft.show(
      section, "worst-queries",
      {.title = "Worst queries",
       .reading = "Of the queries those with the fewest right answers, each of another value: "
                  "a framed answer has another value than its query. They show what the "
                  "model looks at instead, and sometimes that a tag is wrong.",
       .alternative = fmt::format("{} pictures with their nearest ones, most of another kind.",
                                  failures.size())},
      draw_failures(failures, tag));
}

void measure_all(ReportSource& source, PageSection& section, ReportDraft& draft) {
  const EvaluatedItems items = gallery_of(source);
  std::vector<Measured> measured;
  const auto methods = quick_methods(source);
  Progress progress(source.work, "report: quality", "methods", methods.size());
  for (const Method& method : methods) {
    measured.push_back(measure(source, items, method));
    progress.advance();
  }
  std::vector<Remedy::Asked> by;
  by.reserve(source.tags.size());
  for (const std::string& tag : source.tags) by.push_back({.field = "by", .value = tag});
  section.paragraphs.push_back(fmt::format(
      "How often the ten nearest have the same tag, which no model saw in training: of {} queries "
      "drawn among {} items, each left out of its own answer. The tags are those that tell most. "
      "More queries, measures and baselines by: {}",
      with_thousands(std::min(kQueries, items.places.size())), with_thousands(items.places.size()),
      source.how("evaluate", by)));
  section.tables.push_back(quality_table(items, measured));
  draft.attempt(kQuality, [&] {
    draft.show(
        section, "quality",
        {.title = "Quality",
         .reading = "Each panel is a tag, each point a way to describe pictures with its 95 % "
                    "interval, better to the right: a model should lie right of the plain "
                    "descriptors.",
         .alternative = fmt::format("Chart of the precision at 10 of {} ways to describe "
                                    "pictures.",
                                    measured.size())},
        quality_chart(panels_of(items, measured)));
  });
  const auto active = std::ranges::find_if(measured, [&](const Measured& one) {
    return one.method.kind == MethodKind::kModel && one.method.model.active;
  });
  if (active == measured.end()) return draft.miss(kWorst, source.how("embed"));
  draft.attempt(kWorst, [&] { draw_worst(source, items, *active, section, draft); });
}

}  // namespace

PageSection quality_section(ReportSource& source, ReportDraft& draft) {
  PageSection section{.id = "quality", .title = "Quality"};
  std::string needs;
  if (source.tags.empty()) {
    section.paragraphs.emplace_back(
        "There is nothing to measure against: no tag whose values are shared by many items.");
    needs = source.how("pack", {{.field = "", .value = "PICTURES..."},
                                {.field = "tags", .value = "FILE"},
                                {.field = "key", .value = "COLUMN"}}) +
            " (a tag that many items share)";
  } else if (!source.active) {
    section.paragraphs.emplace_back("There is nothing to measure yet.");
    needs = source.how(source.models.empty() ? "train" : "embed");
  }
  if (!needs.empty()) {
    for (const char* picture : {kQuality, kWorst}) draft.miss(picture, needs);
    return section;
  }
  draft.attempt(kQuality, [&] { measure_all(source, section, draft); });
  return section;
}

}  // namespace likeness
