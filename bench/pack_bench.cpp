// Packs a folder of pictures and opens the pack: rate, processor time and memory.
//   pack_bench FOLDER [THREADS [REPEATS]]
// The first run reads from the disk; quote the median of the later ones, which read from memory.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "likeness/base/file.hpp"
#include "likeness/catalogue/find_pictures.hpp"
#include "likeness/catalogue/pack.hpp"
#include "likeness/catalogue/pack_pictures.hpp"

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double processor_seconds(const rusage& use) {
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

rusage resource_use() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return use;
}

void measure(const std::filesystem::path& folder, std::size_t threads) {
  using Clock = std::chrono::steady_clock;
  const auto pack_file = std::filesystem::temp_directory_path() / "pack_bench.pack";
  const double processor_before = processor_seconds(resource_use());
  const auto start = Clock::now();
  const std::vector<std::filesystem::path> folders = {folder};
  const auto found = likeness::find_pictures(folders);
  const double finding = seconds_since(start);
  const auto report = likeness::pack_pictures(
      found.sources, {.find = [](std::string_view) { return std::nullopt; }, .has_pixels = nullptr},
      [](const likeness::Choice&) {}, {.threads = threads}, pack_file);
  const double whole = seconds_since(start);
  const rusage use = resource_use();
  const double processor = processor_seconds(use) - processor_before;
  const auto opening = Clock::now();
  const likeness::Pack pack(pack_file);
  const double opened = seconds_since(opening);
  const auto verifying = Clock::now();
  const bool sound = likeness::damaged_records(pack, threads).empty();
  const double verified = seconds_since(verifying);
  const auto pictures = static_cast<double>(pack.count());
  std::printf(
      "%zu packed, %zu skipped: %.3f s (find %.3f s), %.0f pictures/s, %.1f us of processor each, "
      "memory %ld MB; opened in %.2f ms, verified in %.2f s, %s\n",
      report.packed, report.skipped.size(), whole, finding, pictures / whole,
      1e6 * processor / pictures, use.ru_maxrss / 1024, 1e3 * opened, verified,
      sound ? "sound" : "DAMAGED");
  std::filesystem::remove(pack_file);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 2) throw std::invalid_argument("usage: pack_bench FOLDER [THREADS [REPEATS]]");
    const auto number = [&](int i, std::size_t otherwise) {
      return argc > i ? std::strtoul(argv[i], nullptr, 10) : otherwise;
    };
    for (std::size_t i = 0; i < number(3, 3); ++i) measure(argv[1], number(2, 2));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
