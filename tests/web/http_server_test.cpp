#include "likeness/web/http_server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

#include "likeness/base/error.hpp"
#include "tests/web/client.hpp"

namespace likeness {
namespace {

// Answers with the body that it was sent; /slow and /slow-and-wide wait until they may end.
class EchoServer {
 public:
  explicit EchoServer(HttpLimits limits = {}, std::size_t pool_threads = 2)
      : server_(
            {.listen = "127.0.0.1:0",
             .limits = limits,
             .pool_threads = pool_threads,
             .wide_pool_threads = 3},
            [this](const HttpRequest& request) { return plan(request); },
            [this](const HttpExchange&) { ++told_; }),
        thread_([this](const std::stop_token& stop) { server_.run(stop); }) {}

  [[nodiscard]] std::string address() const { return server_.address(); }
  void let_end() { may_end_.count_down(); }
  void wait_for_slow(std::size_t count) const {
    while (slow_ < count) std::this_thread::yield();
  }
  void stop() { thread_.request_stop(); }
  void join() { thread_.join(); }
  [[nodiscard]] std::size_t told() const { return told_; }

 private:
  HttpPlan plan(const HttpRequest& request) {
    if (request.path.starts_with("/slow")) {
      return {.answer =
                  [this](const HttpRequest&) {
                    ++slow_;
                    may_end_.wait();
                    return HttpResponse{.body = "done"};
                  },
              .runs = request.path == "/slow" ? HttpPlan::Runs::kOnAPool
                                              : HttpPlan::Runs::kOnAWidePool};
    }
    if (request.path == "/throws") {
      return {.answer = [](const HttpRequest&) -> HttpResponse { throw std::logic_error("no"); }};
    }
    return {.answer = [](const HttpRequest& asked) { return HttpResponse{.body = asked.body}; },
            .runs = HttpPlan::Runs::kOnAPool,
            .most_body_bytes = 1000};
  }

  std::latch may_end_{1};
  std::atomic<std::size_t> slow_{0};
  std::atomic<std::size_t> told_{0};
  HttpServer server_;
  std::jthread thread_;
};

std::string post(const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

// As a proxy asks, which ends the connection after each answer.
TEST(HttpServer, ReadsTheBodyOfARequestAfterWhichTheConnectionEnds) {
  const EchoServer server;
  for (const char* start : {"POST / HTTP/1.0\r\n", "POST / HTTP/1.1\r\nConnection: close\r\n"}) {
    Client client(server.address());
    client.send(std::string(start) + "Host: a\r\nContent-Length: 4\r\n\r\nbody");
    const Received answer = client.receive();
    EXPECT_EQ(answer.status, 200) << start;
    EXPECT_EQ(answer.body, "body") << start;
    EXPECT_TRUE(client.ended()) << start;
  }
}

TEST(HttpServer, KeepsAConnectionForRequestAfterRequest) {
  const EchoServer server;
  Client client(server.address());
  for (const char* body : {"one", "", "three"}) {
    client.send(post(body));
    const Received answer = client.receive();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, body);
    EXPECT_FALSE(answer.headers.at("x-request-id").empty());
  }
}

TEST(HttpServer, AnswersWhatCameAtOnceInItsOrder) {
  const EchoServer server;
  Client client(server.address());
  client.send(post("one") + post("two") + post("three"));
  for (const char* body : {"one", "two", "three"}) EXPECT_EQ(client.receive().body, body);
}

TEST(HttpServer, TakesARequestInPieces) {
  const EchoServer server;
  Client client(server.address());
  for (const char letter : post("slowly")) client.send(std::string_view(&letter, 1));
  EXPECT_EQ(client.receive().body, "slowly");
}

TEST(HttpServer, SaysThatABodyMayCome) {
  const EchoServer server;
  Client client(server.address());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  client.send("ok");
  EXPECT_EQ(client.receive().body, "ok");
}

TEST(HttpServer, EndsTheConnectionOfWhatItRefuses) {
  const EchoServer server;
  const std::vector<std::pair<std::string, int>> wrong{
      {"GARBAGE\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n", 413},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'a'), 431},
      {std::string(1'000'000, 'a'), 431}};
  for (const auto& [bytes, status] : wrong) {
    Client client(server.address());
    client.send(bytes);
    const Received answer = client.receive();
    EXPECT_EQ(answer.status, status) << bytes.substr(0, 60);
    EXPECT_EQ(answer.headers.at("connection"), "close");
    EXPECT_NE(answer.body.find("\"error\""), std::string::npos);
    EXPECT_TRUE(client.ended());
  }
}

TEST(HttpServer, LeavesOutTheBodyOfAHead) {
  const EchoServer server;
  Client client(server.address());
  client.send("HEAD /throws HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const Received answer = client.receive();
  EXPECT_EQ(answer.status, 500);
  EXPECT_NE(answer.headers.at("content-length"), "0");
  EXPECT_TRUE(answer.body.empty());
}

TEST(HttpServer, GoesOnAfterAMistakeOfItsOwn) {
  const EchoServer server;
  Client client(server.address());
  const Received answer = client.get("/throws");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body.find("logic"), std::string::npos);
  EXPECT_EQ(client.get("/").status, 200);
}

