// Any bytes as the JSON of what somebody likes. What is taken is within the bounds that the
// service's description has.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "likeness/web/http.hpp"
#include "likeness/web/sent_json.hpp"
#include "likeness/web/wish.hpp"

namespace {

bool is_bounded(const likeness::RecommendWish& wish) {
  const likeness::RecommendRequest& request = wish.request;
  const likeness::RecommendQuery& query = request.query;
  for (const double weight : query.weights) {
    if (!(weight > 0.0 && weight <= 1000.0)) return false;
  }
  for (const auto& [name, weight] : wish.pictures) {
    if (!(weight > 0.0 && weight <= 1000.0)) return false;
  }
  for (const likeness::TagFilter& filter : query.where) {
    if (filter.tag.empty()) return false;
  }
  return query.weights.size() == query.liked.size() &&
         query.liked.size() + wish.pictures.size() <= 1000 && query.unliked.size() <= 1000 &&
         request.count >= 1 && request.count <= 1000 && request.offset <= 1000;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  try {
    if (!is_bounded(likeness::wish_of(likeness::sent_json(text, "body")))) std::abort();
  } catch (const likeness::HttpProblem& problem) {
    if (problem.status != 400 || problem.message.empty()) std::abort();
  }
  return 0;
}
