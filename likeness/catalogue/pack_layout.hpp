// The numbers that the writer and the reader of packs share. pack_writer.cpp explains them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "likeness/catalogue/resize.hpp"

namespace likeness::pack_layout {

inline constexpr std::string_view kMagic = "likepack";
inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::uint32_t kChannels = 3;
inline constexpr std::size_t kHeaderBytes = 64;
inline constexpr std::size_t kEntryBytes = 40;
inline constexpr std::uint32_t kMaxSide = 16'384;
inline constexpr std::size_t kMaxKeyBytes = 255;      // the longest file name there is
inline constexpr std::size_t kMaxSourceBytes = 4096;  // the longest path there is

}  // namespace likeness::pack_layout
