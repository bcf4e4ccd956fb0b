// What a request was, how it was answered, and how long that took: a line of the log.
#pragma once

#include <string>

#include "likeness/base/json.hpp"
#include "likeness/web/http.hpp"

namespace likeness {

struct HttpExchange {
  const HttpRequest& request;
  const HttpResponse& response;
  double seconds = 0.0;
};
[[nodiscard]] Json to_json(const HttpExchange& exchange);
[[nodiscard]] std::string line_of(const HttpExchange& exchange);

}  // namespace likeness
