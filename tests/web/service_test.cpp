#include "likeness/web/service.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/shop/remove_items.hpp"
#include "tests/web/running_service.hpp"

namespace likeness {
namespace {

using ItemKeys = std::vector<std::string>;

TEST_F(ServiceTest, TellsWhatIsLikeAnItemPageByPage) {
  make_line();
  serve();
  const Json first = get("/api/v1/items/0001/similar?count=3");
  EXPECT_EQ(keys_of(first), (ItemKeys{"0002", "0003", "0004"}));
  EXPECT_EQ(first.at("next_offset").integer(), 3);
  const Json last = get("/api/v1/items/0001/similar?count=3&offset=9");
  EXPECT_EQ(keys_of(last), (ItemKeys{"0011", "0012"}));
  EXPECT_EQ(last.at("next_offset"), Json());
  EXPECT_EQ(keys_of(get("/api/v1/items/0001/similar?count=2&where=colour%3Dred")),
            (ItemKeys{"0003", "0006"}));
}

TEST_F(ServiceTest, RecommendsWhatIsLikedByWeight) {
  make_line();
  serve();
  Client client(address());
  const Received answer =
      post_json(client, "/api/v1/recommend",
                R"({"liked": [{"key": "0002", "weight": 3}, {"key": "0010"}], "count": 2})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json json = parse_json(answer.body, "answer");
  EXPECT_EQ(keys_of(json), (ItemKeys{"0004", "0003"}));  // of what lies next to (3 * 2 + 10) / 4
  EXPECT_EQ(post_json(client, "/api/v1/recommend/batch",
                      R"({"requests": [{"liked": [{"key": "0001"}], "count": 1}]})")
                .status,
            200);
}

TEST_F(ServiceTest, NamesTheFieldThatIsWrong) {
  make_line();
  serve();
  for (const auto& [target, field] : std::vector<std::pair<std::string, std::string>>{
           {"items?count=0", "count"},
           {"items?count=1001", "count"},
           {"items?count=x", "count"},
           {"items?colour=red", "colour"},
           {"items?count=1&count=2", "count"},
           {"items?order=size", "order"},
           {"items?where=red", "where"},
           {"items/0001/similar?diversity=2", "diversity"},
           {"items/0001/similar?by=magic", "by"},
           {"items/0001/similar?weight=shape", "weight"},
           {"items/0001/similar?distinct=maybe", "distinct"}}) {
    EXPECT_EQ(field_of(get("/api/v1/" + target, 400)), field) << target;
  }
  Client client(address());
  for (const auto& [body, field] : std::vector<std::pair<std::string, std::string>>{
           {R"({})", "liked"},
           {R"({"liked": []})", "liked"},
           {R"({"liked": [{"key": "0001", "picture": "x"}]})", "liked"},
           {R"({"liked": [{"key": "0001", "weight": 0}]})", "liked"},
           {R"({"liked": [{"key": "0001"}], "count": 1.5})", "count"},
           {R"({"liked": [{"key": "0001"}], "color": 1})", "color"},
           {R"([1, 2)", "body"},
           {std::string(17, '[') + std::string(17, ']'), "body"}}) {
    const Received answer = post_json(client, "/api/v1/recommend", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(field_of(parse_json(answer.body, "answer")), field) << body;
  }
}

TEST_F(ServiceTest, TellsWhatIsNotThere) {
  make_line();
  serve();
  (void)get("/api/v1/items/none", 404);
  (void)get("/api/v1/items/none/similar", 404);
  (void)get("/api/v1/items?where=shape%3Dround", 404);
  (void)get("/api/v1/pictures/0123", 404);
  (void)get("/api/v1/clusters", 409);
  (void)get("/nowhere", 404);
  Client client(address());
  client.send("DELETE /api/v1/tags HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const Received answer = client.receive();
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.at("allow"), "GET, HEAD");
}

TEST_F(ServiceTest, ShowsTheCatalogueWithItsTags) {
  make_line();
  serve();
  const Json page = get("/api/v1/items?count=2&order=key&where=colour%3Dred");
  EXPECT_EQ(keys_of(page, "items"), (ItemKeys{"0003", "0006"}));
  EXPECT_EQ(page.at("total").integer(), 4);
  EXPECT_EQ(keys_of(get("/api/v1/items?count=2&where=colour%3Dred&after=0006"), "items"),
            (ItemKeys{"0009", "0012"}));
  EXPECT_EQ(keys_of(get("/api/v1/items?search=11"), "items"), ItemKeys{"0011"});
  const Json tags = get("/api/v1/tags?where=colour%3Dred");
  const Json& colour = tags.at("tags").array().front();
  EXPECT_EQ(colour.at("common").array().size(), 3U) << "those that may be chosen as well";
  const Json item = get("/api/v1/items/0003");
  EXPECT_EQ(item.at("tags").at("colour").text(), "red");
}

TEST_F(ServiceTest, SendsPicturesThatMayBeKept) {
  make_line();
  serve();
  const std::string picture = get("/api/v1/items/0003").at("picture").text();
  Client client(address());
  const Received jpeg = client.get("/" + picture);
  EXPECT_EQ(jpeg.headers.at("content-type"), "image/jpeg");
  EXPECT_NE(jpeg.headers.at("cache-control").find("immutable"), std::string::npos);
  EXPECT_EQ(client.get("/" + picture, "If-None-Match: " + jpeg.headers.at("etag") + "\r\n").status,
            304);
  const Received by_key = client.get("/api/v1/items/0003/picture", "Accept: image/png\r\n");
  EXPECT_EQ(by_key.body.substr(1, 3), "PNG");
  EXPECT_EQ(by_key.headers.at("cache-control").find("immutable"), std::string::npos);
  EXPECT_EQ(client.get("/api/v1/items/0003/picture", "Accept: text/html\r\n").status, 406);
  EXPECT_LT(client.get("/" + picture + "&size=8").body.size(), jpeg.body.size());
}

TEST_F(ServiceTest, KeepsAPictureOrSaysWhyNot) {
  make_line();
  serve();
  Client client(address());
  const std::string jpeg = client.get("/api/v1/items/0003/picture").body;
  const auto send = [&](const std::string& type, const std::string& body) {
    client.send("POST /api/v1/pictures HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type +
                "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.receive();
  };
  const Received kept = send("image/jpeg", jpeg);
  ASSERT_EQ(kept.status, 201);
  const Json json = parse_json(kept.body, "answer");
  EXPECT_EQ(client.get("/" + json.at("address").text()).status, 200);
  EXPECT_EQ(send("text/plain", jpeg).status, 415);
  EXPECT_EQ(send("image/jpeg", "no picture").status, 415);
  EXPECT_EQ(send("image/jpeg", jpeg.substr(0, jpeg.size() / 2)).status, 422);
}

TEST_F(ServiceTest, ServesAShopThatHasNothingToSearchYet) {
  make();
  serve();
  EXPECT_TRUE(service_->model().empty());
  EXPECT_EQ(get("/api/v1/items").at("total").integer(), 12);
  EXPECT_EQ(get("/api/v1/items/0003").at("cluster"), Json());
  const Json problem = get("/api/v1/items/0003/similar", 409);
  EXPECT_NE(problem.at("error").at("message").text().find("train"), std::string::npos);
}

TEST_F(ServiceTest, SaysOfNothingThatItIsAsItWas) {
  make_line();
  serve();
  Client client(address());
  const std::string any = "If-None-Match: *\r\n";
  EXPECT_EQ(client.get("/api/v1/items/0001/similar", any).status, 304);
  EXPECT_EQ(client.get("/api/v1/items/none/similar", any).status, 404);
  EXPECT_EQ(client.get("/api/v1/clusters", any).status, 409);
}

TEST_F(ServiceTest, ShowsWhatACommandBesideItHasChanged) {
  make_line();
  serve();
  Client client(address());
  const std::string tag = client.get("/api/v1/items/0001/similar").headers.at("etag");
  EXPECT_EQ(client.get("/api/v1/items/0001/similar", "If-None-Match: " + tag + "\r\n").status, 304);
  (void)remove_items({.files = files(), .keys = {"0002"}});
  Received answer;
  do {  // ctest ends what waits for ever
    answer = client.get("/api/v1/items/0001/similar", "If-None-Match: " + tag + "\r\n");
  } while (answer.status == 304);
  EXPECT_EQ(keys_of(parse_json(answer.body, "answer")).front(), "0003");
  (void)get("/api/v1/items/0002", 404);
}

TEST_F(ServiceTest, AnswersEachFromOneMomentWhileTheShopChanges) {
  make_line();
  serve();
  std::atomic<bool> ended{false};
  std::atomic<std::size_t> wrong{0};
  std::vector<std::jthread> clients;
  clients.reserve(8);
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      Client client(address());
      while (!ended) {
        const Received answer = client.get("/api/v1/items/0001/similar?count=20");
        const auto keys = keys_of(parse_json(answer.body, "answer"));
        // Items leave from the end: what is shown has no gaps, and each once.
        const std::set<std::string> different(keys.begin(), keys.end());
        const bool right = answer.status == 200 && different.size() == keys.size() &&
                           !keys.empty() && different.size() + 1 == std::stoul(*different.rbegin());
        if (!right) ++wrong;
      }
    });
  }
  for (const char* key : {"0012", "0011", "0010", "0009", "0008"}) {
    const std::size_t before = told_;
    (void)remove_items({.files = files(), .keys = {key}});
    while (told_ < before + 20) std::this_thread::yield();
  }
  ended = true;
  clients.clear();
  EXPECT_EQ(wrong, 0U);
}

TEST_F(ServiceTest, TellsWhatItCounts) {
  make_line();
  serve();
  (void)get("/api/v1/items/0001/similar");
  Client client(address());
  const Received metrics = client.get("/metrics");
  EXPECT_NE(metrics.body.find("likeness_requests_total{route=\"/api/v1/items/{key}/similar\","
                              "status=\"200\"} 1"),
            std::string::npos);
  EXPECT_NE(metrics.body.find("likeness_items 12"), std::string::npos);
  EXPECT_EQ(client.get("/livez").status, 200);
  EXPECT_EQ(client.get("/readyz").status, 200);
}

TEST_F(ServiceTest, LetsAnotherModelAnswer) {
  make();
  train_model("a", 3);
  train_model("b", 4);
  serve();
  EXPECT_EQ(get("/api/v1/items/0001/similar").at("model").text(), "b");
  Client client(address());
  const Received answer = ask(client, "POST", "/api/v1/models/a/activate", "", "");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(parse_json(answer.body, "").at("latents").integer(), 12);
  EXPECT_EQ(get("/api/v1/items/0001/similar").at("model").text(), "a");
}

TEST_F(ServiceTest, ShowsItsPage) {
  make_line();
  serve();
  Client client(address());
  const Received page = client.get("/");
  EXPECT_EQ(page.headers.at("content-type"), "text/html; charset=utf-8");
  EXPECT_NE(page.headers.at("content-security-policy").find("default-src 'self'"),
            std::string::npos);
  const Received script = client.get("/assets/page.js");
  const Received small = client.get("/assets/page.js", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(small.headers.at("content-encoding"), "gzip");
  EXPECT_LT(small.body.size(), 90'000U);
  EXPECT_LT(small.body.size(), script.body.size());
  EXPECT_EQ(client.get("/assets/secret.js").status, 404);
}

TEST_F(ServiceTest, HasASmallScriptForOtherPages) {
  make_line();
  serve();
  Client client(address());
  const Received script = client.get("/widget.js");
  EXPECT_EQ(script.status, 200);
  EXPECT_EQ(script.headers.at("content-type"), "text/javascript; charset=utf-8");
  EXPECT_LT(script.body.size(), 5000U);
  EXPECT_EQ(client.get("/widget.js", "If-None-Match: " + script.headers.at("etag") + "\r\n").status,
            304);
}

}  // namespace
}  // namespace likeness
