#include "likeness/web/target.hpp"

#include <algorithm>
#include <cctype>

#include "likeness/catalogue/utf8.hpp"

namespace likeness {
namespace {

int digit_of(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

// In a query a plus is a blank, as forms write it.
enum class Plus { kItself, kBlank };

std::optional<std::string> decoded(std::string_view text, Plus plus) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char letter = text[i];
    if (letter == '+' && plus == Plus::kBlank) letter = ' ';
    if (letter == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = digit_of(text[i + 1]);
      const int low = digit_of(text[i + 2]);
      if (high < 0 || low < 0 || high + low == 0) return std::nullopt;
      letter = static_cast<char>(high * 16 + low);
      i += 2;
    }
    result.push_back(letter);
  }
  if (find_invalid_utf8(result)) return std::nullopt;
  return result;
}

bool is_allowed(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return byte > 0x20 && byte < 0x7F && letter != '#' && letter != '\\';
}

// Calls take(part) for each part between separators; false as soon as one is wrong.
template <typename Take>
bool each_part(std::string_view text, char separator, const Take& take) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    if (!take(text.substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  return true;
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
  if (target.empty() || target.front() != '/') return std::nullopt;
  if (!std::ranges::all_of(target, is_allowed)) return std::nullopt;
  const std::size_t mark = std::min(target.find('?'), target.size());
  Target result;
  const bool path = each_part(target.substr(1, mark - 1), '/', [&](std::string_view part) {
    auto segment = decoded(part, Plus::kItself);
    if (!segment) return false;
    result.segments.push_back(*std::move(segment));
    return true;
  });
  if (!path) return std::nullopt;
  if (mark >= target.size()) return result;
  const bool query = each_part(target.substr(mark + 1), '&', [&](std::string_view part) {
    if (part.empty()) return true;
    const std::size_t equals = std::min(part.find('='), part.size());
    auto name = decoded(part.substr(0, equals), Plus::kBlank);
    auto value = decoded(part.substr(std::min(equals + 1, part.size())), Plus::kBlank);
    if (!name || !value) return false;
    result.query.emplace_back(*std::move(name), *std::move(value));
    return true;
  });
  return query ? std::optional(std::move(result)) : std::nullopt;
}

std::string percent_encoded(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  static constexpr std::string_view kPlain = "-._~";
  std::string result;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (std::isalnum(byte) != 0 || kPlain.find(letter) != std::string_view::npos) {
      result.push_back(letter);
      continue;
    }
    result.push_back('%');
    result.push_back(kDigits[byte >> 4U]);
    result.push_back(kDigits[byte & 15U]);
  }
  return result;
}

}  // namespace likeness
