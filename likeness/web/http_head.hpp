// The head of a request, read strictly: what can be understood in two ways, so that a proxy in
// front and this server might disagree, is refused (RFC 9112, sections 3, 5 and 6).
#pragma once

#include <cstddef>
#include <string_view>

#include "likeness/web/http.hpp"

namespace likeness {

struct HttpHead {
  HttpRequest request;
  std::size_t body_bytes = 0;
  bool has_length = false;
  bool keeps_connection = true;
  bool expects_continue = false;
};

// `head` ends with the empty line. Throws HttpProblem.
[[nodiscard]] HttpHead read_http_head(std::string_view head, std::size_t most_target_bytes);

}  // namespace likeness
