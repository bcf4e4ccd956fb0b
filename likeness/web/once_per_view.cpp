#include "likeness/web/once_per_view.hpp"

#include <utility>

#include "likeness/web/http.hpp"

namespace likeness {

std::shared_ptr<const std::string> OncePerView::of(const std::shared_ptr<const ShopView>& view) {
  const auto known = [&]() -> std::shared_ptr<const std::string> {
    const std::scoped_lock lock(mutex_);
    return view_.lock() == view ? answer_ : nullptr;
  };
  if (auto answer = known()) return answer;
  const std::unique_lock making(making_, std::try_to_lock);
  if (!making.owns_lock()) {
    throw HttpProblem{.status = 503,
                      .kind = "busy",
                      .message = "this is being computed: ask again in a moment",
                      .headers = {{"Retry-After", "2"}}};
  }
  if (auto answer = known()) return answer;
  auto answer = std::make_shared<const std::string>(make_(*view));
  const std::scoped_lock lock(mutex_);
  view_ = view;
  answer_ = answer;
  return answer;
}

}  // namespace likeness
