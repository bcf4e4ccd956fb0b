#include "likeness/web/live_shop.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/mapped_file.hpp"

namespace likeness {
namespace {

ShopFiles checked(const ShopFiles& files) {
  require_shop(files);
  return files;
}

}  // namespace

LiveShop::LiveShop(const ShopFiles& files, std::size_t threads)
    : files_(checked(files)),
      threads_(threads),
      watch_(files_.database()),
      cut_files_(found_cut_files()),
      view_(std::make_shared<const ShopView>(files_, watch_, threads_)),
      follower_([this](const std::stop_token& stop) { follow(stop); }) {}

std::shared_ptr<const ShopView> LiveShop::view() const {
  const std::scoped_lock lock(mutex_);
  return view_;
}

std::size_t LiveShop::cut_files() const {
  const std::scoped_lock lock(mutex_);
  return cut_files_;
}

std::optional<std::string> LiveShop::problem() const {
  const std::scoped_lock lock(mutex_);
  return problem_;
}

void LiveShop::refresh() {
  const std::scoped_lock one_at_a_time(refreshing_);
  replace_view();
  constexpr std::uint64_t kMostLogBytes = std::uint64_t{8} << 20U;
  if (view()->state().log.size >= kMostLogBytes) read_without_log();
}

void LiveShop::settle() {
  const std::scoped_lock one_at_a_time(refreshing_);
  replace_view();
  read_without_log();
}

// A log begins anew only when all of it is in the database and nobody reads it: whoever opens the
// database after that does not. With refreshing_ held.
void LiveShop::read_without_log() {
  try {
    write_back_log(files_.database());
  } catch (const Error&) {
    return;  // another program writes, or only it may: the log can wait
  }
  replace_view();
}

// With refreshing_ held.
void LiveShop::replace_view() {
  std::shared_ptr<const ShopView> next;
  std::optional<std::string> problem;
  const std::size_t cut = found_cut_files();
  try {
    const auto before = view();
    const bool is_whole = cut <= cut_files();
    if (is_whole && watch_.state() == before->state()) return;
    next = std::make_shared<const ShopView>(files_, watch_, threads_,
                                            is_whole ? before.get() : nullptr);
  } catch (const std::exception& error) {
    problem = error.what();
  }
  const std::scoped_lock lock(mutex_);
  if (next) {
    view_.swap(next);  // the old one goes without the lock, or with its last answer
    cut_files_ = cut;
    know_cut_files(cut);
  }
  problem_ = std::move(problem);
}

void LiveShop::follow(const std::stop_token& stop) {
  constexpr std::chrono::milliseconds kPause{500};
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  while (!woken.wait_for(lock, stop, kPause, [] { return false; }) && !stop.stop_requested()) {
    refresh();
  }
}

}  // namespace likeness
