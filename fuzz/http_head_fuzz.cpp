// Any bytes as the head of a request. What is taken has one meaning: a target that can be written
// down again, names in lower case, and one length at most.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "likeness/web/http_head.hpp"

namespace {

// The address that the target's parts stand for.
std::string written(const likeness::Target& target) {
  std::string text;
  for (const std::string& segment : target.segments) {
    text.append("/").append(likeness::percent_encoded(segment));
  }
  for (std::size_t i = 0; i < target.query.size(); ++i) {
    const auto& [name, value] = target.query[i];
    text.append(i == 0 ? "?" : "&").append(likeness::percent_encoded(name));
    text.append("=").append(likeness::percent_encoded(value));
  }
  return text;
}

void check(std::string_view bytes) {
  const likeness::HttpHead head = likeness::read_http_head(bytes, 8192);
  const likeness::HttpRequest& request = head.request;
  const auto again = likeness::parse_target(written(request.target));
  if (!again || again->segments != request.target.segments ||
      again->query != request.target.query) {
    std::abort();
  }
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || name.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ \t:") != std::string::npos) {
      std::abort();
    }
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) std::abort();
  }
  if (!request.header("transfer-encoding").empty()) std::abort();
  const auto lengths = std::ranges::count_if(
      request.headers, [](const auto& field) { return field.first == "content-length"; });
  if (lengths > 1 || (lengths == 1) != head.has_length) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  try {
    check({reinterpret_cast<const char*>(bytes), size});
  } catch (const likeness::HttpProblem& problem) {
    if (problem.status < 400 || problem.status > 501 || problem.message.empty()) std::abort();
  }
  return 0;
}
