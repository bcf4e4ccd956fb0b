// A service that asks a database of its own for each test, on the server that LIKENESS_POSTGRES
// names.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "likeness/postgres/publish.hpp"
#include "tests/postgres/database_shop.hpp"
#include "tests/web/running_service.hpp"

namespace likeness {

class PublishedServiceTest : public ServiceTest {
 protected:
  PublishedServiceTest() {
    make();
    train_model("small", 4);
  }
  ~PublishedServiceTest() override { stop_.request_stop(); }
  void publish_shop() { (void)publish({.files = files(), .address = database_}, work_); }
  void serve_published() { serve({.files = files(), .search = database_}); }
  // The same shop by itself, beside; its address.
  std::string serve_home() {
    home_ = std::make_unique<Service>(ServiceRequest{.files = files(), .listen = "127.0.0.1:0"},
                                      Work{.threads = 2, .stop = stop_.get_token()},
                                      [](const HttpExchange&) {});
    home_thread_ = std::jthread([this] { (void)home_->run(); });
    return home_->address();
  }
  // Of the database, as its owner. Where it locks what the service asks for meanwhile the other way
  // round, the server ends one of the two.
  void order(const std::string& sql) const {
    constexpr int kMostAttempts = 10;
    for (int attempt = 1;; ++attempt) {
      try {
        Postgres(database_).execute(sql);
        return;
      } catch (const PostgresError& error) {
        if (error.state() != "40P01" || attempt == kMostAttempts) throw;
      }
    }
  }
  void order_server(const std::string& sql) const { Postgres(server_address()).execute(sql); }
  [[nodiscard]] std::string name() const {
    const auto begin = database_.find("test_");
    return database_.substr(begin, database_.find('?') - begin);
  }
  void end_connections() const {
    order_server("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" +
                 name() + "'");
  }
  [[nodiscard]] Received ask_for(const std::string& target) const {
    Client client(address());
    return client.get(target);
  }
  // Until it has this status, and these words: of a busy database it is first said that it did not
  // answer in time. The last answer.
  [[nodiscard]] Received wait_until_ready(int status, const std::string& words = "") const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (;;) {
      Received answer = ask_for("/readyz");
      const bool is_it = answer.status == status && answer.body.find(words) != std::string::npos;
      if (is_it || std::chrono::steady_clock::now() > end) return answer;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  void expect_unready_for(const std::string& reason) const {
    const Received answer = wait_until_ready(503, reason);
    EXPECT_NE(answer.body.find(reason), std::string::npos) << answer.status << answer.body;
  }

  const std::string database_ = new_database();

 private:
  std::unique_ptr<Service> home_;
  std::jthread home_thread_;
};

inline constexpr const char* kSimilar = "/api/v1/items/0001/similar?count=5";

}  // namespace likeness
