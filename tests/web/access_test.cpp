// Who may ask the service for what.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <optional>
#include <string>

#include "likeness/web/keys.hpp"
#include "tests/web/running_service.hpp"

namespace likeness {
namespace {

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
  for (const char* open : {"/", "/widget.js", "/livez", "/readyz", "/api/v1/openapi.json"}) {
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

TEST_F(ServiceTest, CountsTheRequestsOfEachKey) {
  make_line();
  const auto secret = [&](const std::string& name) {
    return make_key({.file = path("keys"), .name = name, .scopes = {Scope::kRead}, .days = {}})
        .secret;
  };
  const std::string eager = secret("eager");
  const std::string calm = secret("calm");
  serve(path("keys"), {}, 0.01);
  const auto asked = [&](const std::string& target, const std::string& key) {
    Client client(address());
    return ask(client, "GET", target, "",
               key.empty() ? "" : "Authorization: Bearer " + key + "\r\n");
  };
  Received answer = asked("/api/v1/items", eager);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("ratelimit-policy"), "\"client\";q=1;w=100");
  EXPECT_EQ(answer.headers.at("ratelimit"), "\"client\";r=0;t=100");
  answer = asked("/api/v1/items", eager);
  EXPECT_EQ(answer.status, 429);
  EXPECT_GE(std::stoi(answer.headers.at("retry-after")), 90);
  EXPECT_EQ(parse_json(answer.body, "answer").at("error").at("kind").text(), "busy");
  EXPECT_EQ(asked("/api/v1/items", calm).status, 200);
  // Who guesses keys is counted by his address, and who only looks whether it runs is not.
  EXPECT_EQ(asked("/api/v1/items", "likeness_guess").status, 401);
  EXPECT_EQ(asked("/api/v1/items", "likeness_another").status, 429);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(asked("/readyz", "").status, 200);
}

TEST_F(ServiceTest, RefusesRatesThatAreNone) {
  make_line();
  (void)make_key({.file = path("keys"), .name = "a", .scopes = {Scope::kRead}, .days = {}});
  const auto refused = [&](const std::optional<std::filesystem::path>& keys, double rate) {
    return refused_field([&] {
      serve(keys, {}, rate);
      return 0;
    });
  };
  EXPECT_EQ(refused({}, 10.0), "rate");  // without keys nobody is counted
  for (const double rate : {0.0, -1.0, 1e7, std::nan("")}) {
    EXPECT_EQ(refused(path("keys"), rate), "rate") << rate;
  }
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

}  // namespace
}  // namespace likeness
