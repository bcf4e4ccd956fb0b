// oneDNN 2.6 (Debian 12) and 3.x (Debian 13) as one interface: the only place that tells them
// apart. Private to this module: whoever includes it includes oneDNN.
#pragma once

#include <omp.h>

#include <array>
#include <dnnl.hpp>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "likeness/compute/context.hpp"
#include "likeness/compute/weight_layout.hpp"

namespace likeness {

struct Context::Library {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
};

}  // namespace likeness

namespace likeness::onednn {

// oneDNN asks OpenMP how many threads there are, when a primitive is made and when it runs. To be
// the same for every number of threads, what we compute runs on one; who wants more has more
// contexts.
class OnOneThread {
 public:
  OnOneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }  // of this thread
  ~OnOneThread() { omp_set_num_threads(before_); }
  OnOneThread(const OnOneThread&) = delete;
  OnOneThread& operator=(const OnOneThread&) = delete;
  OnOneThread(OnOneThread&&) = delete;
  OnOneThread& operator=(OnOneThread&&) = delete;

 private:
  int before_;
};

// For AVX-512 oneDNN 3.7 prefers kernels of small matrix products (brgconv). With pictures as small
// as ours its older kernel (jit) takes as long at most, and often half of that (docs/training.md).
// 2.6 and AVX2 have nothing to mend, and what is made for AMX stays.
template <typename Describe>
auto with_faster_kernel(const Describe& describe) {
  auto description = describe();
#if DNNL_VERSION_MAJOR >= 3
  // "jit_bf16:avx512_core_bf16", "brg_conv_bwd:avx512_core+brgconv_1x1:avx512_core"
  const auto is = [&](std::string_view kernel) {
    const std::string_view name = description.impl_info_str();
    return name.starts_with(kernel) && name.find("avx512_core") != name.npos &&
           name.find("amx") == name.npos;
  };
  if (!is("brgconv") && !is("brg_conv")) return description;
  while (!is("jit:") && !is("jit_bf16:")) {
    if (!description.next_impl()) return describe();
  }
#endif
  return description;
}

// `what` a forward primitive computes: its kind, its operands and its geometry, in oneDNN's order.
template <typename Primitive, typename... What>
typename Primitive::primitive_desc describe_forward(const dnnl::engine& engine,
                                                    const dnnl::primitive_attr& attributes,
                                                    const What&... what) {
#if DNNL_VERSION_MAJOR >= 3
  return with_faster_kernel(
      [&] { return typename Primitive::primitive_desc(engine, what..., attributes); });
#else
  return {typename Primitive::desc(what...), attributes, engine};
#endif
}

// The same of a backward primitive, which is told its forward one.
template <typename Primitive, typename Forward, typename... What>
typename Primitive::primitive_desc describe_backward(const dnnl::engine& engine,
                                                     const dnnl::primitive_attr& attributes,
                                                     const Forward& forward, const What&... what) {
#if DNNL_VERSION_MAJOR >= 3
  return with_faster_kernel(
      [&] { return typename Primitive::primitive_desc(engine, what..., forward, attributes); });
#else
  return {typename Primitive::desc(what...), attributes, engine, forward};
#endif
}

inline dnnl::post_ops relu_after_it() {
  dnnl::post_ops operations;
#if DNNL_VERSION_MAJOR >= 3
  operations.append_eltwise(dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
#else
  operations.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
#endif
  return operations;
}

// The names of what oneDNN may make code of.
inline constexpr auto kInstructions = std::to_array<std::pair<dnnl_cpu_isa_t, const char*>>({
    {dnnl_cpu_isa_sse41, "sse41"},
    {dnnl_cpu_isa_avx, "avx"},
    {dnnl_cpu_isa_avx2, "avx2"},
    {dnnl_cpu_isa_avx2_vnni, "avx2_vnni"},
    {dnnl_cpu_isa_avx512_core, "avx512_core"},
    {dnnl_cpu_isa_avx512_core_vnni, "avx512_core_vnni"},
    {dnnl_cpu_isa_avx512_core_bf16, "avx512_core_bf16"},
    {dnnl_cpu_isa_avx512_core_amx, "avx512_core_amx"},
#if DNNL_VERSION_MAJOR >= 3
    {dnnl_cpu_isa_avx2_vnni_2, "avx2_vnni_2"},
    {dnnl_cpu_isa_avx512_core_fp16, "avx512_core_fp16"},
    {dnnl_cpu_isa_avx512_core_amx_fp16, "avx512_core_amx_fp16"},
#endif
});

// Where that memory keeps each value of a plain tensor.
inline WeightLayout layout_of(const dnnl::memory::desc& memory) {
#if DNNL_VERSION_MAJOR >= 3
  const bool is_blocked = memory.get_format_kind() == dnnl::memory::format_kind::blocked;
  const auto sizes = memory.get_dims();
  const auto strides = memory.get_strides();
  const auto block_sizes = memory.get_inner_blks();
  const auto block_dimensions = memory.get_inner_idxs();
#else
  using Numbers = dnnl::memory::dims;
  const bool is_blocked = memory.data.format_kind == dnnl_blocked;
  const auto& it = memory.data.format_desc.blocking;
  const Numbers sizes(memory.data.dims, memory.data.dims + memory.data.ndims);
  const Numbers strides(it.strides, it.strides + memory.data.ndims);
  const Numbers block_sizes(it.inner_blks, it.inner_blks + it.inner_nblks);
  const Numbers block_dimensions(it.inner_idxs, it.inner_idxs + it.inner_nblks);
#endif
  if (!is_blocked)
    throw std::logic_error("oneDNN wants weights in a layout that it does not describe");
  return {.sizes = {sizes.begin(), sizes.end()},
          .strides = {strides.begin(), strides.end()},
          .block_sizes = {block_sizes.begin(), block_sizes.end()},
          .block_dimensions = {block_dimensions.begin(), block_dimensions.end()}};
}

}  // namespace likeness::onednn
