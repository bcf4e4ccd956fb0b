// Any bytes as what stands behind the question mark of an address, read as every type that a
// parameter has. What is taken is in its range.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "likeness/base/error.hpp"
#include "likeness/web/http.hpp"
#include "likeness/web/parameters.hpp"

namespace {

// An abort() unless it holds or is refused in words.
template <typename Holds>
void require(const Holds& holds) {
  try {
    if (!holds()) std::abort();
  } catch (const likeness::HttpProblem& problem) {
    if (problem.status != 400 || problem.message.empty()) std::abort();
  } catch (const likeness::RequestError& error) {
    if (error.field().empty()) std::abort();
  }
}

void check(const likeness::Parameters& given) {
  require([&] {
    const std::uint64_t count = given.whole("count", 20, {.least = 1, .most = 1000});
    return count >= 1 && count <= 1000;
  });
  require([&] { return std::isfinite(given.number("diversity", 0.0)); });
  require([&] { return given.flag("distinct") || !given.flag("distinct"); });
  require([&] {
    for (const likeness::TagFilter& filter : given.where()) {
      if (filter.tag.empty()) return false;
    }
    return given.where().size() == given.all("where").size();
  });
  require([&] {
    for (const likeness::PartWeight& weight : given.weights()) {
      if (std::isnan(weight.weight)) return false;
    }
    return true;
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string query(reinterpret_cast<const char*>(bytes), size);
  const auto target = likeness::parse_target("/?" + query);
  if (!target) return 0;
  require([&] {
    check(likeness::Parameters(*target, {"count", "diversity", "distinct", "weight"}, {"where"}));
    return true;
  });
  return 0;
}
