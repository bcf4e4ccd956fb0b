// What computes here, for whoever wonders why one machine is faster than another.
#pragma once

#include <string>
#include <vector>

namespace likeness {

// Of oneDNN, as it is loaded: "2.6.3".
[[nodiscard]] std::string onednn_version();

// The newest instructions that oneDNN makes code of here, by its own name: "avx512_core_bf16".
// ONEDNN_MAX_CPU_ISA lowers it.
[[nodiscard]] std::string onednn_instructions();

// What the processor has of what our own and oneDNN's kernels ask for: "avx2", "fma", "avx512f".
[[nodiscard]] std::vector<std::string> processor_features();

}  // namespace likeness
