// Any bytes as the body of many items: the first byte tells whether lines or a tar. What comes of
// them is no larger than what was sent, and each item has a key or says what is wrong with it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "likeness/web/sent_items.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  likeness::HttpRequest request;
  request.headers = {
      {"content-type", bytes[0] % 2 == 0 ? "application/x-ndjson" : "application/x-tar"}};
  request.body.assign(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  try {
    std::size_t pictures = 0;
    for (const likeness::SentItem& item : likeness::sent_items(request)) {
      if (item.key.empty() && !item.problem && bytes[0] % 2 == 0) std::abort();
      pictures += item.picture ? item.picture->size() : 0;
    }
    if (pictures > size) std::abort();
  } catch (const likeness::HttpProblem& problem) {
    if (problem.status < 400 || problem.status > 415) std::abort();
  }
  return 0;
}
