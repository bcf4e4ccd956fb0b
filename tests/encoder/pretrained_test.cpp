// Encoders of others: what they see of our pictures, and the models around them.
#include "likeness/encoder/pretrained.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/random.hpp"
#include "likeness/catalogue/decode.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/pretrained_model.hpp"
#include "likeness/encoder/safetensors.hpp"
#include "tests/support/small_encoder.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

constexpr Shape kOddPicture{.c = 3, .h = 11, .w = 7};
constexpr Size kSize{.width = 7, .height = 11};

std::vector<std::uint8_t> noise(std::size_t pictures, const Shape& shape = kOddPicture) {
  Random random(3);
  std::vector<std::uint8_t> pixels(pictures * shape.size());
  for (auto& value : pixels) value = static_cast<std::uint8_t>(random.below(256));
  return pixels;
}

std::vector<PixelView> views_of(const std::vector<std::uint8_t>& pixels) {
  std::vector<PixelView> views;
  for (auto rest = std::span(pixels); !rest.empty(); rest = rest.subspan(kOddPicture.size())) {
    views.push_back({.size = kSize, .pixels = rest.first(kOddPicture.size())});
  }
  return views;
}

PretrainedEncoder described(PixelOrder order, OnnxType type) {
  PretrainedEncoder encoder{.onnx = {},
                            .input = "image",
                            .output = "vector",
                            .numbers = kSmallEncoderNumbers,
                            .size = kSmallEncoderSize};
  encoder.order = order;
  encoder.type = type;
  if (type == OnnxType::kF32) {
    encoder.mean = {0.25F, 0.5F, 0.125F};
    encoder.deviation = {0.5F, 0.25F, 2.0F};
  }
  return encoder;
}

class Pretrained : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_onnx_runtime(); !why.empty()) GTEST_SKIP() << why;
  }
  [[nodiscard]] PretrainedEncoder small(PixelOrder order, OnnxType type) const {
    const auto file = folder_.path() / "small.onnx";
    write_small_encoder(file, order, type);
    PretrainedEncoder encoder = described(order, type);
    encoder.onnx = read_file(file);
    return encoder;
  }
  TemporaryFolder folder_;
};

// The means of 4 by 4 pixels, as the small encoder gives them.
std::vector<double> plain_means(const PretrainedEncoder& encoder, const Image& seen) {
  std::vector<double> means(kSmallEncoderNumbers);
  for (std::size_t y = 0; y < 16; ++y) {
    for (std::size_t x = 0; x < 12; ++x) {
      for (std::size_t c = 0; c < 3; ++c) {
        double value = seen.pixels[(y * 12 + x) * 3 + c];
        if (encoder.type == OnnxType::kF32) {
          value = (value / 255.0 - encoder.mean.at(c)) / encoder.deviation.at(c);
        }
        means[c * 12 + y / 4 * 3 + x / 4] += value / 16.0;
      }
    }
  }
  return means;
}

TEST_F(Pretrained, SeesPicturesInItsOwnOrderSizeAndRange) {
  const auto pictures = noise(3);
  for (const PixelOrder order : {PixelOrder::kPlanes, PixelOrder::kPixels}) {
    for (const OnnxType type : {OnnxType::kF32, OnnxType::kU8}) {
      for (const bool one_by_one : {false, true}) {
        PretrainedEncoder encoder = small(order, type);
        encoder.one_by_one = one_by_one;
        const PretrainedSession session(encoder, "small");
        std::vector<float> found(3 * kSmallEncoderNumbers);
        session.describe(views_of(pictures), found);
        for (std::size_t i = 0; i < 3; ++i) {
          const auto from = std::span(pictures).subspan(i * kOddPicture.size(), kOddPicture.size());
          const auto means =
              plain_means(encoder, resize({.size = kSize, .pixels = {from.begin(), from.end()}},
                                          encoder.size, encoder.fit));
          for (std::size_t k = 0; k < means.size(); ++k) {
            const auto value = static_cast<double>(found[i * kSmallEncoderNumbers + k]);
            ASSERT_NEAR(value, means[k], 1e-4 * (1.0 + std::abs(means[k]))) << i << ", " << k;
          }
        }
      }
    }
  }
}

