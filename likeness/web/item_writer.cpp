#include "likeness/web/item_writer.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/shop/compact.hpp"
#include "likeness/web/live_shop.hpp"

namespace likeness {
namespace {

constexpr std::size_t kMostAtOnce = 512;
// A command that changes the shop is waited for so long.
constexpr std::chrono::seconds kPatienceWithShop{2};
constexpr std::chrono::milliseconds kPauseOfTries{50};

std::vector<Changed> change_with_patience(const ShopFiles& files,
                                          std::span<const ItemChange> changes, const Work& work) {
  const auto last = std::chrono::steady_clock::now() + kPatienceWithShop;
  for (;;) {
    try {
      return change_items(files, changes, work);
    } catch (const Error& error) {
      const bool is_busy = error.kind() == Error::Kind::kUnavailable;
      if (!is_busy || std::chrono::steady_clock::now() >= last) throw;
    }
    std::this_thread::sleep_for(kPauseOfTries);
  }
}

}  // namespace

ItemWriter::ItemWriter(LiveShop& shop, ShopFiles files, std::size_t threads)
    : shop_(shop),
      files_(std::move(files)),
      work_{.threads = threads},
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

ItemWriter::~ItemWriter() { finish(); }

void ItemWriter::write(ItemChange change, Done done) {
  const std::scoped_lock lock(mutex_);
  queue_.push_back({.change = std::move(change), .done = std::move(done)});
  came_.notify_one();
}

void ItemWriter::finish() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void ItemWriter::run(const std::stop_token& stop) {
  for (auto batch = take(stop); !batch.empty(); batch = take(stop)) write(std::move(batch));
}

// What has come, up to a second change of one item; nothing when there is an end.
std::vector<ItemWriter::Waiting> ItemWriter::take(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  came_.wait(lock, stop, [this] { return !queue_.empty(); });
  std::vector<Waiting> batch;
  while (!queue_.empty() && batch.size() < kMostAtOnce) {
    const std::string& key = queue_.front().change.key;
    const auto same = [&](const Waiting& other) { return other.change.key == key; };
    if (std::ranges::any_of(batch, same)) break;
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

void ItemWriter::write(std::vector<Waiting> batch) {
  std::vector<ItemChange> changes;
  changes.reserve(batch.size());
  for (Waiting& one : batch) changes.push_back(std::move(one.change));
  std::vector<Changed> outcomes(batch.size(), Changed::kNoItem);
  std::exception_ptr error;
  bool is_one_to_blame = false;
  try {
    outcomes = change_with_patience(files_, changes, work_);
    shop_.refresh();
  } catch (const Error& caught) {
    error = std::current_exception();
    is_one_to_blame = caught.kind() != Error::Kind::kUnavailable && batch.size() > 1;
  } catch (const std::exception&) {
    error = std::current_exception();
  }
  if (is_one_to_blame) {  // such as an item whose old picture is damaged: the others go on
    for (std::size_t i = 0; i < batch.size(); ++i) {
      std::vector<Waiting> alone;
      alone.push_back({.change = std::move(changes[i]), .done = std::move(batch[i].done)});
      write(std::move(alone));
    }
    return;
  }
  for (std::size_t i = 0; i < batch.size(); ++i) batch[i].done(outcomes[i], error);
  const auto is_new = [](Changed changed) {
    return changed == Changed::kNew || changed == Changed::kReplaced;
  };
  if (!error && std::ranges::any_of(outcomes, is_new)) gather_small_packs();
}

// Each batch makes a pack. Many small ones become one, and many of those another, so that a picture
// is written again twice at most; larger ones wait for whoever compacts the shop.
void ItemWriter::gather_small_packs() {
  struct Level {
    std::size_t records;  // of a pack at most
    std::size_t packs;    // are enough
  };
  constexpr std::array kSmallPacks{Level{.records = 1'000, .packs = 64},
                                   Level{.records = 20'000, .packs = 16}};
  try {
    for (const auto& [records, enough] : kSmallPacks) {
      const auto packs = open_store(files_).packs();
      const auto small = static_cast<std::size_t>(std::ranges::count_if(
          packs, [&](const StoredPack& pack) { return pack.count <= records; }));
      if (small < enough) return;
      shop_.settle();
      (void)compact({.files = files_, .largest_pack = records, .waits_for_readers = false}, work_);
      shop_.refresh();
    }
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): another command is at it, or `verify`
  }  // names what is damaged; small packs do no harm meanwhile
}

}  // namespace likeness
