#include "likeness/shop/pretrained_encoder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/random.hpp"
#include "likeness/encoder/classic_parts.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/pretrained_model.hpp"
#include "likeness/shop/embedding.hpp"
#include "likeness/shop/originals.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

constexpr std::size_t kDefaultLatent = 128;
constexpr std::size_t kColours = 3;

// By the names that the standard has for it.
constexpr const char* kRange = "Image.NominalPixelRange";

struct ValueRange {
  const char* name;
  float mean;
  float deviation;
};
constexpr std::array<ValueRange, 3> kRanges = {
    {{.name = "NominalRange_0_255", .mean = 0.0F, .deviation = 1.0F / 255.0F},
     {.name = "Normalized_0_1", .mean = 0.0F, .deviation = 1.0F},
     {.name = "Normalized_1_1", .mean = 0.5F, .deviation = 0.5F}}};

bool is_finite(float value) { return std::isfinite(value); }

std::array<float, kColours> values_of(const ColourValues& colour) {
  return {static_cast<float>(colour.red), static_cast<float>(colour.green),
          static_cast<float>(colour.blue)};
}

class EncoderReader {
 public:
  EncoderReader(const std::filesystem::path& file, const PretrainedWish& wish)
      : source_(file.string()),
        wish_(wish),
        encoder_{.onnx = read_file(file, kMostEncoderBytes), .input = {}, .output = {}},
        session_(encoder_.onnx, source_) {}

  PretrainedEncoder read() {
    read_input();
    read_values();
    if (wish_.fit) encoder_.fit = *wish_.fit;
    encoder_.originals = wish_.originals;
    find_output();
    look_at_two();
    return std::move(encoder_);
  }

 private:
  using Ports = std::vector<OnnxSession::Port>;

  [[noreturn]] void fail(const std::string& why) const {
    throw Error(Error::Kind::kInput, source_ + ": " + why);
  }

  static std::string names_of(const Ports& ports) {
    std::vector<std::string> names;
    for (const auto& port : ports) names.push_back(port.name);
    return fmt::format("{}", fmt::join(names, ", "));
  }

  void read_input() {
    const Ports& inputs = session_.inputs();
    if (inputs.size() != 1) {
      fail(fmt::format("reads {} ({}), not pictures alone: export the part that encodes pictures",
                       inputs.size(), names_of(inputs)));
    }
    const auto& port = inputs.front();
    const auto& shape = port.dimensions;
    if (!port.type || shape.size() != 4) {
      fail(port.name +
           " are no pictures of bytes or F32: give an encoder that reads (N, 3, H, W) "
           "or (N, H, W, 3)");
    }
    encoder_.input = port.name;
    encoder_.type = *port.type;
    const bool pixels = shape[3] == kColours && shape[1] != kColours;
    if (!pixels && shape[1] != kColours && shape[1] >= 0) {
      fail(fmt::format("reads pictures of {} channels: give one of colour pictures", shape[1]));
    }
    encoder_.order = pixels ? PixelOrder::kPixels : PixelOrder::kPlanes;
    if (shape[0] > 1) fail(fmt::format("reads {} pictures at once, no fewer", shape[0]));
    encoder_.one_by_one = shape[0] == 1;
    encoder_.size = {.width = side(shape[pixels ? 2 : 3], wish_.size ? wish_.size->width : 0),
                     .height = side(shape[pixels ? 1 : 2], wish_.size ? wish_.size->height : 0)};
  }

  [[nodiscard]] int side(std::int64_t said, int wished) const {
    if (said < 0 && wished == 0) {
      throw RequestError("size", "is not said by " + source_ +
                                     ": give that of the pictures it was trained with, such as "
                                     "224x224");
    }
    if (said >= 0 && wished != 0 && said != wished) {
      throw RequestError("size", fmt::format("{} is not what {} says, {}", wished, source_, said));
    }
    const std::int64_t side = said >= 0 ? said : wished;
    if (side >= 1 && side <= kLargestPretrainedSide) return static_cast<int>(side);
    fail(fmt::format("reads pictures of {} pixels: 1 to {} are possible", side,
                     kLargestPretrainedSide));
  }

  void read_values() {
    if (encoder_.type == OnnxType::kU8) {
      if (wish_.mean || wish_.deviation) {
        throw RequestError("mean", "is not for " + source_ + ", which reads bytes: leave it out");
      }
      return;
    }
    const ValueRange* const range = said_range();
    if (wish_.mean && wish_.deviation) {
      encoder_.mean = values_of(*wish_.mean);
      encoder_.deviation = values_of(*wish_.deviation);
    } else if (range != nullptr && !wish_.mean && !wish_.deviation) {
      encoder_.mean.fill(range->mean);
      encoder_.deviation.fill(range->deviation);
    } else {
      throw RequestError(
          wish_.mean ? "deviation" : "mean",
          "is not said by " + source_ +
              ": give mean and deviation of values from 0 to 1, as R,G,B: of ImageNet "
              "0.485,0.456,0.406 and 0.229,0.224,0.225; for values from -1 to 1 twice 0.5,0.5,0.5");
    }
    if (!std::ranges::all_of(encoder_.mean, is_finite)) {
      throw RequestError("mean", "is to be three numbers");
    }
    if (!std::ranges::all_of(encoder_.deviation,
                             [](float value) { return is_finite(value) && value > 0.0F; })) {
      throw RequestError("deviation", "is to be three numbers above 0");
    }
  }

