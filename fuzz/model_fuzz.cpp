// Any bytes as a model: one Error, or one whose parameters and parts fit its network.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "fuzz/forged_tensors.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/model.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_forged(std::as_bytes(std::span(data, size)), [](std::span<const std::byte> bytes) {
    const likeness::Model model = likeness::read_model(bytes, "fuzz");
    std::size_t parameters = 0;
    for (const auto& parameter : parameters_of(model.network)) parameters += parameter.size();
    if (parameters != model.parameters.size()) std::abort();
    if (encoder_parameters(model.network, model.parameters).size() > parameters) std::abort();
    const std::size_t weights = number_weights(model.parts).size();
    if (weights != 0 && weights != model.network.latent_size()) std::abort();
  });
  return 0;
}
