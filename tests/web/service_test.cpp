#include "likeness/web/service.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "likeness/base/file.hpp"
#include "likeness/base/json.hpp"
#include "likeness/shop/remove_items.hpp"
#include "likeness/web/keys.hpp"
#include "tests/shop/small_shop.hpp"
#include "tests/web/client.hpp"

namespace likeness {
namespace {

// A shop, and its service in a thread of this process.
class ServiceTest : public SmallShop {
 protected:
  void serve(const std::optional<std::filesystem::path>& keys = {},
             const std::vector<std::string>& origins = {}) {
    const ServiceRequest request{
        .files = files(), .listen = "127.0.0.1:0", .keys = keys, .allowed_origins = origins};
    const Work work{.threads = 2, .stop = stop_.get_token()};
    service_ = std::make_unique<Service>(request, work, [this](const HttpExchange&) { ++told_; });
    thread_ = std::jthread([this] { service_->run(); });
  }
  ~ServiceTest() override { stop_.request_stop(); }

  [[nodiscard]] std::string address() const { return service_->address(); }
  // The answer's JSON; fails if it has another status.
  [[nodiscard]] Json get(const std::string& target, int status = 200) const {
    Client client(address());
    const Received answer = client.get(target);
    EXPECT_EQ(answer.status, status) << target << ": " << answer.body;
    return parse_json(answer.body, target);
  }
  [[nodiscard]] static Received post_json(Client& client, const std::string& target,
                                          const std::string& body) {
    client.send("POST " + target +
                " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
                "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.receive();
  }

  std::stop_source stop_;
  std::atomic<std::size_t> told_{0};
  std::unique_ptr<Service> service_;
  std::jthread thread_;
};

std::vector<std::string> keys_of(const Json& answer, std::string_view list = "results") {
  std::vector<std::string> keys;
  for (const Json& one : answer.at(list).array()) keys.push_back(one.at("key").text());
  return keys;
}

std::string field_of(const Json& answer) { return answer.at("error").at("where").text(); }

using Keys = std::vector<std::string>;

TEST_F(ServiceTest, TellsWhatIsLikeAnItemPageByPage) {
  make_line();
  serve();
  const Json first = get("/api/v1/items/0001/similar?count=3");
  EXPECT_EQ(keys_of(first), (Keys{"0002", "0003", "0004"}));
  EXPECT_EQ(first.at("next_offset").integer(), 3);
  const Json last = get("/api/v1/items/0001/similar?count=3&offset=9");
  EXPECT_EQ(keys_of(last), (Keys{"0011", "0012"}));
  EXPECT_EQ(last.at("next_offset"), Json());
  EXPECT_EQ(keys_of(get("/api/v1/items/0001/similar?count=2&where=colour%3Dred")),
            (Keys{"0003", "0006"}));
}

TEST_F(ServiceTest, RecommendsWhatIsLikedByWeight) {
  make_line();
  serve();
  Client client(address());
  const Received answer = post_json(
      client, "/api/v1/recommend",
      R"({"liked": [{"key": "0002", "weight": 3}, {"key": "0010"}], "count": 2, "explain": true})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json json = parse_json(answer.body, "answer");
  EXPECT_EQ(keys_of(json), (Keys{"0004", "0003"}));  // of what lies next to (3 * 2 + 10) / 4
  EXPECT_EQ(json.at("results").array().front().at("common_tags").array().size(), 1U);
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
  EXPECT_EQ(keys_of(page, "items"), (Keys{"0003", "0006"}));
  EXPECT_EQ(page.at("total").integer(), 4);
  EXPECT_EQ(keys_of(get("/api/v1/items?count=2&where=colour%3Dred&after=0006"), "items"),
            (Keys{"0009", "0012"}));
  EXPECT_EQ(keys_of(get("/api/v1/items?search=11"), "items"), Keys{"0011"});
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

TEST_F(ServiceTest, LetsNoPageOfAnotherNameAsk) {
  make_line();
  serve();
  for (const char* host : {"evil.example", "localhost.evil.example", "127.0.0.2", ""}) {
    Client client(address());
    client.send(std::string("GET / HTTP/1.1\r\nHost: ") + host + "\r\n\r\n");
    EXPECT_EQ(client.receive().status, 403) << host;
  }
  Client client(address());
  client.send("GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(ServiceTest, ListensWhereOnlyThisMachineCanReachIt) {
  make_line();
  const auto listen = [this](const std::string& address) {
    return refused_field([&] {
      const Service service({.files = files(), .listen = address}, {.threads = 1}, nullptr);
      return 0;
    });
  };
  EXPECT_EQ(listen("0.0.0.0:0"), "listen");
  EXPECT_EQ(listen("[::]:0"), "listen");
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

// A request with this body, and its answer.
Received ask(Client& client, const std::string& method, const std::string& target,
             const std::string& body, const std::string& headers) {
  client.send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers +
              "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  return client.receive();
}

std::string bytes_of(const std::filesystem::path& path) {
  const auto bytes = read_file(path, 1U << 20U);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST_F(ServiceTest, PutsChangesAndRemovesItems) {
  make();
  train_model("a", 3);
  draw("new.jpg", 99);
  serve();
  Client client(address());
  const std::string picture = bytes_of(path("new.jpg"));
  const std::string jpeg = "Content-Type: image/jpeg\r\n";
  const std::string key = "/api/v1/items/a%20new%2Fone";
  Received answer =
      ask(client, "PUT", key + "?tags=%7B%22colour%22%3A%22pink%22%7D", picture, jpeg);
  EXPECT_EQ(answer.status, 201) << answer.body;
  EXPECT_EQ(get(key).at("tags").at("colour").text(), "pink");
  EXPECT_EQ(keys_of(get("/api/v1/items?where=colour%3Dpink"), "items"), Keys{"a new/one"});
  EXPECT_EQ(get("/api/v1/items/a%20new%2Fone/similar?count=20").at("results").array().size(), 12U);
  EXPECT_EQ(ask(client, "PUT", key, picture, jpeg).status, 200);  // it keeps its tags
  answer = ask(client, "PATCH", key, R"({"tags": {"size": "small", "colour": null}})", "");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(parse_json(answer.body, "").at("tags"), Json(Json::Object{{"size", "small"}}));
  EXPECT_EQ(ask(client, "DELETE", key, "", "").status, 204);
  EXPECT_EQ(client.get(key).status, 404);
  EXPECT_EQ(ask(client, "DELETE", key, "", "").status, 404);
  EXPECT_EQ(get("/api/v1/items").at("total").integer(), 12);
  EXPECT_EQ(Store(files().database(), OpenMode::kReading).check().size(), 0U);
}

TEST_F(ServiceTest, PutsAnotherPictureForAnItem) {
  make();
  train_model("a", 3);
  draw("new.jpg", 99);
  serve();
  Client client(address());
  const std::string before = get("/api/v1/items/0003").at("picture").text();
  const Received answer = ask(client, "PUT", "/api/v1/items/0003", bytes_of(path("new.jpg")),
                              "Content-Type: image/jpeg\r\n");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_NE(get("/api/v1/items/0003").at("picture").text(), before);
  EXPECT_EQ(get("/api/v1/items").at("total").integer(), 12);
}

TEST_F(ServiceTest, RefusesAChangeThatCannotBe) {
  make_line();
  serve();
  const auto status = [&](const std::string& method, const std::string& target,
                          const std::string& body, const std::string& headers = {}) {
    Client client(address());
    return ask(client, method, target, body, headers).status;
  };
  const std::string item = "/api/v1/items/0001";
  EXPECT_EQ(status("PUT", item, "no picture", "Content-Type: image/jpeg\r\n"), 415);
  EXPECT_EQ(status("PUT", item, "", "Content-Type: image/jpeg\r\n"), 415);
  EXPECT_EQ(status("PATCH", item, R"({"tags": {"": "a"}})"), 400);
  EXPECT_EQ(status("PATCH", item, R"({"tags": {"colour": 1}})"), 400);
  EXPECT_EQ(status("PATCH", item, R"({"colour": "red"})"), 400);
  EXPECT_EQ(status("PATCH", item, "{"), 400);
  EXPECT_EQ(status("PATCH", "/api/v1/items/none", R"({"tags": {}})"), 404);
  EXPECT_EQ(status("DELETE", item, "", "X-Forwarded-For: 1.2.3.4\r\n"), 403);
  EXPECT_EQ(status("DELETE", item, "", "Sec-Fetch-Site: cross-site\r\n"), 403);
  EXPECT_EQ(status("DELETE", item, "", "Origin: http://evil.example\r\n"), 403);
  EXPECT_EQ(status("POST", "/api/v1/models/none/activate", ""), 404);
  EXPECT_EQ(get("/api/v1/items").at("total").integer(), 12);
  EXPECT_EQ(status("DELETE", item, "", "Origin: http://localhost\r\n"), 204);
}

// Many at once share packs; each is answered for itself.
TEST_F(ServiceTest, PutsManyAtOnce) {
  make();
  train_model("a", 3);
  for (std::uint64_t i = 0; i < 4; ++i) draw("new" + std::to_string(i) + ".jpg", 50 + i);
  serve();
  {
    std::vector<std::jthread> clients;
    clients.reserve(4);
    for (std::size_t i = 0; i < 4; ++i) {
      clients.emplace_back([this, i] {
        Client client(address());
        const std::string picture = bytes_of(path("new" + std::to_string(i) + ".jpg"));
        for (std::size_t n = 0; n < 10; ++n) {
          const std::string key = "/api/v1/items/" + std::to_string(i) + "-" + std::to_string(n);
          EXPECT_EQ(ask(client, "PUT", key, picture, "Content-Type: image/jpeg\r\n").status, 201);
          EXPECT_EQ(client.get(key).status, 200);
          if (n % 2 == 0) {
            EXPECT_EQ(ask(client, "DELETE", key, "", "").status, 204);
          }
        }
      });
    }
  }
  EXPECT_EQ(get("/api/v1/items").at("total").integer(), 12 + 4 * 5);
  const Store store(files().database(), OpenMode::kReading);
  EXPECT_EQ(store.check().size(), 0U);
  EXPECT_EQ(store.count_items(), 12U + 4U * 5U);
}

// Also where one of those that are written together cannot be.
TEST_F(ServiceTest, PutsTheOthersWhereOneItemIsDamaged) {
  make();
  draw("new.jpg", 99);
  const std::filesystem::path pack = files().packs() / "000001.pack";
  std::string bytes = bytes_of(pack);
  bytes[100] = static_cast<char>(bytes[100] + 1);  // of the first picture
  write_file(pack, std::string_view(bytes));
  serve();
  const std::string picture = bytes_of(path("new.jpg"));
  std::atomic<std::size_t> put = 0;
  std::atomic<std::size_t> failed = 0;
  {
    std::vector<std::jthread> clients;
    clients.reserve(6);
    for (std::size_t i = 0; i < 6; ++i) {
      clients.emplace_back([this, i, &picture, &put, &failed] {
        Client client(address());
        const std::string key = i == 0 ? "0001" : "new" + std::to_string(i);
        const int status =
            ask(client, "PUT", "/api/v1/items/" + key, picture, "Content-Type: image/jpeg\r\n")
                .status;
        ++(status == 201 ? put : failed);
        EXPECT_EQ(status, i == 0 ? 503 : 201) << key;
      });
    }
  }
  EXPECT_EQ(put, 5U);
  EXPECT_EQ(failed, 1U);
}

// A command that changes the shop meanwhile is waited for, and not for ever.
TEST_F(ServiceTest, SaysThatACommandChangesTheShop) {
  make_line();
  serve();
  Client client(address());
  {
    const ShopLock lock(files());
    const Received answer = ask(client, "DELETE", "/api/v1/items/0001", "", "");
    EXPECT_EQ(answer.status, 503) << answer.body;
    EXPECT_FALSE(answer.headers.at("retry-after").empty());
  }
  EXPECT_EQ(ask(client, "DELETE", "/api/v1/items/0001", "", "").status, 204);
}

TEST_F(ServiceTest, LetsWhoHasAKeyDoWhatItAllows) {
  make_line();
  const auto secret = [&](const std::string& name, Scope scope) {
    return make_key({.file = path("keys"), .name = name, .scopes = {scope}, .days = {}}).secret;
  };
  const std::string reads = secret("reads", Scope::kRead);
  const std::string writes = secret("writes", Scope::kWrite);
  const std::string counts = secret("counts", Scope::kMetrics);
  serve(path("keys"));
  const auto status = [&](const std::string& method, const std::string& target,
                          const std::string& headers) {
    Client client(address());
    return ask(client, method, target, "", headers).status;
  };
  const auto by = [](const std::string& key) { return "Authorization: Bearer " + key + "\r\n"; };
  const std::string items = "/api/v1/items";
  const std::string item = "/api/v1/items/0001";
  EXPECT_EQ(status("GET", items, ""), 401);
  EXPECT_EQ(status("GET", items, by("likeness_wrong")), 401);
  EXPECT_EQ(status("GET", items, "Authorization: Basic " + reads + "\r\n"), 401);
  EXPECT_EQ(status("GET", items, by(reads)), 200);
  EXPECT_EQ(status("GET", items, by(counts)), 403);
  EXPECT_EQ(status("GET", "/metrics", by(counts)), 200);
  EXPECT_EQ(status("GET", "/metrics", by(reads)), 403);
  for (const char* open : {"/", "/livez", "/readyz", "/api/v1/openapi.json"}) {
    EXPECT_EQ(status("GET", open, ""), 200) << open;
  }
  EXPECT_EQ(status("DELETE", item, by(reads)), 403);
  EXPECT_EQ(status("POST", "/api/v1/models/line/activate", by(writes)), 403);
  // By a page's cookie nothing can be changed.
  EXPECT_EQ(status("GET", items, "Cookie: a=b; likeness_key=" + reads + "\r\n"), 200);
  EXPECT_EQ(status("DELETE", item, "Cookie: likeness_key=" + writes + "\r\n"), 401);
  EXPECT_EQ(status("DELETE", item, by(writes) + "X-Forwarded-For: 1.2.3.4\r\n"), 204);
  EXPECT_EQ(status("GET", item, by(writes)), 404);
}

TEST_F(ServiceTest, LetsPagesOfAllowedOriginsAsk) {
  make_line();
  const NewKey key =
      make_key({.file = path("keys"), .name = "a", .scopes = {Scope::kWrite}, .days = {}});
  const std::string origin = "https://shop.example:8443";
  serve(path("keys"), {"https://other.example", origin});
  const std::string item = "/api/v1/items/0001";
  const std::string by_key = "Authorization: Bearer " + key.secret + "\r\n";
  const auto answer_to = [&](const std::string& method, const std::string& from,
                             const std::string& headers) {
    Client client(address());
    return ask(client, method, item, "", "Origin: " + from + "\r\n" + headers);
  };
  const std::string asks = "Access-Control-Request-Method: DELETE\r\n";
  Received answer = answer_to("OPTIONS", origin, asks);
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.headers.at("access-control-allow-origin"), origin);
  EXPECT_EQ(answer.headers.at("access-control-allow-methods"), "GET, HEAD, PUT, PATCH, DELETE");
  EXPECT_EQ(answer.headers.at("access-control-allow-headers"), "Authorization, Content-Type");
  for (const std::string& wrong : {std::string("https://shop.example"), origin + "/",
                                   std::string("null"), "https://evil.example/" + origin}) {
    answer = answer_to("OPTIONS", wrong, asks);
    EXPECT_EQ(answer.status, 405) << wrong;
    EXPECT_FALSE(answer.headers.contains("access-control-allow-origin"));
    EXPECT_EQ(answer.headers.at("vary"), "Origin");
  }
  answer = answer_to("GET", origin, by_key);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("access-control-allow-origin"), origin);
  answer = answer_to("GET", origin, "");  // it may read that it lacks a key
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.headers.at("access-control-allow-origin"), origin);
  answer = answer_to("DELETE", origin, by_key);
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.headers.at("access-control-allow-origin"), origin);
}

TEST_F(ServiceTest, RefusesOriginsThatAreNone) {
  make_line();
  for (const char* origin :
       {"", "*", "null", "shop.example", "https://", "https://a/", "https://a b",
        "https://a,https://b", "https://me@a", "ftp://a", "https://a?b"}) {
    EXPECT_EQ(refused_field([&] {
                serve({}, {origin});
                return 0;
              }),
              "allow-origin")
        << origin;
  }
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

}  // namespace
}  // namespace likeness
