// likeness serve SHOP --search postgresql://...: the answers of a shop, from the database that it
// was published into, while that goes, hangs, comes back and answers by another model.
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "likeness/base/file.hpp"
#include "likeness/postgres/publish.hpp"
#include "likeness/postgres/recommend_from_databases.hpp"
#include "likeness/shop/remove_items.hpp"
#include "tests/postgres/database_shop.hpp"
#include "tests/postgres/near_results.hpp"
#include "tests/postgres/published_service.hpp"
#include "tests/postgres/second_server.hpp"

namespace likeness {
namespace {

TEST_F(PublishedServiceTest, AnswersAsTheShop) {
  (void)publish({.files = files(), .address = database_, .pictures = true}, work_);
  serve_published();
  EXPECT_EQ(wait_until_ready(200).status, 200);
  Client here(address());
  Client there(serve_home());
  const auto expect_same = [&](const std::string& method, const std::string& target,
                               const std::string& body, const std::string& type) {
    const std::string headers = "Content-Type: " + type + "\r\n";
    const Received ours = ask(here, method, target, body, headers);
    const Received theirs = ask(there, method, target, body, headers);
    EXPECT_EQ(ours.status, theirs.status) << target << ours.body;
    if (ours.status != 200) return;
    const Json one = parse_json(ours.body, target);
    const Json other = parse_json(theirs.body, target);
    if (one.find("results") == nullptr) {
      EXPECT_EQ(ours.body, theirs.body);
    } else {
      expect_near(one, other, target);
    }
  };
  for (const char* target :
       {kSimilar, "/api/v1/items/0004/similar?count=2&offset=3", "/api/v1/items/0004",
        "/api/v1/items/0004/similar?where=colour%3Dred", "/api/v1/items/none",
        "/api/v1/items/none/similar", "/api/v1/items/0004/similar?count=0",
        "/api/v1/items/0004/similar?where=colour%3Drad", "/api/v1/tags",
        "/api/v1/items/0004/similar?explain=true",
        "/api/v1/items/0004/similar?distinct=true&count=3"}) {
    expect_same("GET", target, "", "text/plain");
  }
  const std::string picture = bytes_of(path("pictures/0007.jpg"));
  expect_same("POST", "/api/v1/recommend?count=4", picture, "image/jpeg");
  expect_same("POST", "/api/v1/recommend",
              R"({"liked": [{"key": "0002", "weight": 3}, )"
              R"({"key": "0010"}], "unliked": [{"key": "0003"}], "count": 4})",
              "application/json");
}

TEST_F(PublishedServiceTest, SaysWhatItCannotAnswerThere) {
  publish_shop();
  serve_published();
  EXPECT_EQ(field_of(get(std::string(kSimilar) + "&weight=shape%3D2", 400)), "weight");
  const Json refused = get(std::string(kSimilar) + "&distinct=true", 409);
  EXPECT_TRUE(contains(refused.dump(), "pictures cannot be compared")) << refused.dump();
  Client client(address());
  const Received answer =
      post_json(client, "/api/v1/recommend", R"({"liked": [{"key": "0001\u0000"}]})");
  EXPECT_EQ(answer.status, 400) << answer.body;
  const Json info = get("/api/v1/info");
  EXPECT_TRUE(info.at("parts").array().empty());  // of the model small, as at home
  EXPECT_EQ(info.at("search").at("by").text(), "postgresql");
  EXPECT_EQ(info.at("search").at("why").text(), "has 12 items by small");
  EXPECT_FALSE(info.at("search").at("distinct").boolean());
}

TEST_F(PublishedServiceTest, WeighsAndExplainsByPartsAsTheShop) {
  train_model("parts", {});
  publish_shop();
  serve_published();
  EXPECT_EQ(wait_until_ready(200).status, 200);
  Client here(address());
  Client there(serve_home());
  for (const char* asked : {"&explain=true", "&weight=colour%3D3&explain=true"}) {
    const std::string target = std::string(kSimilar) + asked;
    expect_near(parse_json(here.get(target).body, target),
                parse_json(there.get(target).body, target), target);
  }
  const Json parts = get("/api/v1/info").at("parts");
  EXPECT_EQ(parts, parse_json(there.get("/api/v1/info").body, "info").at("parts"));
  EXPECT_FALSE(parts.array().empty());
  order("UPDATE likeness.published SET items = 1000000");  // more than are weighed without graphs
  EXPECT_EQ(ask_for(std::string(kSimilar) + "&weight=colour%3D3").status, 409);
}

TEST_F(PublishedServiceTest, HasItemsThatTheShopBesideDoesNotHave) {
  publish_shop();
  (void)remove_items({.files = files(), .keys = {"0002"}});
  serve_published();
  const Json item = get("/api/v1/items/0002");
  EXPECT_EQ(item.at("tags").at("colour").text(), "blue");
  EXPECT_EQ(item.at("picture").text(), "api/v1/items/0002/picture");
  EXPECT_EQ(get("/api/v1/items/0002/similar?count=20").at("results").array().size(), 11U);
  (void)get("/api/v1/items/0002/picture", 404);
}

TEST_F(PublishedServiceTest, AnswersByANewModelWithoutARestart) {
  publish_shop();
  serve_published();
  EXPECT_EQ(get(kSimilar).at("model").text(), "small");
  const Received first = ask_for(kSimilar);
  Client client(address());
  EXPECT_EQ(client.get(kSimilar, "If-None-Match: " + first.headers.at("etag") + "\r\n").status,
            304);
  train_model("other", 6);
  publish_shop();
  EXPECT_EQ(get(kSimilar).at("model").text(), "other");
  EXPECT_EQ(client.get(kSimilar, "If-None-Match: " + first.headers.at("etag") + "\r\n").status,
            200);
}

TEST_F(PublishedServiceTest, APictureIsNotComparedWithWhatAnotherModelMade) {
  publish_shop();
  train_model("other", 4);
  serve_published();
  Client client(address());
  const Received answer = ask(client, "POST", "/api/v1/recommend",
                              bytes_of(path("pictures/0007.jpg")), "Content-Type: image/jpeg\r\n");
  EXPECT_EQ(answer.status, 409) << answer.body;
  EXPECT_NE(answer.body.find("answers by the model small"), std::string::npos) << answer.body;
  EXPECT_EQ(get(kSimilar).at("model").text(), "small");
}

TEST_F(PublishedServiceTest, ACommandFindsWhatLooksLikeAPictureThere) {
  publish_shop();
  RecommendRequest request;
  request.query.files = files();
  request.query.image = path("pictures/0007.jpg");
  const RecommendOutcome there = recommend_from_databases(request, database_);
  expect_near(to_json(there), to_json(recommend(request, work_)), "0007.jpg");
  EXPECT_EQ(there.results.at(0).item.key, "0007");
  train_model("other", 4);
  EXPECT_EQ(error_of([&] { return recommend_from_databases(request, database_); }).kind(),
            Error::Kind::kNotFound);
  request.query.files.folder = database_;
  EXPECT_EQ(refused_field([&] { return recommend_from_databases(request, database_); }), "image");
}

TEST_F(PublishedServiceTest, ALostConnectionIsNotNoticedByWhoAsks) {
  publish_shop();
  serve_published();
  const std::string before = get(kSimilar).dump();
  for (int i = 0; i < 5; ++i) {
    end_connections();
    EXPECT_EQ(get(kSimilar).dump(), before);
  }
}

TEST_F(PublishedServiceTest, SaysThatTheDatabaseIsGoneUntilItIsBack) {
  publish_shop();
  serve_published();
  const std::string before = get(kSimilar).dump();
  order_server("ALTER DATABASE " + name() + " ALLOW_CONNECTIONS false");
  end_connections();
  const Received gone = ask_for(kSimilar);
  EXPECT_EQ(gone.status, 503) << gone.body;
  EXPECT_FALSE(gone.headers.at("retry-after").empty());
  EXPECT_EQ(gone.body.find("test_"), std::string::npos) << gone.body;
  expect_unready_for("not currently accepting connections");
  EXPECT_EQ(ask_for("/livez").status, 200);
  order_server("ALTER DATABASE " + name() + " ALLOW_CONNECTIONS true");
  EXPECT_EQ(get(kSimilar).dump(), before);
  EXPECT_EQ(wait_until_ready(200).status, 200);
}

TEST_F(PublishedServiceTest, WaitsForADatabaseThatComesBackInTime) {
  publish_shop();
  serve_published();
  const std::string before = get(kSimilar).dump();
  order_server("ALTER DATABASE " + name() + " ALLOW_CONNECTIONS false");
  end_connections();
  Client client(address());
  client.send("GET " + std::string(kSimilar) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_FALSE(client.comes_within(std::chrono::milliseconds(300)));
  order_server("ALTER DATABASE " + name() + " ALLOW_CONNECTIONS true");
  const Received answer = client.receive();
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(parse_json(answer.body, "answer").dump(), before);
}

TEST_F(PublishedServiceTest, GivesUpADatabaseThatDoesNotAnswer) {
  publish_shop();
  serve_published();
  const std::string before = get(kSimilar).dump();
  {
    Postgres database(database_);
    const PostgresTransaction busy(database);
    database.execute("LOCK TABLE likeness.item_1 IN ACCESS EXCLUSIVE MODE");
    const Received answer = ask_for(kSimilar);
    EXPECT_EQ(answer.status, 503) << answer.body;
  }
  EXPECT_EQ(get(kSimilar).dump(), before);
}

TEST_F(PublishedServiceTest, ADatabaseThatDoesNotAnswerHoldsUpNothingElse) {
  publish_shop();
  serve_published();
  Postgres database(database_);
  const PostgresTransaction busy(database);
  database.execute("LOCK TABLE likeness.item_1 IN ACCESS EXCLUSIVE MODE");
  std::deque<Client> waiting;
  for (int i = 0; i < 4; ++i) {
    for (const char* target : {"/api/v1/items/0004", kSimilar}) {
      waiting.emplace_back(address()).send("GET " + std::string(target) +
                                           " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
  }
  EXPECT_FALSE(waiting.back().comes_within(std::chrono::milliseconds(300)));
  EXPECT_EQ(ask_for("/api/v1/info").status, 200);
  for (const Client& client : waiting)
    EXPECT_FALSE(client.comes_within(std::chrono::milliseconds(0)));
}

TEST_F(PublishedServiceTest, DoesNotBelieveWhoAnswersByAnEarlierModel) {
  publish_shop();
  train_model("other", 4);
  publish_shop();
  serve_published();
  EXPECT_EQ(get(kSimilar).at("model").text(), "other");
  order("DROP SCHEMA likeness CASCADE");
  publish_shop();  // whose numbers begin anew
  EXPECT_EQ(ask_for(kSimilar).status, 503);
  expect_unready_for("answers by a model before");
}

TEST_F(PublishedServiceTest, StartsBeforeAnythingWasPublished) {
  serve_published();
  expect_unready_for("no shop was published there yet");
  publish_shop();
  EXPECT_EQ(wait_until_ready(200).status, 200);
  EXPECT_EQ(get(kSimilar).at("results").array().size(), 5U);
}

// One database on two servers, of which the first ends: LIKENESS_SECOND_POSTGRES is the other one.
TEST_F(PublishedServiceTest, AnswersThroughoutAServersEnd) {
  const std::string second = second_server_address();
  if (second.empty()) GTEST_SKIP() << "there is one server";
  const auto host_of = [](const std::string& address) {
    const auto begin = address.find("host=") + 5;
    return address.substr(begin, address.find('&', begin) - begin);
  };
  publish_shop();
  Postgres(second).execute("CREATE DATABASE " + name());
  const std::string hosts = host_of(database_) + "," + host_of(second);
  const std::string both = "postgresql:///" + name() + "?host=" + hosts + "&user=postgres";
  const std::string other =
      "postgresql:///" + name() + "?host=" + host_of(second) + "&user=postgres";
  (void)publish({.files = files(), .address = other}, work_);
  serve({.files = files(), .search = both});
  const std::string before = get(kSimilar).dump();
  // It is the first process where it runs.
  order("COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; kill -INT 1'");
  const auto runs = [this] {
    try {
      order("SELECT 1");
      return true;
    } catch (const Error&) {
      return false;
    }
  };
  while (runs()) EXPECT_EQ(get(kSimilar).dump(), before);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(get(kSimilar).dump(), before);
}

}  // namespace
}  // namespace likeness
