// Requests and answers as plain values: what the rest of the service sees of HTTP.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "likeness/web/target.hpp"

namespace likeness {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string id;       // of this service's own making, for the answer and the log
  std::string method;   // "GET"; of a HEAD, "HEAD"
  std::string path;     // as it was sent, without the query
  Target target;        // of a request that could not be read: empty
  HttpHeaders headers;  // names in lower case
  std::string body;
  std::string address;  // the client's, without its port

  // Empty if it was not sent.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

// A body that is made as it is sent.
struct HttpStream {
  std::uint64_t bytes = 0;
  // Fills it with what follows; on the pool, one call after the other. What it throws ends the
  // connection before all bytes are sent, which tells the client that they are not whole.
  std::function<std::size_t(std::span<char>)> read;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body = {};
  std::optional<HttpStream> stream = {};  // instead of it
  HttpHeaders headers = {};  // beside those that every answer has; never of a request's text
  std::string remark = {};   // for the log alone

  [[nodiscard]] std::uint64_t body_bytes() const noexcept {
    return stream ? stream->bytes : body.size();
  }
};

// Takes the answer to a request, once, from any thread.
using Respond = std::function<void(HttpResponse)>;

// What is to be done with a request, decided when its head has been read.
struct HttpPlan {
  std::function<HttpResponse(const HttpRequest&)> answer;
  // Instead of it: done on the pool, and answered whenever it is; no thread waits meanwhile.
  std::function<void(const HttpRequest&, const Respond&)> answer_later = nullptr;
  enum class Runs {
    kAtOnce,       // computes nothing, and waits for nothing
    kOnAPool,      // one of a bounded number that wait
    kOnAWidePool,  // the same, of threads that share their work where they are many
    kRefused,      // the body is not read, and the connection ends
  };
  Runs runs = Runs::kAtOnce;
  std::size_t most_body_bytes = 0;
  bool needs_body = false;
};

// Every error's body: {"error": {"kind", "message", "where"}}; `where` is the field that is wrong,
// or empty.
struct HttpProblem {
  int status = 500;
  std::string kind;     // "input", "not found", "busy"
  std::string message;  // one line
  std::string where = {};
  HttpHeaders headers = {};
  std::string remark = {};  // for the log alone
};
[[nodiscard]] HttpResponse to_response(const HttpProblem& problem);
// Throws HttpProblem 400: the message is "WHERE WHY".
[[noreturn]] void refuse_input(std::string_view where, std::string_view why);

[[nodiscard]] std::string_view reason_of(int status) noexcept;  // "Not Found"

}  // namespace likeness
