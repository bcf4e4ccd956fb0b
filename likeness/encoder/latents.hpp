// Latents: what a model makes of pictures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "likeness/base/thread_pool.hpp"
#include "likeness/encoder/inference.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/encoder/pictures.hpp"

namespace likeness {

// The layers up to the latent: what embedding needs.
[[nodiscard]] Network encoder_of(const Network& network);
// The parameters of encoder_of(network) are the first of the network's.
[[nodiscard]] std::span<const float> encoder_parameters(const Network& network,
                                                        std::span<const float> parameters);

// A model made ready to embed pictures; the latents are the same for every number of threads.
class Embedder {
 public:
  // So many pictures at a time keep some threads at work.
  static constexpr std::size_t kBlock = 512;

  Embedder(const Model& model, Precision precision, std::size_t threads);

  // (N, D) floats, valid until the next call: as the network gives them, and with their parts
  // weighted, as they are stored and compared. Its threads look for larger pictures, if they are
  // told how.
  [[nodiscard]] std::span<const float> unweighted(PicturesView pictures,
                                                  const FindLarger& find_larger = {});
  [[nodiscard]] std::span<const float> weighted(PicturesView pictures,
                                                const FindLarger& find_larger = {});

 private:
  std::size_t dimensions_;
  std::vector<float> weights_;  // of each number; empty: all alike
  ThreadPool pool_;
  Inference inference_;
  std::vector<float> latents_;
};

struct LookingOptions {
  OnRead on_read{};
  FindLarger find_larger{};  // none: there is nothing larger
  std::stop_token stop{};
};

// Some of many pictures, which outlive it, and how to look at them.
struct PictureSample {
  Pictures pictures;
  LookingOptions options;
};
// So many at most, evenly spread.
[[nodiscard]] PictureSample sample_of(const Pictures& pictures, std::size_t most,
                                      const LookingOptions& options);

// (N, D) floats, row i for pictures[i], weighted. Error::kUnavailable when stopped.
[[nodiscard]] std::vector<float> embed(const Model& model, const Pictures& pictures,
                                       Precision precision, std::size_t threads,
                                       const LookingOptions& options = {});

// The model's parts with the spreads that they have over these pictures, or over 1,000 of them.
// Error::kUnavailable when stopped.
[[nodiscard]] std::vector<Part> measure_spreads(const Model& model, const Pictures& pictures,
                                                Precision precision, std::size_t threads,
                                                const LookingOptions& options = {});

// The same, and of pictures with little colour or none the colour part counts less, or nothing.
[[nodiscard]] std::vector<Part> measure_parts(const Model& model, const Pictures& pictures,
                                              Precision precision, std::size_t threads,
                                              const LookingOptions& options = {});

}  // namespace likeness