TEST_F(Pretrained, IsRefusedWhereItGivesAnotherNumberOfValues) {
  PretrainedEncoder encoder = small(PixelOrder::kPlanes, OnnxType::kF32);
  encoder.numbers = 35;
  std::vector<float> found(35);
  const auto pixels = noise(1);
  EXPECT_THROW(PretrainedSession(encoder, "small").describe(views_of(pixels), found), Error);
}

TEST_F(Pretrained, AFileThatIsNoNetworkIsRefusedInOneLine) {
  const PretrainedEncoder encoder = small(PixelOrder::kPlanes, OnnxType::kF32);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, encoder.onnx.size() / 2}) {
    PretrainedEncoder cut = encoder;
    cut.onnx.resize(size);
    try {
      const PretrainedSession session(cut, "cut.onnx");
      ADD_FAILURE() << "of " << size << " bytes";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kInput);
      const std::string message = error.what();
      EXPECT_TRUE(message.starts_with("cut.onnx: "));
      EXPECT_EQ(message.find('\n'), std::string::npos);
    }
  }
}

struct Around {
  std::vector<std::uint8_t> pixels = noise(150);
  Pictures pictures;
  std::vector<std::size_t> positions;

  Around() {
    for (std::size_t i = 0; i < 150; ++i) {
      pictures.emplace_back(std::span(pixels).subspan(i * kOddPicture.size(), kOddPicture.size()));
      positions.push_back(i);
    }
  }
  [[nodiscard]] Model model(const PretrainedEncoder& encoder, const PretrainedModelOptions& options,
                            std::size_t threads = 2) const {
    ThreadPool pool(threads);
    Model model = model_around(std::make_shared<const PretrainedEncoder>(encoder), kOddPicture,
                               {.pictures = pictures, .positions = positions}, options, pool);
    model.name = "around";
    return model;
  }
};

TEST_F(Pretrained, AModelAroundItIsTheSameForAnyNumberOfThreadsAndOutOfItsFile) {
  const Around around;
  const auto encoder = small(PixelOrder::kPlanes, OnnxType::kF32);
  for (const bool alone : {false, true}) {
    const Model model = around.model(encoder, {.latent = 16, .alone = alone});
    EXPECT_EQ(model.network.latent_size(), 16U);
    EXPECT_EQ(checksum_of(around.model(encoder, {.latent = 16, .alone = alone}, 3)),
              checksum_of(model));
    const auto file = folder_.path() / "around.safetensors";
    (void)write_model(file, model);
    const Model again = read_model(file);
    EXPECT_EQ(again.parts.size(), alone ? 0U : 3U);
    EXPECT_EQ(embed(again, around.pictures, Precision::kF32, 1),
              embed(model, around.pictures, Precision::kF32, 3));
  }
}

TEST_F(Pretrained, AloneItsNumbersAreOfLengthOne) {
  const Around around;
  const auto latents =
      embed(around.model(small(PixelOrder::kPixels, OnnxType::kU8), {.latent = 5, .alone = true}),
            around.pictures, Precision::kF32, 2);
  for (std::size_t i = 0; i < 150; ++i) {
    const auto row = std::span(latents).subspan(5 * i, 5);
    EXPECT_NEAR(std::inner_product(row.begin(), row.end(), row.begin(), 0.0), 1.0, 1e-5);
  }
}

