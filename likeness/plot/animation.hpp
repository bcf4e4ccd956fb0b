// The pictures of a training's epochs as one animation: eight a second, the last one held.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "likeness/catalogue/image.hpp"

namespace likeness {

inline constexpr std::size_t kMostFrames = 48;  // 6 seconds; and memory has a bound

// Which of `count` pictures an animation shows where there are more than `most`: the first, the
// last, and others between them, ascending, denser at the beginning, where most happens.
[[nodiscard]] std::vector<std::size_t> frames_to_show(std::size_t count,
                                                      std::size_t most = kMostFrames);

// At least one frame, at most kMostFrames, all of one size; repeated for ever.
[[nodiscard]] std::vector<std::byte> animated_gif(std::span<const Image> frames);
[[nodiscard]] std::vector<std::byte> animated_webp(std::span<const Image> frames);

}  // namespace likeness
