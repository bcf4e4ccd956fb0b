#include "likeness/catalogue/careful_jpeg.hpp"

// clang-format off
#include <cstdio>  // jpeglib.h needs it before
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdlib>
#include <string>
#include <utility>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

using Bytes = std::span<const std::byte>;

enum class Soundness { kSound, kDamaged, kUnknownKind };

// What libjpeg stops at although nothing is wrong with the file.
bool is_unknown_kind(int error) {
  switch (error) {
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_COMPONENT_COUNT:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_NOTIMPL:
    case JERR_NO_BACKING_STORE:
    case JERR_OUT_OF_MEMORY:
    case JERR_SOF_UNSUPPORTED: return true;
    default: return false;
  }
}

// Bytes between the last block and the next marker are harmless padding, unless they go on as the
// scan's own bytes end, with zeros: a copy that broke off in a file whose room was
// taken before, whose zeros are valid codes for blocks that were never there. And where a large
// part is left over, the decoder has lost its way before.
bool is_harmless_padding(Bytes file, std::size_t end, std::size_t length) {
  constexpr std::size_t kReadAhead = 8;  // bytes in the decoder's bit buffer
  constexpr std::size_t kRun = 32;
  constexpr std::size_t kFew = 1024;
  if (length > kFew && length > file.size() / 10) return false;
  const std::size_t whole = kRun + kReadAhead + length;
  if (end < whole + 2) return true;
  const auto zeros = file.subspan(end - 2 - whole, whole);  // but for the marker, or half of it
  return std::ranges::any_of(zeros, [](std::byte byte) { return byte != std::byte{0}; });
}

