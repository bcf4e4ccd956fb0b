// A model made of a pretrained encoder and of pictures, without training.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "likeness/base/thread_pool.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/encoder/pictures.hpp"
#include "likeness/encoder/pretrained.hpp"

namespace likeness {

struct PretrainedModelOptions {
  std::size_t latent = 128;
  bool alone = false;  // without our own parts for shape and colour
  std::uint64_t seed = 1;
};

inline constexpr const char* kPretrainedPart = "pretrained";
inline constexpr const char* kPretrainedNetwork = "pretrained";  // its name

// Its latent is what the encoder gives along the principal components of what it gives for the
// pictures, of length 1; beside it, unless it is to be alone, the classic parts of parts_network().
// It has no decoder, and no name yet. At most kMostViewed of the pictures are looked at, evenly
// spread. Error::kInput for fewer numbers than the parts need, or more than the encoder gives, and
// errors as of PretrainedSession.
[[nodiscard]] Model model_around(const std::shared_ptr<const PretrainedEncoder>& encoder,
                                 const Shape& picture, const ChosenPictures& pictures,
                                 const PretrainedModelOptions& options, ThreadPool& pool);

}  // namespace likeness
