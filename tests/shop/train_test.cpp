// The verbs that learn: train and embed.
#include "likeness/shop/train.hpp"

#include "likeness/shop/embed.hpp"
#include "likeness/shop/overview.hpp"
#include "likeness/shop/recommend.hpp"
#include "likeness/shop/remove_items.hpp"
#include "tests/shop/small_shop.hpp"

namespace likeness {
namespace {

class TrainVerb : public SmallShop {
 protected:
  TrainVerb() { make(); }

  [[nodiscard]] TrainRequest request() const {
    TrainRequest request;
    request.files = files();
    request.latent_given = 3;
    request.epochs = 1;
    request.batch = 4;
    request.name = "small";
    return request;
  }
  // Of the pictures whose reconstructions are kept, as many as there are up to five of each side.
  [[nodiscard]] std::vector<std::string> shown_keys(const std::string& name) const {
    const Pack pack(files().folder / "runs" / name / "epoch-0001.pack");
    std::vector<std::string> keys;
    keys.reserve(pack.count());
    for (std::size_t i = 0; i < pack.count(); ++i) keys.emplace_back(pack.entry(i).key);
    return keys;
  }
};

TEST_F(TrainVerb, LearnsAModelThatEmbedsAndAnswers) {
  const TrainOutcome trained = train(request(), work_);
  EXPECT_EQ(trained.model, "small");
  EXPECT_EQ(trained.best_epoch, 1U);
  EXPECT_EQ(trained.history.size(), 1U);
  EXPECT_EQ(trained.network.latent_size(), 3U);
  EXPECT_TRUE(std::filesystem::exists(trained.file));
  const EmbedOutcome embedded = embed({.files = files(), .model = {}}, work_);
  EXPECT_EQ(embedded.model, "small");
  EXPECT_EQ(embedded.embedded, 12U);
  EXPECT_EQ(embedded.kept, 0U);
  EXPECT_EQ(embed({.files = files(), .model = "small"}, work_).kept, 12U);
  RecommendRequest like;
  like.query.files = files();
  like.query.image = path("pictures/0005.jpg");
  like.count = 1;
  const RecommendOutcome found = recommend(like, work_);
  ASSERT_EQ(found.results.size(), 1U);
  EXPECT_EQ(found.results[0].item.key, "0005");
  EXPECT_LT(found.results[0].distance, 1e-3F);
}

TEST_F(TrainVerb, OfALargerShopLearnsFromASample) {
  TrainRequest of_some = request();
  of_some.sample = 5;
  Notes notes;
  work_.status = &notes;
  (void)train(of_some, work_);
  EXPECT_EQ(shown_keys("small").size(), 5U);  // both sides together
  EXPECT_EQ(embed({.files = files(), .model = {}}, work_).embedded, 12U);
  of_some.name = "again";
  (void)train(of_some, work_);
  EXPECT_EQ(shown_keys("again"), shown_keys("small"));
  of_some.sample = 6;
  of_some.resume = true;
  EXPECT_EQ(error_of([&] { return train(of_some, work_); }).kind(), Error::Kind::kInput);
}

TEST_F(TrainVerb, GoesOnAndSaysWhetherThePicturesAreOthers) {
  (void)train(request(), work_);
  TrainRequest further = request();
  further.resume = true;
  (void)train(further, work_);
  EXPECT_EQ(notes_.messages.back().text, "small: goes on after epoch 1");
  (void)remove_items({.files = files(), .keys = {"0003"}});
  (void)train(further, work_);
  EXPECT_EQ(
      notes_.messages.back().text,
      "small: goes on after epoch 1, on other pictures than till then: the catalogue changed");
}

TEST_F(TrainVerb, WritesDownItsRun) {
  (void)train(request(), work_);
  const auto runs = open_store(files()).runs();
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].name, "small");
  EXPECT_EQ(parse_json(runs[0].settings, "settings").at("latent").integer(), 3);
  const Json outcome = parse_json(runs[0].outcome, "outcome");
  EXPECT_TRUE(outcome.at("ended").boolean());
  EXPECT_EQ(outcome.at("epochs").integer(), 1);
}

TEST_F(TrainVerb, RefusesWhatCannotBeByItsField) {
  const auto refused = [&](auto change) {
    TrainRequest changed = request();
    change(changed);
    return refused_field([&] { return train(changed, work_); });
  };
  EXPECT_EQ(refused([](auto& request) { request.batch = 0; }), "batch");
  EXPECT_EQ(refused([](auto& request) { request.latent_given = 5000; }), "latent");
  EXPECT_EQ(refused([](auto& request) { request.validation = 1.0; }), "validation");
  EXPECT_EQ(refused([](auto& request) { request.network = "resnet"; }), "network");
  EXPECT_EQ(refused([](auto& request) { request.precision = "f16"; }), "precision");
  EXPECT_EQ(refused([](auto& request) { request.name = "../x"; }), "name");
  EXPECT_TRUE(look_at(files()).models.empty());
}

TEST_F(TrainVerb, GivesANameOnlyOnceUnlessItGoesOn) {
  (void)train(request(), work_);
  const auto remedy = error_of([&] { return train(request(), work_); }).message().remedy;
  ASSERT_TRUE(remedy.has_value());
  EXPECT_EQ(remedy->verb, "train");
  ASSERT_EQ(remedy->asked.size(), 2U);
  EXPECT_EQ(remedy->asked[0].value, "small");
  EXPECT_EQ(remedy->asked[1].field, "resume");
}

TEST_F(TrainVerb, StoppedBeforeItsFirstEpochLeavesNothing) {
  std::stop_source source;
  source.request_stop();
  const Error error =
      error_of([&] { return train(request(), {.threads = 2, .stop = source.get_token()}); });
  EXPECT_EQ(error.kind(), Error::Kind::kUnavailable);
  EXPECT_TRUE(look_at(files()).models.empty());
  EXPECT_FALSE(std::filesystem::exists(files().folder / "runs" / "small"));
}

TEST_F(TrainVerb, SaysByDataThatAModelIsMissing) {
  const auto remedy =
      error_of([&] { return embed({.files = files(), .model = {}}, work_); }).message().remedy;
  ASSERT_TRUE(remedy.has_value());
  EXPECT_EQ(remedy->verb, "train");
}

}  // namespace
}  // namespace likeness
