// A pretrained encoder: a network of somebody else's that gives a vector for a picture, such as
// CLIP, DINOv2 or MobileNet. What it is and what it wants to see; and running it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/catalogue/descriptors.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/catalogue/resize.hpp"
#include "likeness/encoder/onnx_graph.hpp"
#include "likeness/encoder/onnx_runtime.hpp"

namespace likeness {

inline constexpr std::size_t kMostPretrainedNumbers = 4096;  // as principal components allow
inline constexpr int kLargestPretrainedSide = 2048;          // of the pictures, in pixels

enum class PixelOrder {
  kPlanes,  // (N, 3, H, W)
  kPixels,  // (N, H, W, 3)
};

struct PretrainedEncoder {
  std::vector<std::byte> onnx;  // its file
  std::string input;            // the names of what it reads and gives
  std::string output;
  std::size_t numbers = 0;  // of its vector
  Size size{};              // of the pictures that it looks at
  Fit fit = Fit::kPad;      // how ours become so large
  PixelOrder order = PixelOrder::kPlanes;
  OnnxType type =
      OnnxType::kF32;  // bytes are given as they are, F32 as (v / 255 - mean) / deviation
  std::array<float, 3> mean{0.0F, 0.0F, 0.0F};  // of red, green and blue
  std::array<float, 3> deviation{1.0F, 1.0F, 1.0F};
  bool one_by_one = false;  // it takes no more than a picture at a time
  bool originals = false;   // it looks at items' files, where they have more pixels than the shop
};

// As large as a picture of this shape may be so that the encoder sees each of its pixels.
[[nodiscard]] Size largest_seen(const PretrainedEncoder& encoder, Size picture);

// Without its file.
[[nodiscard]] Json to_json(const PretrainedEncoder& encoder);
// Read as hostile: Error::kCorrupt, naming the source, for what cannot be.
[[nodiscard]] PretrainedEncoder pretrained_from_json(const Json& json, const std::string& source);

// Several threads may use one at once.
class PretrainedSession {
 public:
  // Errors as of OnnxSession.
  PretrainedSession(const PretrainedEncoder& encoder, const std::string& source);

  // (N, numbers), from N pictures, each of a size of its own. Error::kInput where it gives
  // something else than it promised.
  void describe(std::span<const PixelView> pictures, std::span<float> out) const;
  // What it gives for them, however many numbers that are.
  [[nodiscard]] std::vector<float> look_at(std::span<const PixelView> pictures) const;

 private:
  OnnxSession session_;
  std::string source_;
  PretrainedEncoder encoder_;                       // without its file
  std::array<std::array<float, 256>, 3> values_{};  // of each byte of each colour
};

}  // namespace likeness
