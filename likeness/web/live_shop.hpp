// The shop that a service answers from: always one whole view, replaced by the next when the shop
// has changed. Whoever holds a view keeps it until he has answered.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "likeness/shop/shop_view.hpp"

namespace likeness {

class LiveShop {
 public:
  // Opens the shop: errors as of ShopView().
  LiveShop(const ShopFiles& files, std::size_t threads);

  [[nodiscard]] std::shared_ptr<const ShopView> view() const;
  // How many files had been found cut short when that view was opened, or one before it: what is
  // answered from it is right as long as there are no more.
  [[nodiscard]] std::size_t cut_files() const;
  // Looks whether the shop has changed, or a file of the view was cut short: done twice a second,
  // and by whoever has changed it.
  void refresh();
  // The same, and the view reads the database alone, nothing of its log: so that the log can begin
  // anew, and files that only older views read can go.
  void settle();
  // Why the shop as it is now cannot be shown; nothing if it is shown.
  [[nodiscard]] std::optional<std::string> problem() const;

 private:
  void replace_view();
  void read_without_log();
  void follow(const std::stop_token& stop);

  const ShopFiles files_;
  const std::size_t threads_;
  std::mutex refreshing_;
  ChangeWatch watch_;  // with refreshing_ held

  mutable std::mutex mutex_;  // of what follows
  std::size_t cut_files_;     // before the view is opened
  std::shared_ptr<const ShopView> view_;
  std::optional<std::string> problem_;

  std::jthread follower_;  // last: it uses all of the above
};

}  // namespace likeness
