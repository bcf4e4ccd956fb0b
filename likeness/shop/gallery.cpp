#include "likeness/shop/gallery.hpp"

#include <algorithm>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/neighbours/files_search.hpp"
#include "likeness/neighbours/gathered_search.hpp"
#include "likeness/neighbours/search.hpp"
#include "likeness/shop/active_latents.hpp"
#include "likeness/shop/latent_graphs.hpp"
#include "likeness/shop/model_files.hpp"

namespace likeness {
namespace {

// More than most processors' caches hold: fewer are read from there as often as anybody asks.
constexpr std::size_t kSharedCodeBytes = std::size_t{64} << 20U;

}  // namespace

Gallery::Gallery(const Store& store, const ShopFiles& files, const std::vector<PartWeight>& weights,
                 std::size_t threads)
    : model_(require_active_model(store)), items_(0, ItemSet::Start::kEmpty) {
  require_own_weights(files, model_);
  for (PackLatents& latents : open_latents(store, files, model_)) {
    parts_.push_back({.latents = std::move(latents)});
  }
  if (!weights.empty()) factors_ = number_factors(weights, files, model_);
  lay_out();
  find_items(store);
  const bool mapped =
      std::ranges::all_of(parts_, [](const Part& part) { return part.latents.file != nullptr; });
  if (mapped && factors_.empty()) {
    search_files(threads);
    relevance_.distances = store.pair_distances(model_.id);
    if (relevance_.distances.empty()) relevance_ = measure_relevance(threads);
  } else {
    copy_rows();
    index_ = std::make_unique<const Search>(
        Rows(copied_, model_.dimensions), SearchOptions{.expected_queries = 1, .threads = threads});
    relevance_ = measure_relevance(threads);
  }
}

// As FilesSearch numbers them.
void Gallery::lay_out() {
  for (Part& part : parts_) {
    part.first = numbers_;
    const PackLatents& latents = part.latents;
    const std::size_t rows = latents.file ? latents.file->count() : latents.count;
    numbers_ += (rows + kBlockItems - 1) / kBlockItems * kBlockItems;
  }
}

void Gallery::find_items(const Store& store) {
  items_ = ItemSet(numbers_, ItemSet::Start::kEmpty);
  for (const Part& part : parts_) items_.insert_all(part.first, part.latents.count);
  for (const RecordPlace& hole : store.holes()) {
    if (const auto number = number_of(hole)) items_.erase(*number);
  }
  count_ = items_.count();
}

void Gallery::search_files(std::size_t threads) {
  std::vector<FilesSearch::File> all;
  all.reserve(parts_.size());
  for (const Part& part : parts_) {
    all.push_back({.latents = part.latents.file, .graph = graph_of(part.latents)});
  }
  auto search = std::make_unique<const FilesSearch>(std::move(all));
  is_shared_ = search->code_bytes() >= kSharedCodeBytes;
  if (is_shared_) {
    index_ = std::make_unique<const GatheredSearch>(std::move(search), threads);
  } else {
    index_ = std::move(search);
  }
}

void Gallery::copy_rows() {
  copied_.resize(numbers_ * model_.dimensions);
  for (const std::size_t number : items_.items()) {
    const Part& part = part_of(number);
    const auto row = part.latents.row(number - part.first, model_.dimensions);
    std::ranges::copy(row, copied_.begin() + std::ssize(row) * static_cast<std::ptrdiff_t>(number));
  }
  weigh(copied_);
}

Relevance Gallery::measure_relevance(std::size_t threads) const {
  const std::vector<std::size_t> numbers = items_.items();
  return sample_relevance(numbers.size(),
                          [&](std::size_t item, std::size_t other) {
                            return index_->distance_between(numbers[item], numbers[other]);
                          },
                          {.threads = threads});
}

std::optional<std::size_t> Gallery::number_of(const RecordPlace& place) const {
  const auto part = std::ranges::lower_bound(parts_, place.pack, {},
                                             [](const Part& one) { return one.latents.pack; });
  if (part == parts_.end() || part->latents.pack != place.pack) return std::nullopt;
  if (place.record >= part->latents.count) return std::nullopt;
  const std::size_t number = part->first + place.record;
  if (!items_.contains(number)) return std::nullopt;
  return number;
}

const Gallery::Part& Gallery::part_of(std::size_t number) const {
  return *(std::ranges::upper_bound(parts_, number, {}, &Part::first) - 1);
}

RecordPlace Gallery::place_of(std::size_t number) const {
  const Part& part = part_of(number);
  return {.pack = part.latents.pack, .record = number - part.first};
}

std::vector<float> Gallery::vector(std::size_t number) const {
  const Part& part = part_of(number);
  const auto row = part.latents.row(number - part.first, model_.dimensions);
  std::vector<float> vector(row.begin(), row.end());
  weigh(vector);
  return vector;
}

void Gallery::weigh(std::vector<float>& vectors) const {
  if (!factors_.empty()) multiply_rows(factors_, vectors);
}

void keep_pair_distances(Store& store, const ShopFiles& files, std::size_t threads) {
  auto transaction = store.begin();
  const std::int64_t model = require_active_model(store).id;
  store.put_pair_distances(model, {});  // a gallery measures what it does not find
  store.put_pair_distances(model, Gallery(store, files, {}, threads).relevance().distances);
  transaction.commit();
}

}  // namespace likeness
