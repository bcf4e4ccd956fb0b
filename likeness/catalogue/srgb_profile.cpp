#include "likeness/catalogue/srgb_profile.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "likeness/base/bytes.hpp"
#include "likeness/catalogue/tiff_tags.hpp"

namespace likeness {
namespace {

using Bytes = std::span<const std::byte>;

// The bytes of a tag; empty if the profile has none.
Bytes tag_of(Bytes profile, std::string_view name) {
  constexpr std::size_t kTable = 128;
  const std::size_t count = std::min<std::size_t>(number_at(profile, kTable, 4).value_or(0), 100);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t entry = kTable + 4 + 12 * i;
    if (!has_text_at(profile, entry, name)) continue;
    const std::size_t offset = number_at(profile, entry + 4, 4).value_or(0);
    const std::size_t length = number_at(profile, entry + 8, 4).value_or(0);
    if (offset > profile.size() || length > profile.size() - offset) return {};
    return profile.subspan(offset, length);
  }
  return {};
}

// s15Fixed16Number; not a number where there are no bytes.
double fixed_at(Bytes bytes, std::size_t offset) {
  const auto bits = number_at(bytes, offset, 4);
  if (!bits) return std::nan("");
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(*bits)) / 65536.0;
}

bool has_primary(Bytes profile, std::string_view name, const std::array<double, 3>& xyz) {
  constexpr double kTolerance = 0.003;  // less than a level of 255
  const Bytes tag = tag_of(profile, name);
  if (!has_text_at(tag, 0, "XYZ ")) return false;
  for (std::size_t i = 0; i < xyz.size(); ++i) {
    if (!(std::abs(fixed_at(tag, 8 + 4 * i) - xyz.at(i)) <= kTolerance)) return false;
  }
  return true;
}

// IEC 61966-2-1: what a stored value is in light, and back.
double srgb_light(double value) {
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}
double srgb_value(double light) {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1.0 / 2.4) - 0.055;
}

// A table of 16-bit numbers, or a single power.
double table_at(Bytes curve, double x) {
  const std::size_t count = number_at(curve, 8, 4).value_or(0);
  const auto entry = [&](std::size_t i) {
    const auto number = number_at(curve, 12 + 2 * i, 2);
    return number ? static_cast<double>(*number) : std::nan("");
  };
  if (count == 0) return x;
  if (count == 1) return std::pow(x, entry(0) / 256.0);
  const double place = x * static_cast<double>(count - 1);
  const auto below = std::min(static_cast<std::size_t>(place), count - 2);
  const double part = place - static_cast<double>(below);
  return ((1.0 - part) * entry(below) + part * entry(below + 1)) / 65535.0;
}

// ICC.1:2010, table 65, but for its functions 1 and 2, which nobody writes for sRGB.
double formula_at(Bytes curve, double x) {
  const auto parameter = [&](std::size_t i) { return fixed_at(curve, 12 + 4 * i); };
  const std::uint64_t function = number_at(curve, 8, 2).value_or(1);
  const double gamma = parameter(0);
  if (function == 0) return std::pow(x, gamma);
  if (function != 3 && function != 4) return std::nan("");
  const double a = parameter(1);
  const double b = parameter(2);
  const double c = parameter(3);
  const double e = function == 4 ? parameter(5) : 0.0;
  const double f = function == 4 ? parameter(6) : 0.0;
  return x >= parameter(4) ? std::pow(a * x + b, gamma) + e : c * x + f;
}

bool has_curve(Bytes profile, std::string_view name) {
  constexpr int kSteps = 32;
  constexpr double kTolerance = 1.0 / 255.0;
  const Bytes curve = tag_of(profile, name);
  const bool table = has_text_at(curve, 0, "curv");
  if (!table && !has_text_at(curve, 0, "para")) return false;
  for (int i = 0; i <= kSteps; ++i) {
    const double x = static_cast<double>(i) / kSteps;
    const double light = table ? table_at(curve, x) : formula_at(curve, x);
    if (!(std::abs(light - srgb_light(x)) <= kTolerance)) return false;
    if (!(std::abs(srgb_value(light) - x) <= kTolerance)) return false;
  }
  return true;
}

}  // namespace

bool is_srgb_profile(Bytes profile) {
  // A profile's tables, if it has them, count more than its primaries and curves.
  for (const std::string_view table : {"A2B0", "A2B1", "D2B0", "D2B1"}) {
    if (!tag_of(profile, table).empty()) return false;
  }
  return has_text_at(profile, 16, "RGB XYZ ") &&  //
         has_primary(profile, "rXYZ", {0.4361, 0.2225, 0.0139}) &&
         has_primary(profile, "gXYZ", {0.3851, 0.7169, 0.0971}) &&
         has_primary(profile, "bXYZ", {0.1431, 0.0606, 0.7141}) && has_curve(profile, "rTRC") &&
         has_curve(profile, "gTRC") && has_curve(profile, "bTRC");
}

}  // namespace likeness
