// The table of `likeness evaluate` as a chart: a panel for each tag, a point with its interval for
// each method.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "likeness/plot/chart.hpp"

namespace likeness {

struct QualityValue {
  double value = 0.0;
  double low = 0.0;  // of its 95 % interval
  double high = 0.0;
};

struct QualityMethod {
  enum class Kind { kModel, kBaseline };

  std::string name;
  Kind kind = Kind::kModel;                         // models are set off by colour and shape
  std::vector<std::optional<QualityValue>> values;  // one for each of the tags
};

struct QualityPanels {
  std::string measure = "precision at 10";
  std::vector<std::string> tags;  // "colour", "kind+colour"
  std::vector<QualityMethod> methods;
};

inline constexpr std::size_t kMostQualityMethods = 40;
inline constexpr std::size_t kMostQualityTags = 4;

// At least one tag and one method, at most those; methods from top to bottom, as they are given.
[[nodiscard]] ChartScript quality_chart(const QualityPanels& panels);

}  // namespace likeness
