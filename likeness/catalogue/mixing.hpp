// The inner loops of resizing, in integers: the same bytes from every vector unit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "likeness/catalogue/triangle_filter.hpp"

namespace likeness {

// The weighted sum of rows of bytes, mixed.size() of them a row, with kFractionBits behind the
// point. The first of weights.size() rows begins at `rows`, the others lie behind it.
void mix_rows(const std::uint8_t* rows, std::span<const std::int16_t> weights,
              std::span<std::int16_t> mixed) noexcept;

// For mix_columns: what the filter's weights come in multiples of, and as many samples may be read
// after the end of a row.
inline constexpr std::size_t kColumnMultiple = 8;

// The weighted sums of a row's samples, one a new column; the bits behind the point stay.
void mix_columns(const std::int16_t* row, const TriangleFilter& columns,
                 std::int16_t* mixed) noexcept;

// JFIF's YCbCr to interleaved RGB bytes (ITU-R BT.601, full range). The planes are of equal length
// and have kFractionBits behind the point.
void mix_colours(std::span<const std::int16_t> y, std::span<const std::int16_t> cb,
                 std::span<const std::int16_t> cr, std::uint8_t* rgb) noexcept;

}  // namespace likeness
