// Verbs that answer from latents: recommend, cluster, duplicates, export.
#include "likeness/shop/recommend.hpp"

#include "likeness/base/file.hpp"
#include "likeness/shop/cluster.hpp"
#include "likeness/shop/duplicates.hpp"
#include "likeness/shop/export_latents.hpp"
#include "likeness/shop/remove_items.hpp"
#include "tests/shop/small_shop.hpp"

namespace likeness {
namespace {

class RecommendVerb : public SmallShop {
 protected:
  [[nodiscard]] RecommendRequest like(const std::string& key) const {
    RecommendRequest request;
    request.query.files = files();
    request.query.liked = {key};
    return request;
  }
  [[nodiscard]] static std::vector<std::string> keys_of(const RecommendOutcome& outcome) {
    std::vector<std::string> keys;
    keys.reserve(outcome.results.size());
    for (const ShownItem& shown : outcome.results) keys.push_back(shown.item.key);
    return keys;
  }
};

using ItemKeys = std::vector<std::string>;

TEST_F(RecommendVerb, GivesTheNearestWithTheirTags) {
  make_line();
  RecommendRequest request = like("0001");
  request.count = 3;
  const RecommendOutcome outcome = recommend(request, work_);
  EXPECT_EQ(outcome.model, "line");
  EXPECT_EQ(outcome.items, 12U);
  EXPECT_EQ(keys_of(outcome), (ItemKeys{"0002", "0003", "0004"}));
  EXPECT_FLOAT_EQ(outcome.results[1].distance, 2.0F);
  ASSERT_EQ(outcome.results[1].tags.size(), 1U);
  EXPECT_EQ(outcome.results[1].tags[0].value, "red");
  EXPECT_TRUE(notes_.messages.empty());
}

TEST_F(RecommendVerb, LooksOnlyAtItemsWithTheTag) {
  make_line();
  RecommendRequest request = like("0001");
  request.count = 2;
  request.query.where = {{.tag = "colour", .value = "blue"}};
  EXPECT_EQ(keys_of(recommend(request, work_)), (ItemKeys{"0002", "0005"}));
  request.query.where = {{.tag = "colour", .value = "bleu"}};
  EXPECT_EQ(error_of([&] { return recommend(request, work_); }).kind(), Error::Kind::kNotFound);
}

TEST_F(RecommendVerb, ExplainsByPartsAndByWhatIsLiked) {
  make();
  const Store store = open_store(files());
  const std::string red = store.tags_of(store.find_item("0001")->id).front().value;
  const Taste taste{.liked = {0, 0, 0, 4, 0, 2}};  // so that the query is (2, 0, 1)
  const std::vector<Part> parts{{.name = "shape", .begin = 0, .size = 1},
                                {.name = "shape", .begin = 1, .size = 1},
                                {.name = "colour", .begin = 2, .size = 1}};
  const Explainer explainer(parts, 3, taste, {{.name = "colour", .value = red}});
  const std::vector<float> vector{5, 4, 3};
  const Explanation found =
      explainer.of(vector, {{.name = "colour", .value = red}, {.name = "cut", .value = red}});
  ASSERT_EQ(found.parts.size(), 2U);
  EXPECT_EQ(found.parts[0].part, "shape");
  EXPECT_DOUBLE_EQ(found.parts[0].distance, 5.0);
  EXPECT_EQ(found.parts[1].part, "colour");
  EXPECT_DOUBLE_EQ(found.parts[1].distance, 2.0);
  EXPECT_EQ(found.nearest, 1U);
  EXPECT_EQ(found.common_tags, ItemKeys{"colour"});
}

TEST_F(RecommendVerb, ExplainsOnlyWhereItIsAsked) {
  make_line();
  RecommendRequest request = like("0001");
  EXPECT_FALSE(recommend(request, work_).results.front().explanation);
  request.explained = RecommendRequest::Explained::kYes;
  request.query.liked = {"0001", "0012"};
  const RecommendOutcome outcome = recommend(request, work_);
  for (const ShownItem& shown : outcome.results) {
    ASSERT_TRUE(shown.explanation);
    const bool is_low = shown.item.key < "0007";  // they lie on a line
    EXPECT_EQ(outcome.liked.at(shown.explanation->nearest).key, is_low ? "0001" : "0012")
        << shown.item.key;
  }
}

TEST_F(RecommendVerb, RefusesWhatIsOutOfRangeByItsField) {
  make_line();
  const auto refused = [&](auto change) {
    RecommendRequest request = like("0001");
    change(request);
    return refused_field([&] { return recommend(request, work_); });
  };
  EXPECT_EQ(refused([](auto& request) { request.count = 0; }), "count");
  EXPECT_EQ(refused([](auto& request) { request.diversity = 1.5; }), "diversity");
  EXPECT_EQ(refused([](auto& request) { request.relevance = -0.1; }), "relevance");
  EXPECT_EQ(refused([](auto& request) { request.query.liked.clear(); }), "image");
  EXPECT_EQ(refused([](auto& request) { request.query.unliked = {"0001"}; }), "unlike");
}

TEST_F(RecommendVerb, SaysByDataWhatMakesWhatIsMissing) {
  make();
  const auto verb_for = [&](const RecommendRequest& request) {
    const auto remedy = error_of([&] { return recommend(request, work_); }).message().remedy;
    return remedy ? remedy->verb : "";
  };
  EXPECT_EQ(verb_for(like("0001")), "train");
  make_line();
  RecommendRequest request = like("0001");
  request.by = RecommendRequest::By::kClusters;
  EXPECT_EQ(verb_for(request), "cluster");
}

TEST_F(RecommendVerb, ShowsItemsOfTheClusterAlone) {
  make_line();
  const ClusterOutcome clusters =
      cluster({.files = files(), .count = ClusterRequest::Count::kGiven, .clusters = 2}, work_);
  ASSERT_EQ(clusters.clusters.size(), 2U);
  EXPECT_EQ(clusters.clusters[0].size + clusters.clusters[1].size, 12U);
  RecommendRequest request = like("0001");
  request.count = 12;
  request.by = RecommendRequest::By::kClusters;
  const RecommendOutcome outcome = recommend(request, work_);
  EXPECT_LT(outcome.results.size(), 11U);
  for (const ShownItem& shown : outcome.results) EXPECT_LE(shown.item.key, "0007");
}

TEST_F(RecommendVerb, TellsOfItemsThatHaveNoLatentYet) {
  make_line();
  draw("pictures/0013.jpg", 13);
  make();
  (void)recommend(like("0001"), work_);
  ASSERT_EQ(notes_.messages.size(), 1U);
  EXPECT_EQ(notes_.messages[0].text.substr(0, 10), "1 of 13 it");
  ASSERT_TRUE(notes_.messages[0].remedy.has_value());
  EXPECT_EQ(notes_.messages[0].remedy->verb, "embed");
}

TEST_F(RecommendVerb, ClustersAreRefusedByTheirNumber) {
  make_line();
  const ClusterRequest request{
      .files = files(), .count = ClusterRequest::Count::kGiven, .clusters = 10'001};
  EXPECT_EQ(refused_field([&] { return cluster(request, work_); }), "clusters");
}

TEST_F(RecommendVerb, ExportsTheLatentsThatItAnswersFrom) {
  make_line();
  EXPECT_EQ(remove_items({.files = files(), .keys = {"0003"}}).removed, 1U);
  const ExportOutcome outcome = export_latents({.files = files(), .file = path("latents.npy")});
  EXPECT_EQ(outcome.items, 11U);
  EXPECT_EQ(outcome.dimensions, 2U);
  const auto bytes = read_file(outcome.keys);
  const std::string keys(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  EXPECT_EQ(keys.substr(0, 15), "0001\n0002\n0004\n");
}

TEST_F(RecommendVerb, FindsExactAndNearDuplicates) {
  draw("pictures/0002.jpg", 1);
  make();
  const DuplicatesOutcome outcome = find_duplicates(files(), work_);
  EXPECT_EQ(outcome.items, 12U);
  ASSERT_EQ(outcome.exact.size(), 1U);
  EXPECT_EQ(outcome.exact[0], (ItemKeys{"0001", "0002"}));
  EXPECT_TRUE(outcome.near.empty());
}

}  // namespace
}  // namespace likeness