class Decoder {
 public:
  explicit Decoder(Bytes file) : file_(file) {
    jpeg_.err = jpeg_std_error(&errors_.manager);
    errors_.owner = this;
    errors_.manager.error_exit = stop;
    errors_.manager.emit_message = weigh;
    errors_.manager.output_message = [](j_common_ptr) {};
  }
  ~Decoder() {
    jpeg_destroy_decompress(&jpeg_);
    std::free(profile_);  // NOLINT(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory)
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  Decoder(Decoder&&) = delete;
  Decoder& operator=(Decoder&&) = delete;

  void read_head() {
    attempt([](Decoder& self) {
      jpeg_create_decompress(&self.jpeg_);
      jpeg_mem_src(&self.jpeg_, reinterpret_cast<const unsigned char*>(self.file_.data()),
                   self.file_.size());
      jpeg_save_markers(&self.jpeg_, JPEG_APP0 + 2, 0xffff);
      jpeg_read_header(&self.jpeg_, TRUE);
      jpeg_read_icc_profile(&self.jpeg_, &self.profile_, &self.profile_bytes_);
    });
  }

  [[nodiscard]] Size stored_size() const noexcept {
    return {.width = static_cast<int>(jpeg_.image_width),
            .height = static_cast<int>(jpeg_.image_height)};
  }

  void scale_by(int divisor) {
    jpeg_.scale_num = 1;
    jpeg_.scale_denom = static_cast<unsigned>(divisor);
  }

  [[nodiscard]] StoredPicture read_pixels() {
    jpeg_.out_color_space = colours();
    attempt([](Decoder& self) {
      jpeg_start_decompress(&self.jpeg_);
      self.result_.channels = self.jpeg_.output_components;
    });
    result_.size = {.width = static_cast<int>(jpeg_.output_width),
                    .height = static_cast<int>(jpeg_.output_height)};
    result_.samples.resize(row_bytes() * jpeg_.output_height);
    attempt([](Decoder& self) {
      while (self.jpeg_.output_scanline < self.jpeg_.output_height) {
        JSAMPROW row = self.result_.samples.data() + self.row_bytes() * self.jpeg_.output_scanline;
        jpeg_read_scanlines(&self.jpeg_, &row, 1);
      }
      self.judge_end();
      jpeg_finish_decompress(&self.jpeg_);
    });
    // Adobe's programs store ink turned round.
    if (result_.channels == 4 && jpeg_.saw_Adobe_marker != 0) {
      for (std::uint8_t& sample : result_.samples) sample = 255 - sample;
    }
    const auto* const profile = reinterpret_cast<const std::byte*>(profile_);
    result_.profile.assign(profile, profile + profile_bytes_);
    return std::move(result_);
  }

 private:
  struct Errors {
    jpeg_error_mgr manager{};
    Decoder* owner = nullptr;
    std::jmp_buf back{};
  };

  static Errors& errors_of(j_common_ptr jpeg) {
    return *reinterpret_cast<Errors*>(jpeg->err);  // manager is its first member
  }

  [[noreturn]] static void stop(j_common_ptr jpeg) {
    Errors& errors = errors_of(jpeg);
    errors.owner->note(is_unknown_kind(jpeg->err->msg_code) ? Soundness::kUnknownKind
                                                            : Soundness::kDamaged);
    std::longjmp(errors.back, 1);
  }

  // Negative levels are warnings, others mere information.
  static void weigh(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    ++jpeg->err->num_warnings;
    Decoder& self = *errors_of(jpeg).owner;
    if (self.loses_pixels(*jpeg->err)) stop(jpeg);
  }

  bool loses_pixels(const jpeg_error_mgr& error) {
    switch (error.msg_code) {
      case JWRN_ADOBE_XFORM:
      case JWRN_BOGUS_ICC:
      case JWRN_JFIF_MAJOR:
      case JWRN_NOT_SEQUENTIAL:
      case JWRN_TOO_MUCH_DATA: return false;
      case JWRN_EXTRANEOUS_DATA:
        return !is_harmless_padding(file_, file_.size() - jpeg_.src->bytes_in_buffer,
                                    static_cast<std::size_t>(error.msg_parm.i[0]));
      case JWRN_JPEG_EOF: ends_early_ = true; return false;  // judge_end() looks what is missing
      default: return true;
    }
  }

  // Called from libjpeg, so nothing here may throw.
  void note(Soundness soundness) noexcept {
    soundness_ = soundness;
    errors_.manager.format_message(reinterpret_cast<j_common_ptr>(&jpeg_), message_.data());
  }

  // libjpeg's errors come back here. What `step` calls must hold no object with a destructor.
  void attempt(void (*step)(Decoder&)) {
    if (setjmp(errors_.back) == 0) step(*this);  // NOLINT(cert-err52-cpp): libjpeg is C
    if (soundness_ == Soundness::kSound) return;
    const char* const kind = soundness_ == Soundness::kDamaged
                                 ? "is a damaged or truncated JPEG: "
                                 : "is a JPEG of a kind that libjpeg cannot read: ";
    throw Error(Error::Kind::kInput, kind + std::string(message_.data()));
  }

  // A file that is cut between two scans gives no warning but its early end.
  void judge_end() {
    bool complete = true;
    for (int i = 0; i < jpeg_.num_components; ++i) {
      if (jpeg_.comp_info[i].quant_table == nullptr) complete = false;  // was in no scan
      if (jpeg_.coef_bits == nullptr || !ends_early_) continue;
      for (int k = 0; k < DCTSIZE2; ++k) {
        if (jpeg_.coef_bits[i][k] != 0) complete = false;  // bits are still to come
      }
    }
    if (!complete) ERREXIT(&jpeg_, JERR_INPUT_EOF);
  }

  [[nodiscard]] J_COLOR_SPACE colours() const noexcept {
    if (jpeg_.jpeg_color_space == JCS_GRAYSCALE) return JCS_GRAYSCALE;
    const bool ink = jpeg_.jpeg_color_space == JCS_CMYK || jpeg_.jpeg_color_space == JCS_YCCK;
    return ink ? JCS_CMYK : JCS_RGB;
  }

  [[nodiscard]] std::size_t row_bytes() const noexcept {
    return std::size_t{jpeg_.output_width} * static_cast<std::size_t>(jpeg_.output_components);
  }

  Bytes file_;
  jpeg_decompress_struct jpeg_{};
  Errors errors_;
  Soundness soundness_ = Soundness::kSound;
  bool ends_early_ = false;
  std::array<char, JMSG_LENGTH_MAX> message_{};
  unsigned char* profile_ = nullptr;
  unsigned int profile_bytes_ = 0;
  StoredPicture result_;
};

}  // namespace

StoredPicture decode_jpeg_carefully(Bytes file, Size size, int divisor) {
  Decoder decoder(file);
  decoder.read_head();
  if (decoder.stored_size() != size) {
    throw Error(Error::Kind::kInput, "is a damaged or truncated JPEG: its head contradicts itself");
  }
  decoder.scale_by(divisor);
  return decoder.read_pixels();
}

}  // namespace likeness
