// libvips brings a hundred libraries of others, and loading them takes most of the time that a
// command needs to start. A catalogue of JPEG files never needs them.
#include <dlfcn.h>

#include <string>
#include <string_view>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/vips_calls.hpp"
#include "likeness/catalogue/vips_decode.hpp"
#include "likeness/catalogue/vips_image.hpp"

namespace likeness {
namespace {

// Found by the run path of the program, which cmake writes into it.
constexpr const char* kLibrary = "liblikeness-vips.so";

[[noreturn]] void fail_to_load(const std::string& why) {
  throw Error(Error::Kind::kUnavailable,
              why + "; install likeness as a whole, and libvips for all pictures but JPEG");
}

const VipsCalls& load() {
  void* const library = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  // One thread loads, as vips() has it.
  if (library == nullptr) fail_to_load(::dlerror());  // NOLINT(concurrency-mt-unsafe)
  const auto give = reinterpret_cast<GiveVipsCalls>(::dlsym(library, kGiveVipsCalls));
  if (give == nullptr || std::string_view(give()->built_for) != kVipsCallsVersion) {
    fail_to_load(std::string(kLibrary) + ": is of another version of likeness");
  }
  return *give();
}

// Loaded once, and never let go: libvips cannot be.
const VipsCalls& vips() {
  static const VipsCalls& loaded = load();
  return loaded;
}

}  // namespace

std::string vips_version() { return vips().version(); }

Image decode_with_vips(std::span<const std::byte> file, PictureFormat format,
                       const DecodeOptions& options) {
  return vips().decode(file, format, options);
}

Image to_srgb(StoredPicture picture) { return vips().to_srgb(std::move(picture)); }

Image render_svg(std::string_view svg, Size size) { return vips().render_svg(svg, size); }

std::vector<std::byte> encode_png(const Image& image) { return vips().encode_png(image); }

std::vector<std::byte> encode_gif(std::span<const Image> frames,
                                  std::span<const int> milliseconds) {
  return vips().encode_gif(frames, milliseconds);
}

std::vector<std::byte> encode_webp(std::span<const Image> frames,
                                   std::span<const int> milliseconds) {
  return vips().encode_webp(frames, milliseconds);
}

}  // namespace likeness
