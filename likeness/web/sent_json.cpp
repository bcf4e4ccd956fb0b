#include "likeness/web/sent_json.hpp"

#include <cstddef>
#include <string>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/web/http.hpp"

namespace likeness {
namespace {

constexpr int kDeepest = 16;

bool is_shallow(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_string && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      in_string = !in_string;
    } else if (!in_string && (text[i] == '[' || text[i] == '{')) {
      if (++depth > kDeepest) return false;
    } else if (!in_string && (text[i] == ']' || text[i] == '}')) {
      --depth;
    }
  }
  return true;
}

[[noreturn]] void refuse(std::string why, const char* where) {
  throw HttpProblem{.status = 400, .kind = "input", .message = std::move(why), .where = where};
}

}  // namespace

Json sent_json(std::string_view text, const char* where) {
  if (!is_shallow(text)) refuse(std::string(where) + " is nested more than 16 deep", where);
  try {
    return parse_json(text, where);
  } catch (const Error& error) {
    refuse(error.what(), where);
  }
}

}  // namespace likeness
