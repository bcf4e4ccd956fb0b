#include "likeness/catalogue/vips_calls.hpp"

namespace {

constexpr likeness::VipsCalls kCalls = {
    .built_for = likeness::kVipsCallsVersion,
    .version = likeness::in_vips_library::version,
    .decode = likeness::in_vips_library::decode,
    .to_srgb = likeness::in_vips_library::to_srgb,
    .render_svg = likeness::in_vips_library::render_svg,
    .encode_png = likeness::in_vips_library::encode_png,
    .encode_gif = likeness::in_vips_library::encode_gif,
    .encode_webp = likeness::in_vips_library::encode_webp,
};

}  // namespace

extern "C" [[gnu::visibility("default")]] const likeness::VipsCalls* likeness_vips_calls();

const likeness::VipsCalls* likeness_vips_calls() { return &kCalls; }
