// The training loop allocates nothing after its first steps. oneDNN's library allocates a few bytes
// for the arguments of each call, which no caller can avoid: only what our code, and the library's
// headers compiled into it, ask for is counted.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string_view>

#include "likeness/base/random.hpp"
#include "likeness/compute/convolution.hpp"
#include "likeness/encoder/trainer.hpp"
#include "tests/encoder/picture_shapes.hpp"

namespace {

// The test's main thread and the one that gathers batches both count.
std::atomic<std::size_t> own_allocations{0};
std::atomic<std::size_t> library_allocations{0};

bool is_in_onednn(const void* code) {
  Dl_info place{};
  return dladdr(code, &place) != 0 && place.dli_fname != nullptr &&
         std::string_view(place.dli_fname).find("libdnnl") != std::string_view::npos;
}

// Below, memory is managed by hand: that is what these functions are.
// NOLINTBEGIN(cppcoreguidelines-owning-memory,cppcoreguidelines-no-malloc)
void* allocate(std::size_t bytes, std::size_t alignment, const void* caller) {
  ++(is_in_onednn(caller) ? library_allocations : own_allocations);
  const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  void* memory = std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t bytes) {
  return allocate(bytes, __STDCPP_DEFAULT_NEW_ALIGNMENT__, __builtin_return_address(0));
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocate(bytes, static_cast<std::size_t>(alignment), __builtin_return_address(0));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
// NOLINTEND(cppcoreguidelines-owning-memory,cppcoreguidelines-no-malloc)

namespace likeness {
namespace {

constexpr std::size_t kBatch = 8;
constexpr std::size_t kSmallPictures = 101;  // the last batch of an epoch is a smaller one

class TrainingAllocations : public testing::TestWithParam<Precision> {
 protected:
  TrainingAllocations() : bytes_(kSmallPictures * kSmallPicture.size()) {
    Random random(3);
    for (auto& byte : bytes_) byte = static_cast<std::uint8_t>(random.below(256));
    for (std::size_t i = 0; i < kSmallPictures; ++i) {
      pictures_.emplace_back(
          std::span(bytes_).subspan(i * kSmallPicture.size(), kSmallPicture.size()));
    }
  }

  void SetUp() override {
    if (GetParam() == Precision::kBf16 && !has_fast_bf16())
      GTEST_SKIP() << "this processor multiplies no BF16";
  }

  // How many of our allocations lie between the third step of an epoch and its last.
  std::size_t counted(const Network& network) {
    Trainer trainer(network, pictures_,
                    {.batch = kBatch, .epochs = 2, .patience = 9, .precision = GetParam()});
    trainer.run_epoch([](std::size_t, std::size_t) {});  // makes what the last batch needs
    std::size_t before = 0;
    std::size_t after = 0;
    trainer.run_epoch([&](std::size_t seen, std::size_t) {
      after = own_allocations;
      if (seen <= 3 * kBatch) before = after;
    });
    return after - before;
  }

 private:
  std::vector<std::uint8_t> bytes_;
  Pictures pictures_;
};

TEST_P(TrainingAllocations, AreNoneAfterTheFirstSteps) {
  EXPECT_EQ(counted(compact_network(kSmallPicture, 5)), 0U);
  EXPECT_EQ(counted(xception_network(kSmallPicture, 5)), 0U);
}

TEST(AllocationCounter, SeesWhatIsAllocated) {
  const std::size_t before = own_allocations;
  const auto values = std::make_unique<std::vector<float>>(100);
  EXPECT_EQ(own_allocations, before + 2);
  const std::size_t library_before = library_allocations;
  Context context;
  const Convolution convolution(context, {.in = kSmallPicture, .out = kSmallPicture, .kernel = 1},
                                Precision::kF32, Precision::kF32, Use::kInference);
  EXPECT_GT(library_allocations, library_before);
}

INSTANTIATE_TEST_SUITE_P(Precisions, TrainingAllocations,
                         testing::Values(Precision::kF32, Precision::kBf16));

}  // namespace
}  // namespace likeness
