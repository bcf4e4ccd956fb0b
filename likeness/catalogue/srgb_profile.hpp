// Is an ICC profile's colour space sRGB? Nearly every profile in a catalogue says so at length, and
// converting such a picture would be most of the work for nothing.
#pragma once

#include <cstddef>
#include <span>

namespace likeness {

// Judges what the profile does and not what it is called: its primaries (ICC.1:2010, 9.2) and its
// curves must give sRGB's colours, to a level of 255. "No" also for what is not understood: that
// costs only time, for the colours are then converted to what they were.
[[nodiscard]] bool is_srgb_profile(std::span<const std::byte> profile);

}  // namespace likeness
