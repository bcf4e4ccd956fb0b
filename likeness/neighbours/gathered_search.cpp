#include "likeness/neighbours/gathered_search.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace likeness {
namespace {

constexpr std::size_t kMostTogether = 16;  // so that nobody waits for very many others

}  // namespace

GatheredSearch::GatheredSearch(std::unique_ptr<const FilesSearch> search, std::size_t passes)
    : search_(std::move(search)), passes_(std::max<std::size_t>(1, passes)) {}

std::vector<Neighbour> GatheredSearch::nearest(std::span<const float> query,
                                               const NearestOptions& options) const {
  Waiting mine{.query = {.vector = query, .options = options}};
  std::unique_lock lock(mutex_);
  queue_.push_back(&mine);
  while (!mine.done) {
    if (running_ == passes_ || queue_.empty()) {
      changed_.wait(lock);
      continue;
    }
    // Who finds room makes the pass for those who came first, itself among them or not.
    std::array<Waiting*, kMostTogether> room{};
    const auto together = std::span(room).first(std::min(queue_.size(), room.size()));
    std::copy_n(queue_.begin(), together.size(), together.begin());
    queue_.erase(queue_.begin(), queue_.begin() + std::ssize(together));
    ++running_;
    lock.unlock();
    search_for(together);
    lock.lock();
    --running_;
    for (Waiting* one : together) one->done = true;
    changed_.notify_all();
  }
  if (mine.failed) std::rethrow_exception(mine.failed);
  return std::move(mine.found);
}

void GatheredSearch::search_for(std::span<Waiting* const> together) const noexcept {
  if (together.size() == 1) return search_for(*together.front());
  try {
    std::vector<NearestQuery> queries;
    for (const Waiting* one : together) queries.push_back(one->query);
    auto found = search_->nearest_of_each(queries);
    for (std::size_t i = 0; i < together.size(); ++i) together[i]->found = std::move(found[i]);
  } catch (...) {
    for (Waiting* one : together) search_for(*one);  // which tells whose fault it was
  }
}

void GatheredSearch::search_for(Waiting& one) const noexcept {
  try {
    one.found = search_->nearest(one.query.vector, one.query.options);
  } catch (...) {
    one.failed = std::current_exception();
  }
}

}  // namespace likeness
