// Pictures of items larger than those of the shop, from the files that they were packed from.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "likeness/base/file.hpp"
#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/jpeg.hpp"
#include "likeness/shop/embed.hpp"
#include "likeness/shop/latent_files.hpp"
#include "likeness/shop/models.hpp"
#include "tests/support/small_encoder.hpp"
#include "tests/web/running_service.hpp"
#include "tests/web/tar.hpp"

namespace likeness {
namespace {

class ShownOriginals : public ServiceTest {
 protected:
  void photograph(const std::string& name, std::uint8_t grey) const {
    const Image image{.size = {.width = 300, .height = 400},
                      .pixels = std::vector<std::uint8_t>(std::size_t{300} * 400 * 3, grey)};
    write_file(path(name), encode_jpeg(image, 90));
  }
  [[nodiscard]] Received picture(const std::string& query) const {
    Client client(address());
    return client.get("/api/v1/items/large/picture" + query);
  }
  static Size size_of(const Received& answer) {
    EXPECT_EQ(answer.status, 200) << answer.body;
    return decode_image(std::as_bytes(std::span(answer.body))).size;
  }
  const Size packed_{.width = 24, .height = 32};
};

TEST_F(ShownOriginals, AreShownWhereTheyAreLarger) {
  photograph("pictures/large.jpg", 100);
  make();
  serve({.files = files(), .originals = true});
  EXPECT_TRUE(get("/api/v1/info").at("originals").boolean());
  EXPECT_EQ(size_of(picture("")), packed_);
  EXPECT_EQ(size_of(picture("?size=16")), (Size{.width = 12, .height = 16}));
  EXPECT_EQ(size_of(picture("?size=200")), (Size{.width = 150, .height = 200}));
  EXPECT_EQ(size_of(picture("?size=4000")), (Size{.width = 300, .height = 400}));
  const std::string tag = picture("?size=200").headers.at("etag");
  Client client(address());
  EXPECT_EQ(
      client.get("/api/v1/items/large/picture?size=200", "If-None-Match: " + tag + "\r\n").status,
      304);
}

TEST_F(ShownOriginals, AreHiddenUnlessTheyAreToBeShown) {
  photograph("pictures/large.jpg", 100);
  make();
  serve();
  EXPECT_FALSE(get("/api/v1/info").at("originals").boolean());
  EXPECT_EQ(size_of(picture("?size=200")), packed_);
}

TEST_F(ShownOriginals, AreNeverAnotherPictureThanThatOfTheItem) {
  photograph("pictures/large.jpg", 100);
  make();
  serve({.files = files(), .originals = true});
  photograph("pictures/large.jpg", 200);  // and not packed again
  const Received changed = picture("?size=200");
  EXPECT_EQ(size_of(changed), packed_);
  EXPECT_FALSE(changed.headers.contains("cache-control"));  // the file may come back
  std::filesystem::remove(path("pictures/large.jpg"));
  EXPECT_EQ(size_of(picture("?size=200")), packed_);
  std::filesystem::create_directory(path("pictures/large.jpg"));
  EXPECT_EQ(size_of(picture("?size=200")), packed_);
  photograph("pictures/other.jpg", 100);
  std::filesystem::remove(path("pictures/large.jpg"));
  std::filesystem::rename(path("pictures/other.jpg"), path("pictures/large.jpg"));
  EXPECT_EQ(size_of(picture("?size=200")), (Size{.width = 150, .height = 200}));
}

// The files have 24x32 pixels, the model's encoder sees 12x16, the shop has 6x8.
class SeenOriginals : public ServiceTest {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_onnx_runtime(); !why.empty()) GTEST_SKIP() << why;
    PackRequest pictures = pack_request();
    pictures.size = Size{.width = 6, .height = 8};
    (void)pack(pictures, work_);
    write_small_encoder(path("small.onnx"), PixelOrder::kPixels, OnnxType::kU8);
    ImportRequest request{.files = files(), .file = path("small.onnx"), .name = {}};
    request.pretrained.latent = 8;
    request.pretrained.alone = true;
    request.pretrained.originals = true;
    (void)import_model(request, work_);
    (void)embed({.files = files(), .model = {}}, work_);
    serve();
  }
  // The first of what looks like what was sent.
  static void expect_third(const Received& answer) {
    ASSERT_EQ(answer.status, 200) << answer.body;
    const Json first = parse_json(answer.body, "answer").at("results").array().front();
    EXPECT_EQ(first.at("key").text(), "0003");
    EXPECT_LT(first.at("distance").number(), 1e-4);
  }
  [[nodiscard]] std::vector<float> latent_of(const std::string& key) const {
    const Store store = open_store(files());
    const StoredModel model = store.active_model().value_or(StoredModel{});
    const Item item = store.find_item(key).value_or(Item{});
    for (const PackLatents& latents : open_latents(store, files(), model)) {
      if (latents.pack != item.pack) continue;
      const auto row = latents.row(item.record, model.dimensions);
      return {row.begin(), row.end()};
    }
    ADD_FAILURE() << key << " has no latent";
    return {};
  }
  const std::string jpeg_ = "Content-Type: image/jpeg\r\n";
};

TEST_F(SeenOriginals, WhatIsSentIsSeenAsLargeAsItemsAre) {
  const std::string sent = bytes_of(path("pictures/0003.jpg"));
  Client client(address());
  expect_third(ask(client, "POST", "/api/v1/recommend?count=5", sent, jpeg_));
  const Received kept = ask(client, "POST", "/api/v1/pictures", sent, jpeg_);
  ASSERT_EQ(kept.status, 201) << kept.body;
  const std::string name = parse_json(kept.body, "kept").at("picture").text();
  for (int again = 0; again < 2; ++again) {
    expect_third(post_json(client, "/api/v1/recommend",
                           R"({"liked": [{"picture": ")" + name + R"("}], "count": 5})"));
  }
  EXPECT_EQ(ask(client, "PUT", "/api/v1/items/put", sent, jpeg_).status, 201);
  EXPECT_EQ(latent_of("put"), latent_of("0003"));
  const Received loaded = ask(client, "POST", "/api/v1/items",
                              tar_of({{"a.jpg", bytes_of(path("pictures/0002.jpg"))},
                                      {"b.jpg", "no picture"},
                                      {"c.jpg", bytes_of(path("pictures/0004.jpg"))}}),
                              "Content-Type: application/x-tar\r\n");
  EXPECT_EQ(loaded.status, 200) << loaded.body;
  EXPECT_EQ(latent_of("a"), latent_of("0002"));
  EXPECT_EQ(latent_of("c"), latent_of("0004"));
}

TEST_F(SeenOriginals, WhatIsKeptIsSeenAnewByAnotherModel) {
  const std::string sent = bytes_of(path("pictures/0003.jpg"));
  Client client(address());
  const Received kept = ask(client, "POST", "/api/v1/pictures", sent, jpeg_);
  ASSERT_EQ(kept.status, 201) << kept.body;
  const std::string name = parse_json(kept.body, "kept").at("picture").text();
  train_model("other", 3);  // of vectors of another size
  while (get("/api/v1/info").at("active_model").text() != "other") std::this_thread::yield();
  expect_third(post_json(client, "/api/v1/recommend",
                         R"({"liked": [{"picture": ")" + name + R"("}], "count": 5})"));
}

}  // namespace
}  // namespace likeness
