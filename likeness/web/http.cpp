#include "likeness/web/http.hpp"

#include <algorithm>

#include "likeness/base/json.hpp"

namespace likeness {

std::string_view HttpRequest::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &HttpHeaders::value_type::first);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

HttpResponse to_response(const HttpProblem& problem) {
  Json error = Json::Object{{"kind", problem.kind},
                            {"message", problem.message},
                            {"where", problem.where.empty() ? Json() : Json(problem.where)}};
  return {.status = problem.status,
          .body = Json(Json::Object{{"error", std::move(error)}}).dump(),
          .headers = problem.headers,
          .remark = problem.remark};
}

void refuse_input(std::string_view where, std::string_view why) {
  throw HttpProblem{.status = 400,
                    .kind = "input",
                    .message = std::string(where) + " " + std::string(why),
                    .where = std::string(where)};
}

std::string_view reason_of(int status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    case 507: return "Insufficient Storage";
    default: return "Internal Server Error";
  }
}

}  // namespace likeness
