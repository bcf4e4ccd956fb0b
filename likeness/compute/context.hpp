// What oneDNN computes with beside the operands. One for each thread that computes: whatever is
// made with it is used by one thread at a time, and computes on that thread alone.
#pragma once

#include <cstddef>
#include <memory>

#include "likeness/compute/tensor.hpp"

namespace likeness {

class Context {
 public:
  Context();
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  Context(Context&&) = delete;
  Context& operator=(Context&&) = delete;

  // Memory for the time of one call, shared by all that is made with this context: at least the
  // most that was ever asked for.
  void need_scratch(std::size_t bytes);
  [[nodiscard]] std::byte* scratch() const noexcept { return scratch_.data(); }

  struct Library;  // oneDNN's engine and stream
  [[nodiscard]] Library& library() const noexcept { return *library_; }

 private:
  std::unique_ptr<Library> library_;
  AlignedBuffer scratch_;
};

}  // namespace likeness
