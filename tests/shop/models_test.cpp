// Verbs of models: what a shop has, takes from another, lets answer, and forgets.
#include "likeness/shop/models.hpp"

#include "likeness/base/file.hpp"
#include "likeness/shop/embed.hpp"
#include "likeness/shop/latent_files.hpp"
#include "likeness/shop/recommend.hpp"
#include "likeness/shop/train.hpp"
#include "likeness/shop/verify.hpp"
#include "tests/shop/small_shop.hpp"

namespace likeness {
namespace {

class ModelVerbs : public SmallShop {
 protected:
  [[nodiscard]] ShopFiles other() const { return {.folder = path("other")}; }
  // Of the same pictures.
  void make_other() const {
    PackRequest request = pack_request();
    request.files = other();
    (void)pack(request, work_);
  }
  [[nodiscard]] static std::vector<float> latents(const ShopFiles& files) {
    const Store store = open_store(files);
    return all_latents(store, files, *store.active_model()).values;
  }
};

TEST_F(ModelVerbs, AnotherShopsModelGivesTheSameLatents) {
  make();
  train_model("a", 3);
  make_other();
  const ImportOutcome imported = import_model(
      {.files = other(), .file = files().models() / "a.safetensors", .name = {}}, Work{});
  EXPECT_EQ(imported.model, "a");
  EXPECT_EQ(imported.dimensions, 3U);
  EXPECT_TRUE(imported.is_new);
  EXPECT_EQ(embed({.files = other(), .model = {}}, work_).embedded, 12U);
  EXPECT_EQ(latents(other()), latents(files()));
  EXPECT_FALSE(
      import_model({.files = other(), .file = files().models() / "a.safetensors", .name = {}},
                   Work{})
          .is_new);
  EXPECT_TRUE(verify(other(), work_).sound());
}

TEST_F(ModelVerbs, ImportRefusesWhatDoesNotFit) {
  make();
  train_model("a", 3);
  const auto file = files().models() / "a.safetensors";
  write_file(path("words.safetensors"), std::string_view("these are only words"));
  const auto import_file = [&](const std::filesystem::path& from, const std::string& name) {
    return import_model({.files = files(), .file = from, .name = name}, Work{});
  };
  EXPECT_EQ(error_of([&] { return import_file(path("words.safetensors"), "b"); }).kind(),
            Error::Kind::kCorrupt);
  EXPECT_EQ(refused_field([&] { return import_file(file, "../b"); }), "name");
  train_model("c", 4);
  EXPECT_EQ(refused_field([&] { return import_file(file, "c"); }), "name");
  PackRequest wide = pack_request();
  wide.files = other();
  wide.size = Size{.width = 32, .height = 32};
  (void)pack(wide, work_);
  EXPECT_EQ(error_of([&] {
              return import_model({.files = other(), .file = file, .name = {}}, Work{});
            }).kind(),
            Error::Kind::kInput);
  EXPECT_TRUE(list_models(other()).empty());
}

TEST_F(ModelVerbs, AnotherModelAnswersOnceItIsActive) {
  make();
  train_model("a", 3);
  train_model("b", 4);
  const auto models = list_models(files());
  ASSERT_EQ(models.size(), 2U);
  EXPECT_TRUE(models[1].active);
  const ActivateOutcome outcome = activate_model(files(), "a");
  EXPECT_EQ(outcome.latents, 12U);
  EXPECT_EQ(outcome.items, 12U);
  EXPECT_EQ(latents(files()).size(), 36U);
  RecommendRequest request;
  request.query.files = files();
  request.query.liked = {"0001"};
  EXPECT_EQ(recommend(request, work_).model, "a");
  const Error missing = error_of([&] { return activate_model(files(), "c"); });
  EXPECT_EQ(missing.kind(), Error::Kind::kNotFound);
  EXPECT_EQ(missing.message().remedy->verb, "model list");
}

TEST_F(ModelVerbs, ARemovedModelTakesEverythingOfItWithIt) {
  make();
  train_model("a", 3);
  train_model("b", 4);
  EXPECT_EQ(error_of([&] { return remove_model(files(), "b"); }).kind(), Error::Kind::kInput);
  EXPECT_EQ(remove_model(files(), "a").model, "a");
  EXPECT_FALSE(std::filesystem::exists(files().models() / "a.safetensors"));
  EXPECT_FALSE(std::filesystem::exists(files().latents() / "a"));
  EXPECT_FALSE(std::filesystem::exists(files().folder / "runs" / "a"));
  EXPECT_EQ(list_models(files()).size(), 1U);
  EXPECT_TRUE(verify(files(), work_).sound());
  train_model("a", 5);  // the name is free
  EXPECT_EQ(latents(files()).size(), 60U);
  (void)remove_model(files(), "b");
  (void)remove_model(files(), "a");  // the last may go, though it answers
  EXPECT_TRUE(list_models(files()).empty());
}

}  // namespace
}  // namespace likeness
