#include "likeness/base/words.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

namespace likeness {
namespace {

// How many letters must be changed, added, left out to make one of the other (Levenshtein).
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t change = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string with_thousands(std::size_t number) {
  std::string text = std::to_string(number);
  for (auto place = static_cast<std::ptrdiff_t>(text.size()) - 3; place > 0; place -= 3) {
    text.insert(static_cast<std::size_t>(place), 1, ',');
  }
  return text;
}

std::vector<std::string> split(std::string_view text, char between) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(between, begin), text.size());
    words.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::optional<std::string> most_like(const std::string& wrong, std::span<const std::string> names) {
  const auto distance = [&wrong](const std::string& name) {
    // A beginning of the name is as good as one slip.
    return name.starts_with(wrong) && wrong.size() > 2 ? 1 : edits(wrong, name);
  };
  const auto best = std::ranges::min_element(names, {}, distance);
  if (best == names.end() || distance(*best) > wrong.size() / 3 + 1) return std::nullopt;
  return *best;
}

}  // namespace likeness
