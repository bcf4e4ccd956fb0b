#include "likeness/web/once_per_view.hpp"

#include "likeness/web/http.hpp"

namespace likeness {

void refuse_while_it_is_made() {
  throw HttpProblem{.status = 503,
                    .kind = "busy",
                    .message = "this is being computed: ask again in a moment",
                    .headers = {{"Retry-After", "2"}}};
}

}  // namespace likeness
