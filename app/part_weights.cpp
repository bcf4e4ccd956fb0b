#include "app/part_weights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "app/arguments.hpp"
#include "likeness/encoder/model.hpp"

namespace likeness {
namespace {

constexpr double kLargestWeight = 1000.0;

PartWeight read_part_weight(const std::string& word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw UsageError("--weight " + word +
                     " is no PART=NUMBER: give parts as in --weight shape=1,colour=2");
  }
  PartWeight weight{.part = word.substr(0, equals)};
  try {
    read_value(word.substr(equals + 1), weight.weight);
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("--weight {} {}", word, error.what()));
  }
  if (!(weight.weight >= 0.0 && weight.weight <= kLargestWeight)) {
    throw UsageError(fmt::format("--weight {} is out of range: give a number from 0 to {}", word,
                                 kLargestWeight));
  }
  return weight;
}

std::vector<std::string> names_of(const std::vector<Part>& parts) {
  std::vector<std::string> names;
  for (const Part& part : parts) {
    if (std::ranges::find(names, part.name) == names.end()) names.push_back(part.name);
  }
  return names;
}

}  // namespace

std::vector<PartWeight> read_part_weights(const std::string& list) {
  std::vector<PartWeight> weights;
  for (const std::string& word : split_list(list)) {
    PartWeight weight = read_part_weight(word);
    if (std::ranges::find(weights, weight.part, &PartWeight::part) != weights.end()) {
      throw UsageError("--weight " + list + " names " + weight.part + " twice: leave one out");
    }
    weights.push_back(std::move(weight));
  }
  return weights;
}

std::vector<float> number_factors(const std::vector<PartWeight>& weights, const ShopFiles& files,
                                  const StoredModel& model) {
  const auto parts = read_model(files.models() / model.file).parts;
  if (parts.empty()) {
    throw UsageError(fmt::format(
        "--weight is of no use with {}, which has no parts: train by contrast: `likeness train {}`",
        model.name, files.folder.string()));
  }
  const auto names = names_of(parts);
  for (const PartWeight& weight : weights) {
    if (std::ranges::find(names, weight.part) != names.end()) continue;
    throw UsageError(fmt::format("--weight {} is no part of {}: it has {}", weight.part, model.name,
                                 fmt::join(names, " and ")));
  }
  std::vector<float> factors;
  for (const Part& part : parts) {
    const auto given = std::ranges::find(weights, part.name, &PartWeight::part);
    factors.insert(factors.end(), part.size,
                   given == weights.end() ? 1.0F : static_cast<float>(given->weight));
  }
  if (std::ranges::all_of(factors, [](float factor) { return factor == 0.0F; })) {
    throw UsageError("--weight leaves nothing to compare: give one of the parts more than 0");
  }
  return factors;
}

void multiply_rows(const std::vector<float>& factors, std::vector<float>& rows) {
  for (auto row = rows.begin(); row != rows.end();) {
    for (const float factor : factors) *row++ *= factor;
  }
}

}  // namespace likeness
