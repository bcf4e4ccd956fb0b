#include "likeness/shop/shop_view.hpp"

#include <algorithm>
#include <utility>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

constexpr std::size_t kMostWeighted = 4;  // each holds a copy of all latents

bool same(const std::vector<PartWeight>& one, const std::vector<PartWeight>& other) {
  return std::ranges::equal(one, other, [](const PartWeight& a, const PartWeight& b) {
    return a.part == b.part && a.weight == b.weight;
  });
}

}  // namespace

ShopView::ShopView(ShopFiles files, const ChangeWatch& watch, std::size_t threads,
                   const ShopView* before)
    : files_(std::move(files)), threads_(threads) {
  // All readers must see one snapshot: they do if nobody committed while they were opened.
  constexpr int kAttempts = 50;
  for (int attempt = 0;; ++attempt) {
    state_ = watch.state();
    open_all();
    if (watch.state() == state_) break;
    if (attempt == kAttempts) {
      throw Error(Error::Kind::kUnavailable, "the shop changes all the time: try again later");
    }
  }
  const Store& store = eyes_.front()->store;
  const auto packs = store.packs();
  if (!packs.empty()) first_pack_ = packs.front();
  items_ = store.count_items();
  free_.release(std::ssize(eyes_));
  if (!searched_) return;
  const StoredModel& model = searched_->gallery.model();
  const bool is_same = before != nullptr && before->embedders_ && !model.weights.empty() &&
                       before->embedders_->model().weights == model.weights;
  embedders_ = is_same ? before->embedders_ : std::make_shared<const Embedders>(files_, model);
}

ShopView::~ShopView() = default;

void ShopView::open_all() {
  eyes_.clear();
  eyes_.push_back(std::make_unique<Eyes>(files_));
  open_searched(eyes_.front()->store);
  const std::size_t readers = is_shared() ? askers_where_shared(threads_) : threads_;
  while (eyes_.size() < readers) eyes_.push_back(std::make_unique<Eyes>(files_));
}

void ShopView::open_searched(const Store& store) {
  searched_.reset();
  try {
    searched_ =
        std::make_shared<const Searched>(store, files_, std::vector<PartWeight>(), threads_);
  } catch (const Error& error) {
    if (error.kind() != Error::Kind::kNotFound) throw;
    nothing_searched_ = error.message();
  }
}

ShopView::Reader::Reader(const ShopView& view) : view_(view) {
  view_.free_.acquire();
  const std::scoped_lock lock(view_.mutex_);
  eyes_ = std::move(view_.eyes_.back());
  view_.eyes_.pop_back();
}

ShopView::Reader::~Reader() {
  {
    const std::scoped_lock lock(view_.mutex_);
    view_.eyes_.push_back(std::move(eyes_));
  }
  view_.free_.release();
}

std::shared_ptr<const ShopView::Searched> ShopView::searched() const {
  if (!searched_) throw Error(Error::Kind::kNotFound, nothing_searched_);
  return searched_;
}

std::shared_ptr<const ShopView::Searched> ShopView::searched(
    const Reader& reader, const std::vector<PartWeight>& weights) const {
  if (weights.empty()) return searched();
  {
    const std::scoped_lock lock(mutex_);
    const auto kept = std::ranges::find_if(
        weighted_, [&](const Weighted& one) { return same(one.weights, weights); });
    if (kept != weighted_.end()) {
      weighted_.splice(weighted_.begin(), weighted_, kept);
      return kept->searched;
    }
  }
  auto made = std::make_shared<const Searched>(reader.store(), files_, weights, threads_);
  const std::scoped_lock lock(mutex_);
  weighted_.push_front({.weights = weights, .searched = made});
  if (weighted_.size() > kMostWeighted) weighted_.pop_back();
  return made;
}

BroughtPicture ShopView::bring(std::span<const std::byte> file, const StoredPack& pack) const {
  return embedders_ ? embedders_->bring(file, pack)
                    : BroughtPicture{.record = record_of(file, pack)};
}

std::vector<float> ShopView::embed(std::span<const BroughtPicture> pictures) const {
  if (!embedders_) throw Error(Error::Kind::kNotFound, nothing_searched_);
  return embedders_->embed(pictures);
}

std::span<const Part> ShopView::parts() const {
  if (!embedders_) return {};
  return embedders_->parts();
}

}  // namespace likeness
