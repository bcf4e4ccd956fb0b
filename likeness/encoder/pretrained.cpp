#include "likeness/encoder/pretrained.hpp"

#include <algorithm>
#include <cmath>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

constexpr std::size_t kColours = 3;
constexpr const char* kPlanes = "planes";
constexpr const char* kPixels = "pixels";
constexpr const char* kF32 = "F32";
constexpr const char* kU8 = "U8";

std::size_t area_of(Size size) {
  return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
}

// Pictures as the encoder wants to see them.
template <typename Number, typename ValueOf>
std::vector<Number> arranged(std::span<const PixelView> pictures, const PretrainedEncoder& encoder,
                             const ValueOf& value_of) {
  const std::size_t area = area_of(encoder.size);
  std::vector<Number> values(pictures.size() * kColours * area);
  auto out = std::span(values);
  for (const PixelView& picture : pictures) {
    const Image seen =
        resize({.size = picture.size, .pixels = {picture.pixels.begin(), picture.pixels.end()}},
               encoder.size, encoder.fit);
    for (std::size_t i = 0; i < seen.pixels.size(); ++i) {
      const std::size_t colour = i % kColours;
      const bool pixels = encoder.order == PixelOrder::kPixels;
      out[pixels ? i : colour * area + i / kColours] = value_of(colour, seen.pixels[i]);
    }
    out = out.subspan(seen.pixels.size());
  }
  return values;
}

PretrainedEncoder without_file(const PretrainedEncoder& encoder) {
  PretrainedEncoder copy = encoder;
  copy.onnx = {};
  return copy;
}

Json numbers_of(const std::array<float, kColours>& values) {
  return Json::Array{static_cast<double>(values[0]), static_cast<double>(values[1]),
                     static_cast<double>(values[2])};
}

class PretrainedReader {
 public:
  explicit PretrainedReader(const std::string& source) : source_(source) {}

  [[nodiscard]] PretrainedEncoder read(const Json& json) const {
    PretrainedEncoder encoder{
        .onnx = {},
        .input = json.at("input").text(),
        .output = json.at("output").text(),
        .numbers = whole(json.at("numbers"), static_cast<std::int64_t>(kMostPretrainedNumbers))};
    encoder.size = {.width = side(json.at("width")), .height = side(json.at("height"))};
    const auto fit = fit_named(json.at("fit").text());
    require(fit.has_value());
    encoder.fit = fit.value_or(encoder.fit);
    encoder.order =
        either(json.at("order"), kPlanes, kPixels) ? PixelOrder::kPlanes : PixelOrder::kPixels;
    encoder.type = either(json.at("type"), kF32, kU8) ? OnnxType::kF32 : OnnxType::kU8;
    encoder.mean = colours(json.at("mean"));
    encoder.deviation = colours(json.at("deviation"));
    require(std::ranges::all_of(encoder.deviation, [](float value) { return value > 0.0F; }));
    encoder.one_by_one = json.at("one_by_one").boolean();
    const Json* const originals = json.find("originals");
    encoder.originals = originals != nullptr && originals->boolean();
    return encoder;
  }

 private:
  void require(bool good) const {
    if (good) return;
    throw Error(Error::Kind::kCorrupt, source_ +
                                           ": says something impossible of its pretrained encoder: "
                                           "the file is damaged; import it again, or restore it");
  }
  [[nodiscard]] std::size_t whole(const Json& json, std::int64_t most) const {
    require(json.integer() >= 1 && json.integer() <= most);
    return static_cast<std::size_t>(json.integer());
  }
  [[nodiscard]] int side(const Json& json) const {
    return static_cast<int>(whole(json, kLargestPretrainedSide));
  }
  [[nodiscard]] bool either(const Json& json, const char* one, const char* other) const {
    require(json.text() == one || json.text() == other);
    return json.text() == one;
  }
  [[nodiscard]] std::array<float, kColours> colours(const Json& json) const {
    require(json.array().size() == kColours);
    std::array<float, kColours> values{};
    for (std::size_t i = 0; i < kColours; ++i) {
      values[i] = static_cast<float>(json.array()[i].number());
      require(std::isfinite(values[i]));
    }
    return values;
  }

