// A program of somebody else's.
#include <cstdint>
#include <cstdio>
#include <likeness/base/parallel.hpp>
#include <likeness/catalogue/decode.hpp>
#include <likeness/catalogue/vips_image.hpp>
#include <vector>

int main() {
  const likeness::Image grey{.size = {.width = 5, .height = 3},
                             .pixels = std::vector<std::uint8_t>(45, 128)};
  if (likeness::decode_image(likeness::encode_png(grey)).pixels != grey.pixels) return 1;
  std::printf("threads: %zu\n", likeness::available_threads());
}
