// What stands behind the question mark of an address, read by name and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/shop/part_weights.hpp"
#include "likeness/shop/tag_filter.hpp"
#include "likeness/web/http.hpp"

namespace likeness {

// Everything throws HttpProblem, naming the parameter.
class Parameters {
 public:
  // `known` are the names that may be given; each once, but for those in `many`.
  Parameters(const Target& target, const std::vector<std::string_view>& known,
             const std::vector<std::string_view>& many = {});

  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
  struct Range {
    std::uint64_t least = 0;
    std::uint64_t most = 0;
  };
  [[nodiscard]] std::uint64_t whole(std::string_view name, std::uint64_t otherwise,
                                    const Range& range) const;
  [[nodiscard]] double number(std::string_view name, double otherwise) const;
  [[nodiscard]] bool flag(std::string_view name) const;  // "1" or "true", "0" or "false"
  // "TAG=VALUE", each.
  [[nodiscard]] std::vector<TagFilter> where() const;
  // "shape=1,colour=2"
  [[nodiscard]] std::vector<PartWeight> weights() const;

 private:
  const Target& target_;
};

// HttpProblem 400 if it is not "TAG=VALUE".
[[nodiscard]] TagFilter asked_where(const std::string& text);

}  // namespace likeness
