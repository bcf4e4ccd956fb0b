// A part of the library that vips_library.cpp loads.
#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/decode_budget.hpp"
#include "likeness/catalogue/orientation.hpp"
#include "likeness/catalogue/srgb_profile.hpp"
#include "likeness/catalogue/tiff_tags.hpp"
#include "likeness/catalogue/vips_calls.hpp"
#include "likeness/catalogue/vips_pixels.hpp"

namespace likeness {
namespace {

using vips::VImage;
using Bytes = std::span<const std::byte>;

// Asked for by name, as libvips' own guess knows neither animated AVIF nor what is raw.
VImage load(Bytes file, PictureFormat format) {
  const Blob blob(vips_blob_new(nullptr, file.data(), file.size()));
  auto* const options =
      VImage::option()->set("access", VIPS_ACCESS_SEQUENTIAL)->set("fail_on", VIPS_FAIL_ON_ERROR);
  switch (format) {
    case PictureFormat::kPng: return VImage::pngload_buffer(blob.get(), options);
    case PictureFormat::kWebp: return VImage::webpload_buffer(blob.get(), options);
    case PictureFormat::kTiff: return VImage::tiffload_buffer(blob.get(), options);
    case PictureFormat::kGif: return VImage::gifload_buffer(blob.get(), options);
    case PictureFormat::kHeif: return VImage::heifload_buffer(blob.get(), options);
    case PictureFormat::kJpeg: break;
  }
  return VImage::jpegload_buffer(blob.get(), options);
}

// Colour spaces of TIFF that libvips takes for RGB, so that its picture would have wrong colours.
void refuse_unconverted_colours(Bytes tiff) {
  constexpr std::uint16_t kCompression = 259;
  constexpr std::uint16_t kPhotometric = 262;
  const auto tags = TiffTags::open(tiff);
  if (!tags) return;
  const char* unconverted = nullptr;
  switch (tags->number(kPhotometric).value_or(1)) {
    case 0:  // white is zero
    case 1:  // black is zero
    case 2:  // RGB
    case 3:  // palette
    case 5:  // inks
    case 8:  // CIE L*a*b*
    case 32'844:
    case 32'845: return;  // LogLuv
    case 6:               // libtiff converts what is compressed as JPEG
      if (tags->number(kCompression) == 7U) return;
      unconverted = "YCbCr that is not compressed as JPEG";
      break;
    case 9: unconverted = "ICC L*a*b*"; break;
    case 10: unconverted = "ITU L*a*b*"; break;
    default: unconverted = "an unusual colour space";
  }
  throw Error(Error::Kind::kInput,
              std::string("is a TIFF of a kind that is not read: ") + unconverted);
}

[[noreturn]] void refuse_samples(const char* kind) {
  throw Error(Error::Kind::kInput,
              std::string("has samples that are ") + kind + ", of which no white is known");
}

// Whole numbers but of 8 and 16 bits, and floating-point ones without colours, have no agreed
// white.
void refuse_unclear_samples(const VImage& image) {
  const bool colours = image.interpretation() == VIPS_INTERPRETATION_LAB ||
                       image.interpretation() == VIPS_INTERPRETATION_scRGB ||
                       image.interpretation() == VIPS_INTERPRETATION_XYZ;
  switch (image.format()) {
    case VIPS_FORMAT_UCHAR:
    case VIPS_FORMAT_USHORT: return;
    case VIPS_FORMAT_CHAR: return refuse_samples("signed numbers of 8 bits");
    case VIPS_FORMAT_SHORT:
      if (image.interpretation() == VIPS_INTERPRETATION_LABS) return;
      return refuse_samples("signed numbers of 16 bits");
    case VIPS_FORMAT_UINT:
    case VIPS_FORMAT_INT: return refuse_samples("numbers of 32 bits");
    case VIPS_FORMAT_FLOAT:
    case VIPS_FORMAT_DOUBLE:
      if (colours) return;
      return refuse_samples("floating-point numbers");
    default: return refuse_samples("complex numbers");
  }
}

// 8-bit L*a*b* comes packed; bands behind the first that is no colour say nothing of transparency.
VImage unpacked(const VImage& stored) {
  if (stored.coding() == VIPS_CODING_LABQ) return stored.colourspace(VIPS_INTERPRETATION_LAB);
  if (stored.interpretation() == VIPS_INTERPRETATION_LABS && stored.bands() > 3) {
    // The alpha beside signed colours is unsigned all the same.
    const VImage alpha =
        stored.extract_band(3).copy(VImage::option()->set("format", VIPS_FORMAT_USHORT)) / 257.0;
    return stored.extract_band(0, VImage::option()->set("n", 3))
        .colourspace(VIPS_INTERPRETATION_LAB)
        .bandjoin(alpha);
  }
  const int colours = stored.interpretation() == VIPS_INTERPRETATION_CMYK ? 4
                      : stored.interpretation() == VIPS_INTERPRETATION_B_W ||
                              stored.interpretation() == VIPS_INTERPRETATION_GREY16
                          ? 1
                          : 3;
  if (stored.bands() <= colours + 1) return stored;
  return stored.extract_band(0, VImage::option()->set("n", colours + 1));
}

VImage on_white(const VImage& image) {
  if (image.has_alpha() == 0) return image;
  std::vector<double> white = {255.0};
  double opaque = image.format() == VIPS_FORMAT_USHORT ? 65'535.0 : 255.0;
  switch (image.interpretation()) {
    case VIPS_INTERPRETATION_RGB16:
    case VIPS_INTERPRETATION_GREY16: white = {65'535.0}; break;
    case VIPS_INTERPRETATION_CMYK: white = {0.0}; break;
    case VIPS_INTERPRETATION_LAB: white = {100.0, 0.0, 0.0}; break;
    case VIPS_INTERPRETATION_scRGB:
      white = {1.0};
      opaque = 1.0;
      break;
    default: break;
  }
  return image.flatten(VImage::option()->set("background", white)->set("max_alpha", opaque));
}

bool has_foreign_profile(const VImage& image) {
  if (image.get_typeof(VIPS_META_ICC_NAME) == 0) return false;
  std::size_t size = 0;
  const void* profile = image.get_blob(VIPS_META_ICC_NAME, &size);
  return !is_srgb_profile({static_cast<const std::byte*>(profile), size});
}

VImage without_profile(const VImage& image) {
  VImage plain = image.colourspace(VIPS_INTERPRETATION_sRGB);
  if (plain.bands() > 3) plain = plain.extract_band(0, VImage::option()->set("n", 3));
  return plain.cast(VIPS_FORMAT_UCHAR);
}

// L*a*b* needs no profile to say what it means.
VImage converted(const VImage& image) {
  const bool absolute = image.interpretation() == VIPS_INTERPRETATION_LAB ||
                        image.interpretation() == VIPS_INTERPRETATION_LABS;
  if (absolute || !has_foreign_profile(image)) return without_profile(image);
  try {
    auto* const options = VImage::option()
                              ->set("embedded", true)
                              ->set("depth", 8)
                              ->set("intent", VIPS_INTENT_RELATIVE);
    return without_profile(image.icc_transform("srgb", options));
  } catch (const vips::VError&) {
    vips_error_clear();
    return without_profile(image);
  }
}

// Blocks of so many pixels a side are averaged into one, which still covers three times `at_least`.
// resize() does the rest. What does not fill a block at the right and below is lost; at twice, that
// shows.
int block_side(const VImage& image, Size at_least) {
  if (at_least.width <= 0 || at_least.height <= 0) return 1;
  return std::max(
      1, std::min(image.width() / 3 / at_least.width, image.height() / 3 / at_least.height));
}

// Is it decoded some rows at a time, or held in memory as a whole? A TIFF's strips and tiles may be
// large.
bool comes_row_by_row(Bytes file, PictureFormat format) {
  constexpr std::size_t kInterlacing = 28;  // PNG, 11.2.2
  return format == PictureFormat::kPng && number_at(file, kInterlacing, 1) == 0U;
}

MemoryBudget::Share pay_for(const VImage& stored, int block, Bytes file, PictureFormat format,
                            const DecodeOptions& options) {
  const Size size{.width = stored.width(), .height = stored.height()};
  refuse_too_large(size, options.max_pixels);
  const auto pixels = static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
  const std::size_t bytes = pixels * VIPS_IMAGE_SIZEOF_PEL(stored.get_image());
  refuse_too_costly(size, bytes, file.size());
  if (options.memory == nullptr) return {};
  const auto area = static_cast<std::size_t>(block) * static_cast<std::size_t>(block);
  return options.memory->take((comes_row_by_row(file, format) ? 0 : bytes) + 3 * pixels / area);
}

// Colours are converted when the picture is small already: that is most of the work.
Image decoded(Bytes file, PictureFormat format, const DecodeOptions& options) {
  constexpr int kStripRows = 64;
  if (format == PictureFormat::kTiff) refuse_unconverted_colours(file);
  const VImage stored = load(file, format);
  const int orientation = stored_orientation(file, format);
  const int block = block_side(stored, turned(options.at_least, orientation));
  const auto share = pay_for(stored, block, file, format, options);
  const VImage plain = unpacked(stored);
  refuse_unclear_samples(plain);
  const VImage visible = on_white(plain);
  const VImage small = block == 1 ? visible : visible.shrink(block, block);
  return upright(pixels_of(converted(small), std::max(1, kStripRows / block)), orientation);
}

// What libraries say of a file that is not damaged but too new or too unusual for them.
bool tells_of_unknown_kind(std::string_view text) {
  using namespace std::string_view_literals;
  constexpr std::array kSigns = {"nsupported"sv,        "not supported"sv, "ot implemented"sv,
                                 "not configured"sv,    "cannot handle"sv, "samples out of range"sv,
                                 "not a whole number"sv};
  return std::ranges::any_of(
      kSigns, [&](std::string_view sign) { return text.find(sign) != std::string_view::npos; });
}

// Every box of ISO/IEC 14496-12 tells how long it is.
bool ends_within_a_box(Bytes file) {
  std::size_t place = 0;
  while (place < file.size()) {
    const auto length = number_at(file, place, 4);
    if (!length) return true;
    if (*length == 0) return false;  // up to the end of the file
    const auto whole = *length == 1 ? number_at(file, place + 8, 8) : length;
    if (!whole || *whole < 8 || *whole > file.size() - place) return true;
    place += *whole;
  }
  return false;
}

std::string reason_of(Bytes file, PictureFormat format, std::string_view text) {
  // The library that knows best speaks last.
  while (text.ends_with('\n')) text.remove_suffix(1);
  const std::string_view line = text.substr(text.rfind('\n') + 1);
  const std::string name = name_of(format);
  if (format == PictureFormat::kHeif && !ends_within_a_box(file)) {
    return "cannot be read by this system's libheif: " + std::string(line);
  }
  if (format != PictureFormat::kHeif && tells_of_unknown_kind(text)) {
    return "is a " + name +
           " of a kind that this system's libvips cannot read: " + std::string(line);
  }
  return "is a damaged or truncated " + name;
}

}  // namespace

namespace in_vips_library {

Image decode(Bytes file, PictureFormat format, const DecodeOptions& options) {
  // libvips keeps one text of its errors for all threads: a picture that fails is tried again while
  // no other is decoded, so that its reason is its own.
  static std::shared_mutex decoding;
  start_vips();
  try {
    const std::shared_lock beside_others(decoding);
    return decoded(file, format, options);
  } catch (const vips::VError&) {
    const std::scoped_lock alone(decoding);
    vips_error_clear();
    try {
      return decoded(file, format, options);
    } catch (const vips::VError& error) {
      vips_error_clear();
      throw Error(Error::Kind::kInput, reason_of(file, format, error.what()));
    }
  }
}

Image to_srgb(StoredPicture picture) {
  const bool foreign = !picture.profile.empty() && !is_srgb_profile(picture.profile);
  if (picture.channels == 3 && !foreign) {
    return {.size = picture.size, .pixels = std::move(picture.samples)};
  }
  start_vips();
  try {
    VImage image =
        VImage::new_from_memory(picture.samples.data(), picture.samples.size(), picture.size.width,
                                picture.size.height, picture.channels, VIPS_FORMAT_UCHAR);
    const VipsInterpretation colours = picture.channels == 4   ? VIPS_INTERPRETATION_CMYK
                                       : picture.channels == 1 ? VIPS_INTERPRETATION_B_W
                                                               : VIPS_INTERPRETATION_sRGB;
    image = image.copy(VImage::option()->set("interpretation", colours));
    if (!picture.profile.empty()) {
      image.set(VIPS_META_ICC_NAME, nullptr, picture.profile.data(), picture.profile.size());
    }
    return pixels_of(converted(image));
  } catch (const vips::VError& error) {
    vips_error_clear();
    throw Error(Error::Kind::kInput,
                std::string("has colours that cannot be converted: ") + error.what());
  }
}

}  // namespace in_vips_library
}  // namespace likeness