  const std::string& source_;
};

}  // namespace

Size largest_seen(const PretrainedEncoder& encoder, Size picture) {
  if (encoder.fit == Fit::kStretch) return encoder.size;
  constexpr double kLongest = 2.0 * kLargestPretrainedSide;  // of a strip that is cropped
  const double across = static_cast<double>(encoder.size.width) / picture.width;
  const double down = static_cast<double>(encoder.size.height) / picture.height;
  const double scale =
      std::min(encoder.fit == Fit::kPad ? std::min(across, down) : std::max(across, down),
               kLongest / std::max(picture.width, picture.height));
  const auto scaled = [&](int side) {
    return std::max(1, static_cast<int>(std::lround(scale * side)));
  };
  return {.width = scaled(picture.width), .height = scaled(picture.height)};
}

Json to_json(const PretrainedEncoder& encoder) {
  Json::Object members{{"input", encoder.input},
                       {"output", encoder.output},
                       {"numbers", encoder.numbers},
                       {"width", encoder.size.width},
                       {"height", encoder.size.height},
                       {"fit", name_of(encoder.fit)},
                       {"order", encoder.order == PixelOrder::kPlanes ? kPlanes : kPixels},
                       {"type", encoder.type == OnnxType::kF32 ? kF32 : kU8},
                       {"mean", numbers_of(encoder.mean)},
                       {"deviation", numbers_of(encoder.deviation)},
                       {"one_by_one", encoder.one_by_one}};
  if (encoder.originals) members.emplace_back("originals", true);
  return members;
}

PretrainedEncoder pretrained_from_json(const Json& json, const std::string& source) {
  return PretrainedReader(source).read(json);
}

PretrainedSession::PretrainedSession(const PretrainedEncoder& encoder, const std::string& source)
    : session_(encoder.onnx, source), source_(source), encoder_(without_file(encoder)) {
  for (std::size_t colour = 0; colour < kColours; ++colour) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      values_[colour][byte] =
          (static_cast<float>(byte) / 255.0F - encoder.mean[colour]) / encoder.deviation[colour];
    }
  }
}

void PretrainedSession::describe(std::span<const PixelView> pictures, std::span<float> out) const {
  const std::size_t at_once = encoder_.one_by_one ? 1 : pictures.size();
  for (; !pictures.empty(); pictures = pictures.subspan(at_once)) {
    const auto found = look_at(pictures.first(at_once));
    if (found.size() != at_once * encoder_.numbers) {
      throw Error(Error::Kind::kInput, source_ + ": gives another number of values than " +
                                           std::to_string(encoder_.numbers) +
                                           " a picture: import another file");
    }
    out = out.subspan(
        static_cast<std::size_t>(std::ranges::copy(found, out.begin()).out - out.begin()));
  }
}

std::vector<float> PretrainedSession::look_at(std::span<const PixelView> pictures) const {
  const auto n = static_cast<std::int64_t>(pictures.size());
  const std::int64_t h = encoder_.size.height;
  const std::int64_t w = encoder_.size.width;
  OnnxSession::Given given{.name = encoder_.input, .dimensions = {n, h, w, kColours}, .values = {}};
  if (encoder_.order == PixelOrder::kPlanes) given.dimensions = {n, kColours, h, w};
  if (encoder_.type == OnnxType::kF32) {
    const auto values = arranged<float>(
        pictures, encoder_,
        [&](std::size_t colour, std::uint8_t byte) { return values_[colour][byte]; });
    given.values = std::span<const float>(values);
    return session_.run(given, encoder_.output);
  }
  const auto bytes = arranged<std::uint8_t>(pictures, encoder_,
                                            [](std::size_t, std::uint8_t byte) { return byte; });
  given.values = std::span<const std::uint8_t>(bytes);
  return session_.run(given, encoder_.output);
}

}  // namespace likeness
