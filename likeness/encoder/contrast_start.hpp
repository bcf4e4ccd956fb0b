// What learning by contrast starts from: what is found in the pictures before any training.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "likeness/base/thread_pool.hpp"
#include "likeness/encoder/network.hpp"
#include "likeness/encoder/pictures.hpp"
#include "likeness/encoder/views.hpp"

namespace likeness {

// What a teacher, another model, sees in the pictures at these positions, at least one: (positions,
// numbers).
using TeacherLook = std::function<std::vector<float>(std::span<const std::size_t> positions)>;

inline constexpr std::size_t kUsuallyAlike = 5;  // neighbours
inline constexpr std::size_t kPicturesForOneAlike = 100;
// There is one for every hundred pictures at most: in a small catalogue the fifth nearest is
// nothing like it.
[[nodiscard]] constexpr std::size_t alike_among(std::size_t pictures,
                                                std::size_t most = kUsuallyAlike) {
  return std::min(most, pictures / kPicturesForOneAlike);
}

// docs/quality.md says what else was tried.
struct ContrastOptions {
  float temperature = 0.2F;
  // A picture's partner is itself or one of so many neighbours at most, each as often.
  std::size_t alike = kUsuallyAlike;
  ViewLimits views{};
  // A contrast needs many pictures at once: a step has so many pairs for each picture of a batch.
  std::size_t pairs_for_one = 2;
  // And costs less a picture than the decoder, which learns to reconstruct one in so many.
  std::size_t pairs_for_one_decoded = 8;
  // With one, pictures are alike that lie near each other by it and by shape together.
  TeacherLook teacher{};
};

struct ContrastStart {
  // All parameters: drawn from the seed, but for those of the classic parts, which are fitted.
  std::vector<float> parameters;
  // (pictures, alike): for each position its nearest others by shape, as places in `positions`. One
  // that does not have the picture among its own nearest is left out, for that is a crowd's middle;
  // the picture itself stands for it, and for all of those that were not looked for.
  std::vector<std::size_t> neighbours;
  std::size_t alike = 0;
};

// Looks at no more than 50,000 of the pictures, evenly spread. Error::kInput for fewer than a
// teacher needs.
[[nodiscard]] ContrastStart start_contrast(const Network& parts_network, const ChosenPictures& from,
                                           const ContrastOptions& options, std::uint64_t seed,
                                           ThreadPool& pool);

}  // namespace likeness
