// Runs a fuzz target over the files of a folder, once each: what libFuzzer found stays a test in
// every build, also where there is no clang.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>

#include "likeness/base/file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count);

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fputs("usage: replay FOLDER\n", stderr);
    return 2;
  }
  std::size_t inputs = 0;
  for (const auto& file : std::filesystem::directory_iterator(argv[1])) {
    const auto bytes = likeness::read_file(file.path());
    std::printf("%s\n", file.path().c_str());
    std::fflush(stdout);  // so that the last line names the input of a crash
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    ++inputs;
  }
  if (inputs == 0) {
    std::fprintf(stderr, "%s: no inputs\n", argv[1]);
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
} catch (const std::exception& error) {
  std::fprintf(stderr, "a fuzz target must not throw: %s\n", error.what());
  return EXIT_FAILURE;
}
