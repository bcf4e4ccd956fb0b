// Models that look at items' files where those have more pixels than the shop.
#include "likeness/shop/originals.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "likeness/base/checksum.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/jpeg.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/shop/change_items.hpp"
#include "likeness/shop/embed.hpp"
#include "likeness/shop/embedding.hpp"
#include "likeness/shop/model_files.hpp"
#include "likeness/shop/models.hpp"
#include "likeness/shop/recommend.hpp"
#include "likeness/shop/teacher.hpp"
#include "tests/shop/small_shop.hpp"
#include "tests/support/small_encoder.hpp"

namespace likeness {
namespace {

namespace fs = std::filesystem;

using ByKey = std::map<std::string, std::vector<float>>;

// The files have 24x32 pixels, the encoder sees 12x16, the shop has 6x8.
class OriginalsTest : public SmallShop {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_onnx_runtime(); !why.empty()) GTEST_SKIP() << why;
    write_small_encoder(path("small.onnx"), PixelOrder::kPixels, OnnxType::kU8);
  }

  void make_of_size(const ShopFiles& shop, Size size) const {
    PackRequest request = pack_request();
    request.files = shop;
    request.size = size;
    (void)pack(request, work_);
  }
  void make_small() const { make_of_size(files(), {.width = 6, .height = 8}); }

  void import(const ShopFiles& shop, const std::string& name, bool originals,
              bool alone = true) const {
    ImportRequest request{.files = shop, .file = path("small.onnx"), .name = name};
    request.pretrained.latent = 8;
    request.pretrained.alone = alone;
    request.pretrained.originals = originals;
    (void)import_model(request, work_);
  }
  [[nodiscard]] EmbedOutcome embed_by(const ShopFiles& shop, const std::string& name) const {
    return embed({.files = shop, .model = name}, work_);
  }
  [[nodiscard]] static StoredModel model_named(const Store& store, const std::string& name) {
    const auto model = store.find_model(name);
    EXPECT_TRUE(model) << name;
    return model.value_or(StoredModel{});
  }
  [[nodiscard]] static ByKey latents_by(const ShopFiles& shop, const std::string& name) {
    const Store store = open_store(shop);
    const StoredLatents latents = own_latents(store, shop, model_named(store, name));
    const Rows rows(latents.values, latents.dimensions);
    ByKey found;
    for (std::size_t i = 0; i < latents.items.size(); ++i) {
      const auto item = store.find_item(latents.items[i]);
      const auto row = rows.row(i);
      if (item) found[item->key] = {row.begin(), row.end()};
    }
    return found;
  }
  // What a model makes of the pixels of an item that the shop has.
  [[nodiscard]] std::vector<float> of_record(const std::string& name,
                                             const std::string& key) const {
    const Shop shop(files().folder);
    const auto stored = model_named(shop.store(), name);
    const auto place = shop.index_of(key);
    EXPECT_TRUE(place) << key;
    return embed(read_model(files().models() / stored.file), {shop.record(place.value_or(0))},
                 embedding_precision(), 1);
  }
  // As if this file were the one that the item had been packed from.
  void say_it_is_packed_from(const std::string& key, const std::string& file) const {
    Store store = open_store(files(), OpenMode::kExisting);
    auto item = store.find_item(key).value_or(Item{});
    item.source = path(file);
    item.digest = digest(read_file(path(file)));
    auto transaction = store.begin();
    store.update_items(std::span(&item, 1));
    transaction.commit();
  }
  [[nodiscard]] static bool is_told(const Notes& notes, const std::string& words) {
    return std::ranges::any_of(notes.messages, [&](const Message& message) {
      return message.text.find(words) != std::string::npos;
    });
  }
};

TEST_F(OriginalsTest, AreSeenAsAShopOfThatSizeWouldHaveThem) {
  make_small();
  const ShopFiles large{.folder = path("large")};
  make_of_size(large, kSmallEncoderSize);
  import(files(), "close", true);
  import(files(), "far", false);
  import(large, "large", false);
  const EmbedOutcome close = embed_by(files(), "close");
  ASSERT_TRUE(close.originals);
  EXPECT_EQ(to_json(close).at("originals").at("seen").integer(), 12);
  EXPECT_EQ(to_json(embed_by(files(), "far")).find("originals"), nullptr);
  (void)embed_by(large, "large");
  EXPECT_EQ(latents_by(files(), "close"), latents_by(large, "large"));
  EXPECT_NE(latents_by(files(), "close"), latents_by(files(), "far"));
  EXPECT_TRUE(notes_.messages.empty());
  EXPECT_EQ(to_json(embed_by(files(), "close")).at("originals").at("seen").integer(), 0);
}

