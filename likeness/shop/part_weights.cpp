#include "likeness/shop/part_weights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "likeness/base/error.hpp"
#include "likeness/encoder/model.hpp"

namespace likeness {
namespace {

constexpr double kLargestWeight = 1000.0;

PartWeight read_part_weight(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw RequestError("weight", fmt::format("{} is no PART=NUMBER: give parts as in "
                                             "shape=1,colour=2",
                                             word));
  }
  const std::string_view number = word.substr(equals + 1);
  PartWeight weight{.part = std::string(word.substr(0, equals))};
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), weight.weight);
  const bool is_number = error == std::errc() && end == number.data() + number.size();
  if (!is_number || !std::isfinite(weight.weight)) {
    throw RequestError("weight", fmt::format("{} is not a number: give one such as 0.5", word));
  }
  return weight;
}

}  // namespace

std::vector<std::string> part_names(std::span<const Part> parts) {
  std::vector<std::string> names;
  for (const Part& part : parts) {
    if (std::ranges::find(names, part.name) == names.end()) names.push_back(part.name);
  }
  return names;
}

std::vector<PartWeight> read_part_weights(std::string_view list) {
  std::vector<PartWeight> weights;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    weights.push_back(read_part_weight(list.substr(begin, end - begin)));
    begin = end + 1;
  }
  return weights;
}

std::vector<float> number_factors(const std::vector<PartWeight>& weights, const ShopFiles& files,
                                  const StoredModel& model) {
  return number_factors(weights, read_model(files.models() / model.file).parts, model.name);
}

std::vector<float> number_factors(const std::vector<PartWeight>& weights,
                                  const std::vector<Part>& parts, const std::string& model) {
  if (parts.empty()) {
    throw RequestError("weight",
                       "is of no use with " + model + ", which has no parts: train by contrast");
  }
  const auto names = part_names(parts);
  for (const PartWeight& weight : weights) {
    if (!(weight.weight >= 0.0 && weight.weight <= kLargestWeight)) {
      throw RequestError("weight", fmt::format("{}={} is out of range: give a number from 0 to {}",
                                               weight.part, weight.weight, kLargestWeight));
    }
    if (std::ranges::count(weights, weight.part, &PartWeight::part) > 1) {
      throw RequestError("weight", "names " + weight.part + " twice: leave one out");
    }
    if (std::ranges::find(names, weight.part) != names.end()) continue;
    throw RequestError("weight", fmt::format("{} is no part of {}: it has {}", weight.part, model,
                                             fmt::join(names, " and ")));
  }
  std::vector<float> factors;
  for (const Part& part : parts) {
    const auto given = std::ranges::find(weights, part.name, &PartWeight::part);
    factors.insert(factors.end(), part.size,
                   given == weights.end() ? 1.0F : static_cast<float>(given->weight));
  }
  if (std::ranges::all_of(factors, [](float factor) { return factor == 0.0F; })) {
    throw RequestError("weight", "leaves nothing to compare: give one of the parts more than 0");
  }
  return factors;
}

void multiply_rows(const std::vector<float>& factors, std::vector<float>& rows) {
  for (auto row = rows.begin(); row != rows.end();) {
    for (const float factor : factors) *row++ *= factor;
  }
}

}  // namespace likeness
