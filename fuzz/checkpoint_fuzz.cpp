// Any bytes as the checkpoint of a small training: one Error, or a state that it can go on from.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "fuzz/forged_tensors.hpp"
#include "likeness/encoder/checkpoint.hpp"
#include "likeness/encoder/network.hpp"

namespace {

// The one whose checkpoints the corpus holds.
likeness::Network small_network() {
  likeness::NetworkBuilder b("small", {.c = 3, .h = 2, .w = 2});
  const auto latent = b.dense(b.reshape(0, {.c = 12}), 1);
  (void)b.sigmoid(b.reshape(b.dense(latent, 12), {.c = 3, .h = 2, .w = 2}));
  return std::move(b).finish(latent);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const likeness::Network network = small_network();
  read_forged(std::as_bytes(std::span(data, size)), [](std::span<const std::byte> bytes) {
    const auto checkpoint = likeness::read_checkpoint(bytes, "fuzz", network);
    const auto& state = checkpoint.state;
    if (state.first_moment.size() != trained_parameters(network)) std::abort();
    if (state.second_moment.size() != state.first_moment.size()) std::abort();
    if (state.best_epoch < 1 || state.best_epoch > state.history.size()) std::abort();
  });
  return 0;
}