// The parts beside it look at the pictures themselves.
TEST_F(Pretrained, LooksAtLargerPicturesWhereThereAreSome) {
  const Around around;
  const auto encoder = small(PixelOrder::kPlanes, OnnxType::kF32);
  constexpr Shape kLarger{.c = 3, .h = 16, .w = 12};
  const auto pixels = noise(150, kLarger);
  const auto larger = [&](std::size_t i) {
    return std::span(pixels).subspan(i * kLarger.size(), kLarger.size());
  };
  const auto find_larger = [&](std::size_t i) -> std::optional<Image> {
    if (i % 3 != 0) return std::nullopt;
    return Image{.size = kSmallEncoderSize, .pixels = {larger(i).begin(), larger(i).end()}};
  };
  for (const bool alone : {false, true}) {
    const Model model = around.model(encoder, {.latent = 16, .alone = alone});
    Model of_larger = model;  // the same weights, for pictures of that size
    of_larger.network.layers.front().output = kLarger;
    Embedder embedder(model, Precision::kF32, 2);
    const auto found = embedder.weighted(around.pictures, find_larger);
    const auto part = alone ? std::size_t{16} : model.parts.front().size;
    const auto records = embed(model, around.pictures, Precision::kF32, 1);
    for (std::size_t i = 0; i < 150; ++i) {
      const auto row = found.subspan(i * 16, 16);
      const auto record = std::span(records).subspan(i * 16, 16);
      EXPECT_TRUE(std::ranges::equal(row.subspan(part), record.subspan(part))) << i;
      const auto seen =
          i % 3 == 0 ? embed(of_larger, {larger(i)}, Precision::kF32, 1) : std::vector<float>();
      const auto expected = seen.empty() ? record : std::span<const float>(seen);
      EXPECT_TRUE(std::ranges::equal(row.first(part), expected.first(part))) << i;
      EXPECT_EQ(std::ranges::equal(row, record), i % 3 != 0) << i;
    }
  }
}

TEST_F(Pretrained, IsFittedToLargerPictures) {
  const Around around;
  const auto encoder = small(PixelOrder::kPlanes, OnnxType::kF32);
  const auto pixels = noise(150, {.c = 3, .h = 16, .w = 12});
  Pictures larger;
  for (std::size_t i = 0; i < 150; ++i) {
    larger.push_back(std::span(pixels).subspan(i * 16 * 12 * 3, std::size_t{16} * 12 * 3));
  }
  ThreadPool pool(2);
  const PretrainedModelOptions options{.latent = 16, .alone = true};
  const auto shared = std::make_shared<const PretrainedEncoder>(encoder);
  const auto fitted = [&](const Pictures& pictures, const Shape& shape, FindLarger find_larger) {
    return model_around(shared, shape,
                        {.pictures = pictures,
                         .positions = around.positions,
                         .on_read = {},
                         .find_larger = std::move(find_larger)},
                        options, pool)
        .parameters;
  };
  const auto find_larger = [&](std::size_t i) {
    return Image{.size = kSmallEncoderSize, .pixels = {larger[i].begin(), larger[i].end()}};
  };
  EXPECT_EQ(fitted(around.pictures, kOddPicture, find_larger),
            fitted(larger, {.c = 3, .h = 16, .w = 12}, {}));
}

TEST(PretrainedDescription, TellsHowLargeAPictureIsSeen) {
  PretrainedEncoder encoder = described(PixelOrder::kPlanes, OnnxType::kF32);
  encoder.size = {.width = 224, .height = 224};
  const auto seen = [&](Fit fit, Size picture) {
    encoder.fit = fit;
    return largest_seen(encoder, picture);
  };
  const Size portrait{.width = 60, .height = 80};
  EXPECT_EQ(seen(Fit::kPad, portrait), (Size{.width = 168, .height = 224}));
  EXPECT_EQ(seen(Fit::kCrop, portrait), (Size{.width = 224, .height = 299}));
  EXPECT_EQ(seen(Fit::kStretch, portrait), (Size{.width = 224, .height = 224}));
  EXPECT_EQ(seen(Fit::kPad, {.width = 1000, .height = 1}), (Size{.width = 224, .height = 1}));
  EXPECT_EQ(seen(Fit::kCrop, {.width = 1000, .height = 1}), (Size{.width = 4096, .height = 4}));
}

TEST_F(Pretrained, OneThatGivesTooFewNumbersIsRefused) {
  const Around around;
  const auto encoder = small(PixelOrder::kPlanes, OnnxType::kF32);
  EXPECT_THROW((void)around.model(encoder, {.latent = 37, .alone = true}), Error);
  EXPECT_THROW((void)around.model(encoder, {.latent = 4}), Error);
}

