// A shop and its service in a thread of the test's process, and what every test asks of it.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "likeness/base/file.hpp"
#include "likeness/base/json.hpp"
#include "likeness/web/service.hpp"
#include "tests/shop/small_shop.hpp"
#include "tests/web/client.hpp"

namespace likeness {

// A shop, and its service in a thread of this process.
class ServiceTest : public SmallShop {
 protected:
  void serve(const std::optional<std::filesystem::path>& keys = {},
             const std::vector<std::string>& origins = {}, std::optional<double> rate = {}) {
    serve({.files = files(), .access = {.keys = keys, .rate = rate, .origins = origins}});
  }
  void serve(ServiceRequest request) {
    request.listen = "127.0.0.1:0";
    const Work work{.threads = 2, .stop = stop_.get_token()};
    service_ = std::make_unique<Service>(request, work, [this](const HttpExchange&) { ++told_; });
    thread_ = std::jthread([this] { (void)service_->run(); });
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

inline std::vector<std::string> keys_of(const Json& answer, std::string_view list = "results") {
  std::vector<std::string> keys;
  for (const Json& one : answer.at(list).array()) keys.push_back(one.at("key").text());
  return keys;
}

inline std::string field_of(const Json& answer) { return answer.at("error").at("where").text(); }

// A request with this body, and its answer.
inline Received ask(Client& client, const std::string& method, const std::string& target,
                    const std::string& body, const std::string& headers) {
  client.send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers +
              "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  return client.receive();
}

inline std::string bytes_of(const std::filesystem::path& path) {
  const auto bytes = read_file(path, 1U << 20U);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace likeness
