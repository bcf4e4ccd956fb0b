#include "likeness/postgres/connection_pool.hpp"

#include <utility>

namespace likeness {
namespace {

constexpr std::chrono::seconds kConnecting{2};

}  // namespace

ConnectionPool::Lease::~Lease() {
  if (!database_ || !database_->is_idle()) return;
  const std::scoped_lock lock(pool_.mutex_);
  pool_.kept_.push_back(std::move(database_));
}

ConnectionPool::Lease ConnectionPool::take() {
  {
    const std::scoped_lock lock(mutex_);
    if (!kept_.empty()) {
      auto database = std::move(kept_.back());
      kept_.pop_back();
      return {*this, std::move(database)};
    }
  }
  return {*this, std::make_unique<Postgres>(address_, kConnecting)};
}

void ConnectionPool::forget() {
  std::vector<std::unique_ptr<Postgres>> forgotten;
  const std::scoped_lock lock(mutex_);
  forgotten.swap(kept_);
}

}  // namespace likeness