TEST_F(OriginalsTest, AreSeenAlikeForAnyNumberOfThreads) {
  make_small();
  for (const bool alone : {false, true}) {
    for (const std::size_t threads : {std::size_t{1}, std::size_t{3}}) {
      work_.threads = threads;
      const std::string name = (alone ? "alone" : "beside") + std::to_string(threads);
      import(files(), name, true, alone);
      (void)embed_by(files(), name);
    }
  }
  EXPECT_EQ(latents_by(files(), "alone1"), latents_by(files(), "alone3"));
  EXPECT_EQ(latents_by(files(), "beside1"), latents_by(files(), "beside3"));
}

TEST_F(OriginalsTest, APictureThatIsBroughtIsSeenAsItemsAre) {
  make_small();
  import(files(), "close", true);
  (void)embed_by(files(), "close");
  RecommendRequest like_picture;
  like_picture.query.files = files();
  like_picture.query.image = path("pictures/0003.jpg");
  const RecommendOutcome found = recommend(like_picture, work_);
  ASSERT_FALSE(found.results.empty());
  EXPECT_EQ(found.results.front().item.key, "0003");
  const Store store = open_store(files());
  EXPECT_EQ(embed_picture(files(), store.packs().front(), model_named(store, "close"),
                          path("pictures/0003.jpg")),
            latents_by(files(), "close").at("0003"));
}

TEST_F(OriginalsTest, ATeacherLooksAtThem) {
  make_small();
  import(files(), "close", true);
  {
    Shop shop(files().folder);
    std::vector<std::size_t> positions(shop.items().size());
    for (std::size_t i = 0; i < positions.size(); ++i) positions[i] = positions.size() - 1 - i;
    const auto look = look_of_teacher(shop, "close", positions, work_);
    (void)embed_by(files(), "close");
    const auto latents = latents_by(files(), "close");
    const Rows rows(look, 8);
    for (std::size_t i = 0; i < positions.size(); ++i) {
      EXPECT_TRUE(std::ranges::equal(rows.row(i), latents.at(shop.items()[positions[i]].key)));
    }
  }
}

TEST_F(OriginalsTest, TheShopsPixelsStandInForFilesThatDoNotServe) {
  const Image tiny{.size = {.width = 6, .height = 8},
                   .pixels = std::vector<std::uint8_t>(std::size_t{6} * 8 * 3, 99)};
  write_file(path("pictures/0001.jpg"), encode_jpeg(tiny, 90));
  make_small();
  fs::remove(path("pictures/0002.jpg"));
  draw("pictures/0003.jpg", 77);
  const auto whole = read_file(path("pictures/0004.jpg"));
  write_file(path("pictures/0004.jpg"), std::span(whole).first(whole.size() / 2));
  fs::remove(path("pictures/0005.jpg"));
  fs::create_directory(path("pictures/0005.jpg"));
  fs::remove(path("pictures/0006.jpg"));
  ASSERT_EQ(::mkfifo(path("pictures/0006.jpg").c_str(), 0600), 0);
  write_file(path("cut.jpg"), std::span(whole).first(whole.size() / 2));
  say_it_is_packed_from("0007", "cut.jpg");
  write_file(path("words.jpg"), std::string_view("these are only words"));
  say_it_is_packed_from("0008", "words.jpg");
  const auto bytes = read_file(path("pictures/0012.jpg"));
  const auto like = open_store(files()).packs().front();
  (void)change_items(
      files(),
      std::vector<ItemChange>{
          {.key = "sent",
           .picture = NewPicture{.record = record_of(bytes, like), .digest = digest(bytes)}}},
      work_);
  import(files(), "close", true);
  EXPECT_TRUE(is_told(notes_, "9 of 13 pictures"));
  notes_.messages.clear();
  const EmbedOutcome outcome = embed_by(files(), "close");
  EXPECT_EQ(to_json(outcome).at("originals").dump(),
            R"({"seen":4,"no_larger":1,"sent":1,"gone":1,"changed":2,"unreadable":4})");
  ASSERT_EQ(notes_.messages.size(), 1U);
  EXPECT_TRUE(is_told(notes_, "close: sees 9 of 13 pictures as small as the shop has them"));
  for (const auto& [key, latent] : latents_by(files(), "close")) {
    const bool is_seen = key >= "0009" && key <= "0012";
    EXPECT_EQ(latent == of_record("close", key), !is_seen) << key;
  }
}

TEST_F(OriginalsTest, AreNotReadWhereTheShopHasAsMuchAsIsSeen) {
  make_of_size(files(), kSmallEncoderSize);
  import(files(), "close", true);
  EXPECT_EQ(to_json(embed_by(files(), "close")).at("originals").dump(),
            R"({"seen":0,"no_larger":12,"sent":0,"gone":0,"changed":0,"unreadable":0})");
}

}  // namespace
}  // namespace likeness
