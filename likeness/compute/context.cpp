#include "likeness/compute/context.hpp"

#include "likeness/compute/onednn.hpp"

namespace likeness {

Context::Context() : library_(std::make_unique<Library>()) {}
Context::~Context() = default;

void Context::need_scratch(std::size_t bytes) {
  if (scratch_.size() < bytes) scratch_ = AlignedBuffer(bytes);
}

}  // namespace likeness
