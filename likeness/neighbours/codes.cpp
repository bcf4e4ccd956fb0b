#include "likeness/neighbours/codes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "likeness/base/error.hpp"
#include "likeness/base/parallel.hpp"

namespace likeness {
namespace {

constexpr float kLargestCode = 127.0F;
constexpr std::size_t kRowsOfTask = 4096;  // rows a task looks through for mean and range

std::vector<float> mean_row(const Rows& rows, std::size_t threads) {
  const std::size_t chunks = (rows.count() + kRowsOfTask - 1) / kRowsOfTask;
  std::vector<std::vector<double>> sums(chunks);
  parallel_for(chunks, threads, [&](std::size_t chunk) {
    sums[chunk].resize(rows.dimensions());
    const std::size_t end = std::min(rows.count(), (chunk + 1) * kRowsOfTask);
    for (std::size_t i = chunk * kRowsOfTask; i < end; ++i) {
      const auto row = rows.row(i);
      for (std::size_t d = 0; d < row.size(); ++d) sums[chunk][d] += row[d];
    }
  });
  std::vector<float> mean(rows.dimensions());
  for (std::size_t d = 0; d < mean.size(); ++d) {
    double sum = 0.0;
    for (const auto& part : sums) sum += part[d];
    mean[d] = static_cast<float>(sum / static_cast<double>(std::max<std::size_t>(1, rows.count())));
  }
  return mean;
}

float range_of(std::span<const float> row, std::span<const float> centre) {
  float range = 0.0F;
  for (std::size_t d = 0; d < row.size(); ++d) {
    range = std::max(range, std::abs(row[d] - centre[d]));
  }
  return range;
}

float range_of(const Rows& rows, std::span<const float> centre, std::size_t threads) {
  std::vector<float> ranges((rows.count() + kRowsOfTask - 1) / kRowsOfTask);
  parallel_for(ranges.size(), threads, [&](std::size_t chunk) {
    const std::size_t end = std::min(rows.count(), (chunk + 1) * kRowsOfTask);
    for (std::size_t i = chunk * kRowsOfTask; i < end; ++i) {
      ranges[chunk] = std::max(ranges[chunk], range_of(rows.row(i), centre));
    }
  });
  return ranges.empty() ? 0.0F : *std::ranges::max_element(ranges);
}

// 0 where all values are the centre, or so near it that the inverse would overflow.
float inverse_of(float step) { return step > 1e-30F ? 1.0F / step : 0.0F; }

// The nearest code; a conversion to int rather than std::round, which is a call without SSE 4.1.
float code_of(float value, float centre, float inverse_step, float limit) {
  const float scaled = std::clamp((value - centre) * inverse_step, -limit, limit);
  return static_cast<float>(static_cast<int>(scaled + (scaled < 0.0F ? -0.5F : 0.5F)));
}

// What codes stand for, and how far that is from the vector, taken in double and rounded up.
struct Measures {
  double square = 0.0;
  double squared_error = 0.0;

  void add(float value, float centre, float step, float code) {
    const double stands_for = double{step} * double{code};
    const double error = double{value} - double{centre} - stands_for;
    square += stands_for * stands_for;
    squared_error += error * error;
  }
  [[nodiscard]] float error() const {
    return static_cast<float>(std::sqrt(squared_error) * (1.0 + 1e-6));
  }
};

}  // namespace

Codes::Codes(const Rows& rows, std::size_t threads) {
  if (rows.dimensions() > kMostDimensions) {
    throw Error(Error::Kind::kInput, "items: " + std::to_string(rows.dimensions()) +
                                         " numbers an item; at most 65536 can be searched");
  }
  centre_ = mean_row(rows, threads);
  step_ = range_of(rows, centre_, threads) / kLargestCode;
  const std::size_t blocks = (rows.count() + kBlockItems - 1) / kBlockItems;
  lines_.resize(blocks * 2 * pairs());
  squares_.resize(blocks * kBlockItems);
  errors_.resize(blocks * kBlockItems);
  parallel_for(blocks, threads, [&](std::size_t index) { encode_block(rows, index); });
  if (!squares_.empty()) largest_square_ = *std::ranges::max_element(squares_);
}

void Codes::encode_block(const Rows& rows, std::size_t index) {
  const float inverse = inverse_of(step_);
  CacheLine* lines = lines_.data() + index * 2 * pairs();
  const std::size_t end = std::min(rows.count(), (index + 1) * kBlockItems);
  // Dimension by dimension, so that no sum waits for the one before.
  std::array<Measures, kBlockItems> measures;
  for (std::size_t d = 0; d < rows.dimensions(); ++d) {
    for (std::size_t i = index * kBlockItems; i < end; ++i) {
      const float value = rows.row(i)[d];
      const float code = code_of(value, centre_[d], inverse, kLargestCode);
      measures[i % kBlockItems].add(value, centre_[d], step_, code);
      const std::size_t byte = d / 2 * 2 * kBlockItems + i % kBlockItems * 2 + d % 2;
      lines[byte / 64].bytes[byte % 64] = static_cast<std::int8_t>(code);
    }
  }
  for (std::size_t i = index * kBlockItems; i < end; ++i) {
    squares_[i] = static_cast<float>(measures[i % kBlockItems].square);
    errors_[i] = measures[i % kBlockItems].error();
  }
}

CodeTables Codes::tables() const noexcept {
  const auto* first = lines_.empty() ? nullptr : lines_.front().bytes.data();
  return {.centre = centre_,
          .step = step_,
          .largest_square = largest_square_,
          .codes = {first, lines_.size() * sizeof(CacheLine)},
          .squares = squares_,
          .errors = errors_};
}

CodeBlock CodesView::block(std::size_t index) const noexcept {
  return {.codes = tables_.codes.data() + index * 2 * pairs() * kBlockItems,
          .squares = tables_.squares.data() + index * kBlockItems,
          .errors = tables_.errors.data() + index * kBlockItems};
}

CodedQuery CodesView::encode(std::span<const float> query) const {
  const auto centre = tables_.centre;
  // The sum of pairs() products of two codes must stay within 32 bits.
  const float limit = std::floor(
      std::min(32767.0F, 2147483000.0F / (kLargestCode * 2.0F * static_cast<float>(pairs()))));
  const float step = range_of(query, centre) / limit;
  CodedQuery coded;
  coded.codes.resize(2 * pairs());
  Measures measures;
  for (std::size_t d = 0; d < query.size(); ++d) {
    const float code = code_of(query[d], centre[d], inverse_of(step), limit);
    measures.add(query[d], centre[d], step, code);
    coded.codes[d] = static_cast<std::int16_t>(code);
  }
  coded.square = static_cast<float>(measures.square);
  coded.scale = -2.0F * tables_.step * step;
  coded.error = measures.error();
  // Six roundings of 2^-24 each of terms no larger than both squares together.
  coded.rounding = 1e-6F * (coded.square + tables_.largest_square);
  return coded;
}

}  // namespace likeness