  [[nodiscard]] const ValueRange* said_range() const {
    const auto said = session_.remarks().find(kRange);
    if (said == session_.remarks().end()) return nullptr;
    const auto* const found = std::ranges::find_if(
        kRanges, [&](const ValueRange& range) { return said->second == range.name; });
    return found == kRanges.end() ? nullptr : found;
  }

  // Whether a picture has one vector there, as far as the file says.
  static bool gives_vector(const OnnxSession::Port& port) {
    const auto& shape = port.dimensions;
    return port.type == OnnxType::kF32 &&
           (shape.size() == 2 || (shape.size() == 4 && shape[2] == 1 && shape[3] == 1));
  }

  void find_output() {
    Ports vectors;
    std::ranges::copy_if(session_.outputs(), std::back_inserter(vectors), gives_vector);
    if (wish_.output) {
      std::erase_if(vectors, [&](const auto& port) { return port.name != *wish_.output; });
      if (vectors.empty()) {
        throw RequestError("output", *wish_.output + " is no vector that " + source_ +
                                         " gives: it gives " + names_of(session_.outputs()));
      }
    }
    if (vectors.empty()) {
      fail("gives no vector for a picture (but " + names_of(session_.outputs()) +
           "): export its pooled features");
    }
    if (vectors.size() > 1) {
      throw RequestError("output", "is not clear: " + source_ + " gives " + names_of(vectors) +
                                       ": give the name of one");
    }
    encoder_.output = vectors.front().name;
  }

  // Grey, and made up: what it gives for them are so many numbers, and not the same.
  void look_at_two() {
    const auto bytes = kColours * static_cast<std::size_t>(encoder_.size.width) *
                       static_cast<std::size_t>(encoder_.size.height);
    const PretrainedSession session(encoder_, source_);
    std::vector<std::uint8_t> picture(bytes, 128);
    const PixelView view{.size = encoder_.size, .pixels = picture};
    const auto grey = session.look_at(std::span(&view, 1));
    encoder_.numbers = grey.size();
    if (grey.empty() || grey.size() > kMostPretrainedNumbers) {
      fail(fmt::format("gives {} numbers for a picture: 1 to {} are possible", grey.size(),
                       kMostPretrainedNumbers));
    }
    Random random(1);
    for (auto& value : picture) value = static_cast<std::uint8_t>(random.below(256));
    const auto other = session.look_at(std::span(&view, 1));
    if (!std::ranges::all_of(grey, is_finite) || !std::ranges::all_of(other, is_finite)) {
      fail("gives what are no numbers: are mean and deviation right?");
    }
    if (grey == other) fail("gives the same for any picture: are mean and deviation right?");
  }

  std::string source_;
  const PretrainedWish& wish_;
  PretrainedEncoder encoder_;
  OnnxSession session_;
};

}  // namespace

PretrainedEncoder read_pretrained(const std::filesystem::path& file, const PretrainedWish& wish) {
  return EncoderReader(file, wish).read();
}

Model model_of_pretrained(const ShopFiles& files, const std::filesystem::path& file,
                          const PretrainedWish& wish, const Work& work) {
  const auto encoder = std::make_shared<const PretrainedEncoder>(read_pretrained(file, wish));
  Shop shop(files.folder, OpenMode::kReading, ItemSample{.items = kMostViewed, .seed = 1});
  if (shop.items().empty()) {
    throw Error(Error::Kind::kNotFound, "the shop has no items to fit the encoder to",
                by_packing());
  }
  Pictures pictures;
  for (std::size_t i = 0; i < shop.items().size(); ++i) pictures.push_back(shop.record(i));
  std::vector<std::size_t> positions(pictures.size());
  std::iota(positions.begin(), positions.end(), 0);
  const Shape picture{.c = kColours,
                      .h = static_cast<std::size_t>(shop.size().height),
                      .w = static_cast<std::size_t>(shop.size().width)};
  const std::size_t default_latent =
      wish.alone ? std::min(kDefaultLatent, encoder->numbers) : kDefaultLatent;
  ThreadPool pool(work.threads);
  const std::size_t looks = wish.alone ? 1 : 4;  // by itself, in two views, at its colours
  Progress progress(work, "fit", "pictures", looks * pictures.size());
  const OnRead on_read = [&](std::size_t count) {
    stop_if_asked(work.stop);
    shop.have_read(count);
    progress.advance(count);
  };
  const StoredPack pack = shop.store().packs().front();
  const auto item_of = [&](std::size_t i) -> const Item& { return shop.items()[i]; };
  Originals originals(encoder.get(), pack);
  Model model =
      model_around(encoder, picture,
                   {.pictures = pictures,
                    .positions = positions,
                    .on_read = on_read,
                    .find_larger = originals.of_items(item_of)},
                   {.latent = wish.latent.value_or(default_latent), .alone = wish.alone}, pool);
  say(originals.report(), file.string(), work);
  Originals measured(encoder.get(), pack);
  model.parts = measure_parts(model, pictures, embedding_precision(), work.threads,
                              {.find_larger = measured.of_items(item_of), .stop = work.stop});
  return model;
}

}  // namespace likeness