TEST_F(Pretrained, AModelsFileWithAnotherEncoderIsRefused) {
  const Around around;
  const Model model = around.model(small(PixelOrder::kPlanes, OnnxType::kF32), {.latent = 16});
  const auto file = folder_.path() / "around.safetensors";
  (void)write_model(file, model);
  TensorFile whole = read_tensors(file);
  whole.blobs.clear();
  EXPECT_THROW((void)read_model(bytes_of(whole), "without"), Error);
  whole = read_tensors(file);
  whole.blobs.push_back({.name = "more.onnx", .bytes = {std::byte{1}}});
  EXPECT_THROW((void)read_model(bytes_of(whole), "with more"), Error);
}

TEST(PretrainedDescription, SurvivesItsJson) {
  PretrainedEncoder encoder = described(PixelOrder::kPixels, OnnxType::kF32);
  encoder.fit = Fit::kCrop;
  encoder.one_by_one = true;
  const auto again = pretrained_from_json(parse_json(to_json(encoder).dump(), "x"), "x");
  EXPECT_EQ(to_json(again).dump(), to_json(encoder).dump());
  EXPECT_FALSE(again.originals);
  EXPECT_EQ(to_json(encoder).find("originals"), nullptr);  // as all were before there were any
  encoder.originals = true;
  EXPECT_TRUE(pretrained_from_json(parse_json(to_json(encoder).dump(), "x"), "x").originals);
}

TEST(PretrainedDescription, IsReadAsHostile) {
  const std::string good = to_json(described(PixelOrder::kPlanes, OnnxType::kF32)).dump();
  const auto read_with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    return pretrained_from_json(parse_json(text, "x"), "x");
  };
  EXPECT_NO_THROW((void)read_with("12", "13"));
  EXPECT_THROW((void)read_with("\"width\":12", "\"width\":0"), Error);
  EXPECT_THROW((void)read_with("\"width\":12", "\"width\":100000"), Error);
  EXPECT_THROW((void)read_with("\"numbers\":36", "\"numbers\":-1"), Error);
  EXPECT_THROW((void)read_with("\"numbers\":36", "\"numbers\":4097"), Error);
  EXPECT_THROW((void)read_with("pad", "squeeze"), Error);
  EXPECT_THROW((void)read_with("planes", "rows"), Error);
  EXPECT_THROW((void)read_with("F32", "F16"), Error);
  EXPECT_THROW((void)read_with("[0.5,", "[0,"), Error);
  EXPECT_THROW((void)read_with("\"width\":12", "\"width\":12,\"originals\":1"), Error);
  EXPECT_THROW((void)read_with("[0.5,", "[1e300,"), Error);
  EXPECT_THROW((void)read_with("[0.5,", "[0.5,1,"), Error);
}

// MobileNetV2, as TensorFlow.js computes it.
TEST_F(Pretrained, MobileNetGivesWhatItsMakersProgramGives) {
  const std::filesystem::path folder = LIKENESS_PRETRAINED;
  if (!std::filesystem::exists(folder / "golden.npy")) {
    GTEST_SKIP() << "needs the pretrained encoder: configure with -DLIKENESS_DATA=FOLDER";
  }
  PretrainedEncoder encoder{.onnx = read_file(folder / "mobilenet_v2_035_224.onnx"),
                            .input = "image",
                            .output = "embedding",
                            .numbers = 1280,
                            .size = {.width = 224, .height = 224}};
  encoder.mean.fill(0.5F);
  encoder.deviation.fill(0.5F);
  const PretrainedSession session(encoder, "mobilenet");
  const auto golden = read_file(folder / "golden.npy");
  constexpr std::size_t kHead = 128;  // of an array of NumPy as small as this
  ASSERT_EQ(golden.size(), kHead + std::size_t{3} * 1280 * sizeof(float));
  std::vector<float> expected(std::size_t{3} * 1280);
  std::memcpy(expected.data(), golden.data() + kHead, golden.size() - kHead);
  std::vector<float> found(1280);
  auto row = expected.begin();
  for (const char* const name : {"000001.png", "000762.png", "001490.png"}) {
    const Image picture = decode_image(read_file(folder / name));
    session.describe(std::vector{PixelView{.size = picture.size, .pixels = picture.pixels}}, found);
    for (const float value : found) ASSERT_NEAR(value, *row++, 1e-3F) << name;
  }
}

}  // namespace
}  // namespace likeness
