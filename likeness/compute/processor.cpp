#include "likeness/compute/processor.hpp"

#include <cstdint>

#include "likeness/compute/onednn.hpp"

namespace likeness {

std::string onednn_version() {
  const dnnl_version_t& version = *dnnl_version();
  return std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
         std::to_string(version.patch);
}

std::string onednn_instructions() {
  const dnnl_cpu_isa_t isa = dnnl_get_effective_cpu_isa();
  for (const auto& [value, name] : onednn::kInstructions) {
    if (value == isa) return name;
  }
  return "unnamed instructions " + std::to_string(static_cast<std::uint32_t>(isa));
}

std::vector<std::string> processor_features() {
  const auto all = std::to_array<std::pair<const char*, bool>>({
      {"sse4.2", __builtin_cpu_supports("sse4.2") != 0},
      {"avx", __builtin_cpu_supports("avx") != 0},
      {"avx2", __builtin_cpu_supports("avx2") != 0},
      {"fma", __builtin_cpu_supports("fma") != 0},
      {"avx512f", __builtin_cpu_supports("avx512f") != 0},
      {"avx512bw", __builtin_cpu_supports("avx512bw") != 0},
      {"avx512vnni", __builtin_cpu_supports("avx512vnni") != 0},
      {"avx512bf16", __builtin_cpu_supports("avx512bf16") != 0},
  });
  std::vector<std::string> features;
  for (const auto& [name, is_there] : all) {
    if (is_there) features.emplace_back(name);
  }
  return features;
}

}  // namespace likeness
