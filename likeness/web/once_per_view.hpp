// What takes seconds to make and holds as long as the shop does not change: made once for each
// view, by whoever asks first. Others are told to come again.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "likeness/shop/shop_view.hpp"

namespace likeness {

// HttpProblem 503.
[[noreturn]] void refuse_while_it_is_made();

template <typename Made>
class OncePerView {
 public:
  using Make = std::function<Made(const ShopView&)>;
  explicit OncePerView(Make make) : make_(std::move(make)) {}

  // HttpProblem 503 while another one makes it; what make() throws.
  [[nodiscard]] std::shared_ptr<const Made> of(const std::shared_ptr<const ShopView>& view) {
    if (auto made = known(view)) return made;
    const std::unique_lock making(making_, std::try_to_lock);
    if (!making.owns_lock()) refuse_while_it_is_made();
    if (auto made = known(view)) return made;
    auto made = std::make_shared<const Made>(make_(*view));
    const std::scoped_lock lock(mutex_);
    view_ = view;
    made_ = made;
    return made;
  }

 private:
  [[nodiscard]] std::shared_ptr<const Made> known(const std::shared_ptr<const ShopView>& view) {
    const std::scoped_lock lock(mutex_);
    return view_.lock() == view ? made_ : nullptr;
  }

  const Make make_;
  std::mutex making_;
  std::mutex mutex_;  // of what follows
  std::weak_ptr<const ShopView> view_;
  std::shared_ptr<const Made> made_;
};

}  // namespace likeness
