// An answer that takes seconds to make and holds as long as the shop does not change: made once for
// each view, by whoever asks first. Others are told to come again.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "likeness/shop/shop_view.hpp"

namespace likeness {

class OncePerView {
 public:
  using Make = std::function<std::string(const ShopView&)>;
  explicit OncePerView(Make make) : make_(std::move(make)) {}

  // HttpProblem 503 while another one makes it; what make() throws.
  [[nodiscard]] std::shared_ptr<const std::string> of(const std::shared_ptr<const ShopView>& view);

 private:
  const Make make_;
  std::mutex making_;
  std::mutex mutex_;  // of what follows
  std::weak_ptr<const ShopView> view_;
  std::shared_ptr<const std::string> answer_;
};

}  // namespace likeness
