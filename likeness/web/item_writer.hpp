// Changes of items, as requests bring them: what has come while the last were written is written
// together, so that many clients share one flush of the disk and one new view.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "likeness/base/work.hpp"
#include "likeness/shop/change_items.hpp"

namespace likeness {

class LiveShop;

class ItemWriter {
 public:
  // The shop must outlive the writer.
  ItemWriter(LiveShop& shop, ShopFiles files, std::size_t threads);
  ~ItemWriter();
  ItemWriter(const ItemWriter&) = delete;
  ItemWriter& operator=(const ItemWriter&) = delete;
  ItemWriter(ItemWriter&&) = delete;
  ItemWriter& operator=(ItemWriter&&) = delete;

  // Called once, by the writer's thread, when the change is on the disk and in the shop's view;
  // with what was thrown instead if it came to nothing. Must not throw.
  using Done = std::function<void(Changed changed, const std::exception_ptr& error)>;
  void write(ItemChange change, Done done);
  // Writes what has come, and ends; nothing may be written after that.
  void finish();

 private:
  struct Waiting {
    ItemChange change;
    Done done;
  };
  void run(const std::stop_token& stop);
  [[nodiscard]] std::vector<Waiting> take(const std::stop_token& stop);
  void write(std::vector<Waiting> batch);
  void gather_small_packs();

  LiveShop& shop_;
  const ShopFiles files_;
  const Work work_;
  std::mutex mutex_;  // of the queue
  std::condition_variable_any came_;
  std::deque<Waiting> queue_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace likeness
