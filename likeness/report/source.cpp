#include "likeness/report/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/shop/remedies.hpp"
#include "likeness/shop/training_run.hpp"

namespace likeness {
namespace {

constexpr std::size_t kMostShownModels = 40;
constexpr std::size_t kMostTellingTags = 2;
constexpr std::size_t kMostValues = 200;
constexpr std::size_t kItemsOfValue = 10;

TrainedModel trained_model(const ShopFiles& files, const StoredModel& stored) {
  TrainedModel trained{.stored = stored, .program = {}, .network = {}, .history = {}};
  try {
    Model model = read_model(files.models() / stored.file);
    trained.program = model.program;
    trained.seed = model.seed;
    trained.network = std::move(model.network);
    trained.history = std::move(model.history);
  } catch (const Error&) {
    return trained;  // the pictures that need it say so
  }
  const auto best = std::ranges::min_element(trained.history, {}, [](const EpochReport& epoch) {
    return std::isfinite(epoch.validation_mse) ? epoch.validation_mse : HUGE_VAL;
  });
  if (best != trained.history.end()) trained.best_epoch = best->epoch;
  return trained;
}

std::vector<TrainedModel> trained_models(const Store& store, const ShopFiles& files) {
  auto stored = store.models();
  std::ranges::stable_sort(stored, [](const StoredModel& a, const StoredModel& b) {
    return std::pair(!a.active, a.dimensions) < std::pair(!b.active, b.dimensions);
  });
  if (stored.size() > kMostShownModels) stored.resize(kMostShownModels);
  std::vector<TrainedModel> models;
  models.reserve(stored.size());
  for (const StoredModel& model : stored) models.push_back(trained_model(files, model));
  return models;
}

// How items are divided by the tags chosen so far; a further tag divides them further.
using Partition = std::unordered_map<std::int64_t, std::uint64_t>;

double entropy_of(const std::unordered_map<std::uint64_t, std::size_t>& sizes, std::size_t items) {
  double entropy = 0.0;
  for (const auto& [part, size] : sizes) {
    const double share = static_cast<double>(size) / static_cast<double>(items);
    entropy -= share * std::log(share);
  }
  return entropy;
}

// The partition by `before` and by the tag, and its entropy.
std::pair<Partition, double> divide(const Store::TagColumn& column, const Partition& before) {
  std::map<std::pair<std::uint64_t, std::string_view>, std::uint64_t> parts;
  std::unordered_map<std::uint64_t, std::size_t> sizes;
  Partition after;
  for (std::size_t i = 0; i < column.items.size(); ++i) {
    const auto place = before.find(column.items[i]);
    const std::uint64_t old = place == before.end() ? 0 : place->second;
    const auto part = parts.try_emplace({old, column.values[i]}, parts.size() + 1).first->second;
    after.emplace(column.items[i], part);
    ++sizes[part];
  }
  return {std::move(after), entropy_of(sizes, column.items.size())};
}

}  // namespace

std::optional<double> TrainedModel::validation_mae() const {
  if (best_epoch == 0) return std::nullopt;
  const auto best = std::ranges::find(history, best_epoch, &EpochReport::epoch);
  return best->validation_mae;
}

std::vector<std::string> telling_tags(const Store& store, std::size_t most) {
  const std::size_t items = store.count_items();
  std::vector<std::string> candidates;
  for (const TagSummary& tag : store.tag_summaries(0)) {
    const bool telling = tag.items * 2 >= items && tag.values >= 2 && tag.values <= kMostValues &&
                         tag.values * kItemsOfValue <= tag.items;
    if (telling) candidates.push_back(tag.name);
  }
  std::vector<std::string> chosen;
  Partition partition;
  while (chosen.size() < most && !candidates.empty()) {
    std::pair<Partition, double> best;
    auto best_tag = candidates.begin();
    for (auto tag = candidates.begin(); tag != candidates.end(); ++tag) {
      auto divided = divide(store.tag_column(*tag), partition);
      if (divided.second <= best.second) continue;
      best = std::move(divided);
      best_tag = tag;
    }
    chosen.push_back(*best_tag);
    candidates.erase(best_tag);
    partition = std::move(best.first);
  }
  return chosen;
}

ReportSource::ReportSource(ReportRequest report_request, Work report_work)
    : request(std::move(report_request)),
      work(std::move(report_work)),
      shop(request.files.folder),
      models(trained_models(shop.store(), shop.files())),
      tags(telling_tags(shop.store(), kMostTellingTags)) {
  const auto model = store().active_model();
  if (!model || model->latents == 0) return;
  try {
    active = std::make_unique<const ActiveLatents>(active_latents(store(), shop.files()));
  } catch (const Error& error) {
    work.say(error.message());  // the rest of the report needs none
    return;
  }
  if (auto stored = stored_clustering(store(), *active)) {
    clustering = std::make_unique<const Clustering>(*std::move(stored));
  }
}

const TrainedModel* ReportSource::shown_model() const {
  const TrainedModel* shown = nullptr;
  for (const TrainedModel& model : models) {
    const bool better =
        shown == nullptr || (shown->history.empty() && !model.history.empty()) ||
        (!shown->stored.active && !model.history.empty() && model.stored.id > shown->stored.id);
    if (better) shown = &model;
  }
  return shown;
}

Image ReportSource::picture(std::size_t place) const {
  const auto record = shop.record(place);
  return {.size = shop.size(), .pixels = {record.begin(), record.end()}};
}

std::size_t ReportSource::place_of_row(std::size_t row) const {
  return place_of_item(active->latents.items[row]);
}

std::size_t ReportSource::place_of_item(std::int64_t id) const {
  const auto place = std::ranges::lower_bound(shop.items(), id, {}, &Item::id);
  if (place == shop.items().end() || place->id != id) {
    throw Error(Error::Kind::kCorrupt, "shop.db: a latent belongs to no item", by_verifying());
  }
  return static_cast<std::size_t>(place - shop.items().begin());
}

std::string ReportSource::how(const std::string& verb, std::vector<Remedy::Asked> asked) const {
  return request.how({.does = "", .verb = verb, .asked = std::move(asked)});
}

}  // namespace likeness
