// Any bytes as safetensors: one Error, or tensors that together are no larger than the file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "fuzz/forged_tensors.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_forged(std::as_bytes(std::span(data, size)), [](std::span<const std::byte> bytes) {
    const likeness::TensorFile file = likeness::read_tensors(bytes, "fuzz");
    std::size_t together = 0;
    for (const auto& tensor : file.tensors) {
      together += tensor.values.size() * sizeof(float);
      if (&file.tensor(tensor.name, "fuzz") != &tensor) std::abort();
    }
    if (together > bytes.size()) std::abort();
  });
  return 0;
}
