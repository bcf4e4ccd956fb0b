#include "likeness/catalogue/srgb_profile.hpp"

#include <gtest/gtest.h>
#include <vips/vips.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace likeness {
namespace {

using namespace std::string_literals;

bool is_srgb(const std::string& profile) {
  return is_srgb_profile(std::as_bytes(std::span(profile)));
}

std::string profile_of_libvips(const char* name) {
  EXPECT_EQ(VIPS_INIT("test"), 0);
  VipsBlob* blob = nullptr;
  EXPECT_EQ(vips_profile_load(name, &blob, nullptr), 0);
  std::size_t size = 0;
  const auto* const bytes = static_cast<const char*>(vips_blob_get(blob, &size));
  std::string profile(bytes, size);
  vips_area_unref(reinterpret_cast<VipsArea*>(blob));
  return profile;
}

std::string number(std::int64_t value, int width) {
  std::string bytes;
  for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
    bytes += static_cast<char>(value >> shift & 0xff);
  }
  return bytes;
}

std::string fixed(double value) { return number(std::lround(value * 65'536.0), 4); }

using ProfileTag = std::pair<std::string, std::string>;

// A profile of these tags, as far as is_srgb_profile() looks.
std::string profile(const std::vector<ProfileTag>& tags) {
  std::string head = std::string(12, '\0') + "mntrRGB XYZ ";
  head.resize(128);
  std::string table = number(static_cast<std::int64_t>(tags.size()), 4);
  std::string contents;
  const std::size_t begin = 128 + 4 + 12 * tags.size();
  for (const auto& [name, content] : tags) {
    table += name + number(static_cast<std::int64_t>(begin + contents.size()), 4) +
             number(static_cast<std::int64_t>(content.size()), 4);
    contents += content;
  }
  return head + table + contents;
}

std::string xyz(double x, double y, double z) {
  return "XYZ "s + number(0, 4) + fixed(x) + fixed(y) + fixed(z);
}

std::string power(double gamma) {
  return "curv"s + number(0, 4) + number(1, 4) + number(std::lround(gamma * 256), 2);
}

double srgb_light(double x) {
  return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
}

std::string table(int count) {
  std::string curve = "curv"s + number(0, 4) + number(count, 4);
  for (int i = 0; i < count; ++i) {
    curve += number(std::lround(65'535.0 * srgb_light(i / (count - 1.0))), 2);
  }
  return curve;
}

std::string formula() {
  return "para"s + number(0, 4) + number(3, 2) + number(0, 2) + fixed(2.4) + fixed(1 / 1.055) +
         fixed(0.055 / 1.055) + fixed(1 / 12.92) + fixed(0.04045);
}

std::vector<ProfileTag> with_curve(const std::string& curve,
                                   const std::string& description = "other") {
  return {{"desc", "desc"s + std::string(8, '\0') + description},
          {"rXYZ", xyz(0.4361, 0.2225, 0.0139)},
          {"gXYZ", xyz(0.3851, 0.7169, 0.0971)},
          {"bXYZ", xyz(0.1431, 0.0606, 0.7141)},
          {"rTRC", curve},
          {"gTRC", curve},
          {"bTRC", curve}};
}

TEST(SrgbProfile, IsKnownByItsPrimariesAndCurves) {
  EXPECT_TRUE(is_srgb(profile_of_libvips("srgb")));
  EXPECT_TRUE(is_srgb(profile(with_curve(table(1024)))));
  EXPECT_TRUE(is_srgb(profile(with_curve(formula()))));
}

TEST(SrgbProfile, IsNotKnownByItsName) {
  EXPECT_FALSE(is_srgb(profile_of_libvips("p3")));
  EXPECT_FALSE(is_srgb(profile_of_libvips("cmyk")));
  for (const double gamma : {1.0, 1.8, 2.2, 2.4}) {
    EXPECT_FALSE(is_srgb(profile(with_curve(power(gamma), "sRGB IEC61966-2.1")))) << gamma;
  }
  auto wide = with_curve(table(1024), "sRGB IEC61966-2.1");
  wide[2].second = xyz(0.2919, 0.692, 0.0419);  // Display P3's green
  EXPECT_FALSE(is_srgb(profile(wide)));
  auto tables = with_curve(table(1024), "sRGB v4 ICC preference");
  tables.emplace_back("A2B0", "mft2");
  EXPECT_FALSE(is_srgb(profile(tables)));
}

TEST(SrgbProfile, IsNotWhatIsCutOrFlipped) {
  const std::string whole = profile(with_curve(formula()));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    (void)is_srgb(whole.substr(0, length));
    std::string flipped = whole;
    flipped[length] = static_cast<char>(~flipped[length]);
    (void)is_srgb(flipped);
  }
  EXPECT_FALSE(is_srgb(""));
  EXPECT_FALSE(is_srgb(whole.substr(0, 300)));
}

}  // namespace
}  // namespace likeness
