// Draws a catalogue of clothes to try everything on without a download. Its tags are known, and so
// are its duplicates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>

#include "likeness/base/json.hpp"
#include "likeness/base/parallel.hpp"

namespace likeness {

inline constexpr std::size_t kMaxSampleCount = 999'999;

struct SampleOptions {
  std::size_t count = 2000;  // up to kMaxSampleCount
  std::uint64_t seed = 1;
  std::size_t threads = available_threads();
  std::stop_token stop = {};
  std::function<void(std::size_t)> on_progress =
      nullptr;  // pictures written since the last call; any thread
};

struct SampleReport {
  std::size_t pictures = 0;
  std::size_t exact_duplicates = 0;  // the same bytes under another key
  std::size_t near_duplicates = 0;   // re-encoded, of another size, or slightly cropped
  std::size_t removed = 0;           // pictures of a larger sample that was here before
};

// Writes FOLDER/000001.jpg and so on, 240x320, and FOLDER/tags.csv with the columns key, category,
// cut, colour, pattern, shadow, duplicate (exact, near or nothing), duplicate_of (a key) and change
// (re-encoded, scaled or cropped). The same seed gives the same bytes, and a smaller count the
// first of the same pictures.
// The folder must be new, empty, or hold a sample, which is then replaced, also one that was
// interrupted; other files in it are left alone. Else Error::kInput. RequestError for a count of 0
// or above kMaxSampleCount, Error::kUnavailable when stopped.
SampleReport draw_sample(const std::filesystem::path& folder, const SampleOptions& options);

[[nodiscard]] Json to_json(const SampleReport& report);

}  // namespace likeness