TEST(HttpServer, EndsConnectionsThatAreSlowOrSilent) {
  const EchoServer server({.header = std::chrono::seconds(1),
                           .body = std::chrono::seconds(1),
                           .idle = std::chrono::seconds(1)});
  Client silent(server.address());
  Client head(server.address());
  head.send("GET / HT");
  Client body(server.address());
  body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
  EXPECT_EQ(silent.receive().status, 0);
  EXPECT_EQ(head.receive().status, 408);
  EXPECT_EQ(body.receive().status, 408);
}

TEST(HttpServer, EndsABodyThatComesByteByByte) {
  const EchoServer server({.body = std::chrono::seconds(1)});
  Client client(server.address());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
  std::size_t sent = 0;
  while (sent < 1000 && !client.comes_within(std::chrono::milliseconds(50))) {
    client.send("a");
    ++sent;
  }
  EXPECT_GT(sent, 5U);
  EXPECT_EQ(client.receive().status, 408);
}

TEST(HttpServer, HoldsNoMoreBodiesThanItMay) {
  const EchoServer server({.bodies_bytes = 1500});
  const std::string body(900, 'a');
  Client slow(server.address());
  slow.send(post(body).substr(0, post(body).size() - 1));
  Received answer;
  do {  // until the slow one's has come
    Client other(server.address());
    other.send(post(body));
    answer = other.receive();
  } while (answer.status == 200);
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.headers.at("retry-after"), "1");
  EXPECT_EQ(answer.headers.at("connection"), "close");
  slow.send("a");
  EXPECT_EQ(slow.receive().body, body);
  Client after(server.address());
  after.send(post(body));
  EXPECT_EQ(after.receive().body, body);
}

TEST(HttpServer, TellsThatItIsBusy) {
  EchoServer server({.waiting = 2}, 1);
  Client first(server.address());
  first.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  server.wait_for_slow(1);
  Client second(server.address());
  second.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  Received answer;
  do {  // until the second has been counted
    Client third(server.address());
    answer = third.get("/throws");
    if (answer.status != 500) break;
    Client fourth(server.address());
    answer = fourth.get("/nothing");
  } while (answer.status == 0);
  server.let_end();
  EXPECT_EQ(first.receive().body, "done");
  EXPECT_EQ(second.receive().body, "done");
}

TEST(HttpServer, AnswersOnTheWidePoolBesideTheOther) {
  EchoServer server({}, 1);
  Client narrow(server.address());
  narrow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  std::vector<std::unique_ptr<Client>> wide;
  for (int i = 0; i < 3; ++i) {
    wide.push_back(std::make_unique<Client>(server.address()));
    wide.back()->send("GET /slow-and-wide HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  server.wait_for_slow(4);
  server.let_end();
  EXPECT_EQ(narrow.receive().body, "done");
  for (const auto& client : wide) EXPECT_EQ(client->receive().body, "done");
}

TEST(HttpServer, LetsNoAddressHaveTooManyConnections) {
  const EchoServer server({.of_one_address = 3});
  Client first(server.address());
  Client second(server.address());
  Client third(server.address());
  EXPECT_EQ(first.get("/").status, 200);
  EXPECT_EQ(second.get("/").status, 200);
  EXPECT_EQ(third.get("/").status, 200);
  Client fourth(server.address());
  EXPECT_EQ(fourth.get("/").status, 0);
}

TEST(HttpServer, AnswersWhatRunsBeforeItEnds) {
  EchoServer server;
  Client idle(server.address());
  EXPECT_EQ(idle.get("/").status, 200);
  Client running(server.address());
  running.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  server.wait_for_slow(1);
  server.stop();
  EXPECT_TRUE(idle.ended());
  server.let_end();
  const Received answer = running.receive();
  EXPECT_EQ(answer.body, "done");
  EXPECT_EQ(answer.headers.at("connection"), "close");
  server.join();
}

TEST(HttpServer, RefusesAnAddressThatIsNoneOrTaken) {
  const EchoServer server;
  const auto listen = [](const std::string& address) {
    const HttpServer other({.listen = address}, nullptr, nullptr);
  };
  EXPECT_THROW(listen("nowhere"), RequestError);
  EXPECT_THROW(listen("127.0.0.1:x"), RequestError);
  EXPECT_THROW(listen("256.0.0.1:80"), RequestError);
  EXPECT_THROW(listen(server.address()), Error);
}

TEST(HttpServer, AnswersManyClientsAtOnce) {
  const EchoServer server;
  std::vector<std::jthread> clients;
  clients.reserve(8);
  std::atomic<int> right{0};
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back([&, client] {
      Client one(server.address());
      for (int i = 0; i < 50; ++i) {
        const std::string body = std::to_string(client) + " " + std::to_string(i);
        one.send(post(body));
        right += one.receive().body == body ? 1 : 0;
      }
    });
  }
  clients.clear();
  EXPECT_EQ(right, 400);
}

}  // namespace
}  // namespace likeness
