// Every kind of layout that oneDNN asks for, on channel counts that no block divides, against where
// the definition puts each value.
#include "likeness/compute/weight_layout.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "likeness/compute/isa.hpp"

namespace likeness {
namespace {

using Sizes = std::vector<std::size_t>;

std::size_t product(const Sizes& sizes) {
  std::size_t values = 1;
  for (const std::size_t size : sizes) values *= size;
  return values;
}

// A layout by name, as oneDNN writes it: capitals are dimensions that are cut into blocks, and
// numbers the blocks. "ABcd16b16a" of 21x18x3x3 are 2x2x3x3 blocks of 16x16.
using Named = std::pair<std::string, Sizes>;

std::size_t letter(char c) { return static_cast<std::size_t>(c < 'a' ? c - 'A' : c - 'a'); }

WeightLayout layout_of(const Named& named) {
  const auto& [name, sizes] = named;
  WeightLayout layout{
      .sizes = sizes, .strides = Sizes(sizes.size()), .block_sizes = {}, .block_dimensions = {}};
  const std::size_t digits = std::min(name.find_first_of("0123456789"), name.size());
  Sizes counts = sizes;
  std::size_t values = 1;
  std::size_t size = 0;
  for (const char c : name.substr(digits)) {
    if (c >= '0' && c <= '9') {
      size = size * 10 + static_cast<std::size_t>(c - '0');
      continue;
    }
    const std::size_t block = std::max<std::size_t>(std::exchange(size, 0), 1);
    layout.block_sizes.push_back(block);
    layout.block_dimensions.push_back(letter(c));
    values *= block;
  }
  for (std::size_t b = layout.block_sizes.size(); b-- > 0;) {
    std::size_t& count = counts[layout.block_dimensions[b]];
    count = (count + layout.block_sizes[b] - 1) / layout.block_sizes[b];
  }
  for (std::size_t i = digits; i-- > 0;) {
    layout.strides[letter(name[i])] = values;
    values *= counts[letter(name[i])];
  }
  return layout;
}

std::size_t laid_values(const WeightLayout& layout) {
  Sizes covered(layout.sizes.size(), 1);
  for (std::size_t b = 0; b < layout.block_sizes.size(); ++b)
    covered[layout.block_dimensions[b]] *= layout.block_sizes[b];
  std::size_t values = 1;
  for (std::size_t d = 0; d < covered.size(); ++d)
    values *= (layout.sizes[d] + covered[d] - 1) / covered[d] * covered[d];
  return values;
}

// Where the plain tensor's value `i` lies, by the definition.
std::size_t place_of(const WeightLayout& layout, std::size_t i) {
  Sizes index(layout.sizes.size());
  for (std::size_t d = layout.sizes.size(); d-- > 0; i /= layout.sizes[d])
    index[d] = i % layout.sizes[d];
  std::size_t place = 0;
  std::size_t stride = 1;
  for (std::size_t b = layout.block_sizes.size(); b-- > 0;) {
    std::size_t& rest = index[layout.block_dimensions[b]];
    place += rest % layout.block_sizes[b] * stride;
    rest /= layout.block_sizes[b];
    stride *= layout.block_sizes[b];
  }
  for (std::size_t d = 0; d < index.size(); ++d) place += index[d] * layout.strides[d];
  return place;
}

// What oneDNN 2.6 and 3.7 choose for AVX-512 with and without BF16, AVX2 and SSE4.1, and plain
// ones.
const std::vector<Named> kLayouts{
    {"ABcd16b16a", {21, 18, 3, 3}},    {"ABcd16a16b", {35, 19, 4, 4}},
    {"BAcd16a16b", {35, 19, 4, 4}},    {"BAcd16b16a", {17, 33, 1, 1}},
    {"ABcd8b8a", {21, 18, 3, 3}},      {"BAcd8a8b", {9, 23, 1, 1}},
    {"Acdb16a", {37, 3, 4, 4}},        {"Acdb8a", {37, 3, 5, 5}},
    {"Abcd16a", {37, 1, 3, 3}},        {"Abcde16a", {37, 1, 1, 3, 3}},
    {"Abcde8a", {37, 1, 1, 3, 3}},     {"aBCde16c16b", {3, 19, 21, 3, 3}},
    {"ABcd8b16a2b", {21, 19, 3, 3}},   {"ABcd16b16a2b", {35, 67, 3, 3}},
    {"BAcd8a16b2a", {35, 19, 4, 4}},   {"ABcd8a16b2a", {35, 19, 4, 4}},
    {"AcdB16b16a2b", {21, 37, 1, 1}},  {"AcdB8b64a2b", {70, 19, 3, 3}},
    {"AcdB16b48a2b", {100, 65, 1, 1}}, {"Acdb64a", {70, 19, 3, 3}},
    {"BcdA16a64b2a", {33, 67, 2, 2}},  {"aBdeC8c16b2c", {3, 19, 21, 3, 3}},
    {"ABcd16b16a", {32, 48, 3, 3}},    {"abcd", {21, 18, 3, 3}},
    {"cdba", {21, 18, 3, 3}},          {"acdb", {21, 18, 3, 3}},
    {"decab", {3, 7, 5, 3, 3}},        {"ABcd16b16a", {1, 1, 1, 1}},
    {"ABcd16b16a", {512, 44, 1, 1}}};

// Each with a number of its own, which BF16 holds exactly: 8 bits and a power of two.
std::vector<float> different_values(std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] =
        std::ldexp(static_cast<float>(128 + i % 128), static_cast<int>(i / 128 % 200) - 100);
  return values;
}

TEST(WeightCopy, PutsEachValueWhereTheLayoutKeepsIt) {
  for (const auto& named : kLayouts) {
    SCOPED_TRACE(named.first);
    const auto layout = layout_of(named);
    const WeightCopy copy(layout);
    const auto plain = different_values(product(named.second));
    const std::size_t values = laid_values(layout);
    std::vector<float> expected(values, 0.0F);  // what stays is padding
    for (std::size_t i = 0; i < plain.size(); ++i) expected.at(place_of(layout, i)) = plain[i];

    std::vector<float> laid(values, -1.0F);
    copy.lay(plain.data(), laid.data());
    EXPECT_EQ(laid, expected);
    std::vector<std::uint16_t> narrow(values, 1);
    copy.lay(plain.data(), narrow.data());
    for (std::size_t i = 0; i < values; ++i)
      ASSERT_EQ(narrow[i], std::bit_cast<std::uint32_t>(expected[i]) >> 16U) << i;
    std::vector<float> taken(plain.size(), -1.0F);
    copy.take(laid.data(), taken.data());
    EXPECT_EQ(taken, plain);
  }
}

TEST(WeightCopy, RoundsToTheNearestBf16AndToEvenBetweenTwo) {
  const std::vector<std::pair<std::uint32_t, std::uint16_t>> cases{
      {0x3f808000U, 0x3f80}, {0x3f818000U, 0x3f82}, {0x3f808001U, 0x3f81}, {0xbf807fffU, 0xbf80},
      {0x7f7fffffU, 0x7f80}, {0x7f800000U, 0x7f80}, {0xffffffffU, 0xffff}, {0x7f800001U, 0x7fc0},
      {0x80000000U, 0x8000}, {0x00008001U, 0x0001}};
  const WeightCopy copy({.sizes = {1}, .strides = {1}, .block_sizes = {}, .block_dimensions = {}});
  for (const auto& [bits, rounded] : cases) {
    const auto value = std::bit_cast<float>(bits);
    std::uint16_t laid = 0;
    copy.lay(&value, &laid);
    EXPECT_EQ(laid, rounded) << std::hex << bits;
  }
}

TEST(Isa, HasBf16WithWhateverComesOnTop) {
  for (const std::uint32_t with : {0xe7U, 0x3e7U, 0x1efU, 0xfefU, 0x1fefU, 0x11efU}) {
    EXPECT_TRUE(multiplies_bf16(with)) << std::hex << with;
  }
  // SSE4.1, AVX, AVX2, with VNNI of 2.6 and of 3.x, with its second part, Xeon Phi, AVX-512, with
  // VNNI.
  for (const std::uint32_t without : {0x1U, 0x3U, 0x7U, 0x407U, 0xfU, 0x1fU, 0x27U, 0x67U, 0x0U}) {
    EXPECT_FALSE(multiplies_bf16(without)) << std::hex << without;
  }
}

}  // namespace
}  // namespace likeness
