// Pretrained encoders as a shop's models.
#include "likeness/base/file.hpp"
#include "likeness/encoder/onnx_file.hpp"
#include "likeness/shop/embed.hpp"
#include "likeness/shop/models.hpp"
#include "likeness/shop/recommend.hpp"
#include "likeness/shop/verify.hpp"
#include "tests/shop/small_shop.hpp"
#include "tests/support/small_encoder.hpp"

namespace likeness {
namespace {

class PretrainedImport : public SmallShop {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_onnx_runtime(); !why.empty()) GTEST_SKIP() << why;
    make();
    write_small_encoder(path("small.onnx"), PixelOrder::kPlanes, OnnxType::kF32);
    write_small_encoder(path("bytes.onnx"), PixelOrder::kPixels, OnnxType::kU8);
  }
  [[nodiscard]] ImportRequest request(const std::string& file) const {
    ImportRequest request{.files = files(), .file = path(file), .name = {}};
    request.pretrained.latent = 8;
    return request;
  }
  [[nodiscard]] ImportRequest of_bytes() const { return request("bytes.onnx"); }
  [[nodiscard]] ImportRequest of_floats() const {
    ImportRequest it = request("small.onnx");
    it.pretrained.mean = ColourValues{.red = 0.5, .green = 0.5, .blue = 0.5};
    it.pretrained.deviation = it.pretrained.mean;
    return it;
  }
};

TEST_F(PretrainedImport, BecomesAModelThatDescribesAndAnswers) {
  for (const bool alone : {false, true}) {
    ImportRequest wanted = of_floats();
    wanted.pretrained.alone = alone;
    const std::string name = alone ? "alone" : "together";
    wanted.name = name;
    const ImportOutcome imported = import_model(wanted, work_);
    EXPECT_EQ(imported.model, name);
    EXPECT_EQ(imported.network, "pretrained");
    EXPECT_EQ(imported.dimensions, 8U);
    EXPECT_EQ(embed({.files = files(), .model = name}, work_).embedded, 12U);
    RecommendRequest like_picture;
    like_picture.query.files = files();
    like_picture.query.image = path("pictures/0003.jpg");
    const RecommendOutcome found = recommend(like_picture, work_);
    EXPECT_EQ(found.model, name);
    ASSERT_EQ(found.results.size(), 5U);
    EXPECT_EQ(found.results.front().item.key, "0003");
    EXPECT_LT(found.results.front().distance, 1e-3F);
    EXPECT_FALSE(import_model(wanted, work_).is_new);
  }
  EXPECT_TRUE(verify(files(), work_).sound());
}

TEST_F(PretrainedImport, IsNamedAfterItsFileAndGoesOnToOtherShops) {
  EXPECT_EQ(import_model(of_bytes(), work_).model, "bytes");
  EXPECT_EQ(embed({.files = files(), .model = {}}, work_).embedded, 12U);
  PackRequest pictures = pack_request();
  pictures.files = {.folder = path("other")};
  (void)pack(pictures, work_);
  const ImportOutcome copied = import_model(
      {.files = pictures.files, .file = files().models() / "bytes.safetensors", .name = {}}, work_);
  EXPECT_EQ(copied.model, "bytes");
  EXPECT_EQ(embed({.files = pictures.files, .model = {}}, work_).embedded, 12U);
}

TEST_F(PretrainedImport, AsksForWhatTheFileDoesNotSay) {
  const auto field_of = [&](const auto& change) {
    ImportRequest wanted = of_floats();
    change(wanted.pretrained);
    return refused_field([&] { return import_model(wanted, work_); });
  };
  EXPECT_EQ(field_of([](PretrainedWish& wish) {
              wish.mean = {};
              wish.deviation = {};
            }),
            "mean");
  EXPECT_EQ(field_of([](PretrainedWish& wish) { wish.deviation = {}; }), "deviation");
  EXPECT_EQ(field_of([](PretrainedWish& wish) { wish.deviation = ColourValues{}; }), "deviation");
  EXPECT_EQ(field_of([](PretrainedWish& wish) { wish.size = Size{.width = 9, .height = 16}; }),
            "size");
  EXPECT_EQ(field_of([](PretrainedWish& wish) { wish.output = "image"; }), "output");
  ImportRequest bytes = of_bytes();
  bytes.pretrained.mean = ColourValues{};
  EXPECT_EQ(refused_field([&] { return import_model(bytes, work_); }), "mean");
}

TEST_F(PretrainedImport, RefusesWhatDescribesNoPictures) {
  OnnxGraphBuilder two("two");
  const auto both = two.add("Add", {two.input({.name = "a", .dimensions = {3, 8, 8}}),
                                    two.input({.name = "b", .dimensions = {3, 8, 8}})});
  two.output({.name = "vector", .dimensions = {192}}, two.reshape(both, {192}));
  write_onnx(path("two.onnx"), std::move(two).finish());
  OnnxGraphBuilder grey("grey");
  const auto x = grey.input({.name = "image", .dimensions = {1, 8, 8}});
  grey.output({.name = "vector", .dimensions = {64}}, grey.reshape(x, {64}));
  write_onnx(path("grey.onnx"), std::move(grey).finish());
  OnnxGraphBuilder maps("maps");
  const auto y = maps.input({.name = "image", .dimensions = {3, 8, 8}});
  maps.output({.name = "maps", .dimensions = {3, 8, 8}}, maps.add("Relu", {y}));
  write_onnx(path("maps.onnx"), std::move(maps).finish());
  write_file(path("words.onnx"), std::string_view("these are only words"));
  for (const char* const file : {"two.onnx", "grey.onnx", "maps.onnx", "words.onnx"}) {
    ImportRequest wanted = of_floats();
    wanted.file = path(file);
    const Error error = error_of([&] { return import_model(wanted, work_); });
    EXPECT_EQ(error.kind(), Error::Kind::kInput) << file;
    EXPECT_NE(std::string(error.what()).find(file), std::string::npos) << error.what();
  }
  EXPECT_TRUE(list_models(files()).empty());
}

// Also where there is no ONNX Runtime.
TEST_F(SmallShop, WhatAnEncoderSeesIsNotSaidOfAnotherShopsModel) {
  make();
  train_model("a", 3);
  ImportRequest request{.files = files(), .file = files().models() / "a.safetensors", .name = "b"};
  request.pretrained.alone = true;
  EXPECT_EQ(refused_field([&] { return import_model(request, work_); }), "file");
}

TEST_F(SmallShop, WithoutOnnxRuntimeOneLineSaysWhatToInstall) {
  if (why_no_onnx_runtime().empty()) GTEST_SKIP() << "ONNX Runtime is there";
  make();
  write_small_encoder(path("small.onnx"), PixelOrder::kPlanes, OnnxType::kF32);
  const Error error = error_of([&] {
    return import_model({.files = files(), .file = path("small.onnx"), .name = {}}, work_);
  });
  EXPECT_EQ(error.kind(), Error::Kind::kUnavailable);
  EXPECT_NE(std::string(error.what()).find("libonnxruntime"), std::string::npos);
}

}  // namespace
}  // namespace likeness
