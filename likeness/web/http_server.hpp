// An HTTP/1.1 server: connections, limits and deadlines. What is answered others decide, request by
// request. TLS and HTTP/2 are the work of a proxy in front.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "likeness/web/http.hpp"
#include "likeness/web/http_exchange.hpp"

namespace likeness {

// Deadlines are absolute: a client that sends a byte a second gains nothing by it.
struct HttpLimits {
  std::size_t connections = 20'000;
  std::size_t of_one_address = 256;
  std::size_t header_bytes = 16UL << 10U;
  std::size_t target_bytes = 8UL << 10U;
  std::size_t waiting = 64;                 // for the pools; further ones are told to come again
  std::size_t bodies_bytes = 512UL << 20U;  // of all that are read or answered; the same
  std::chrono::seconds header{10};
  std::chrono::seconds body{60};
  std::chrono::seconds writing{30};
  std::chrono::seconds idle{75};
  std::chrono::seconds ending{5};  // for what is running when the server is told to stop
};

struct HttpServerOptions {
  std::string listen = "127.0.0.1:8080";  // or "[::1]:8080"; port 0: one that is free
  std::optional<int> socket = {};  // instead: one that listens already; the server's from now on
  HttpLimits limits = {};
  std::size_t network_threads = 1;
  std::size_t pool_threads = 1;
  std::size_t wide_pool_threads = 1;
};

class HttpServer {
 public:
  // Both are called by any thread.
  using Plan = std::function<HttpPlan(const HttpRequest&)>;
  using Told = std::function<void(const HttpExchange&)>;

  // Listens from here on: Error::kInput for an address that is none and a socket that does not
  // listen on one, kUnavailable if it is taken.
  // `plan` sees a request without its body, and must not wait.
  HttpServer(const HttpServerOptions& options, Plan plan, Told told);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  HttpServer(HttpServer&&) = delete;
  HttpServer& operator=(HttpServer&&) = delete;

  [[nodiscard]] std::string address() const;  // "127.0.0.1:8080"
  // Until it is stopped, and then until what was running is answered or its time is up.
  void run(const std::stop_token& stop);

  [[nodiscard]] std::size_t connections() const;
  [[nodiscard]] std::size_t waiting() const;  // for a pool, or on it

 private:
  friend class HttpConnection;
  struct State;
  std::unique_ptr<State> state_;
};

// Whether the address can be reached from this machine alone. Error::kInput if it is no address.
[[nodiscard]] bool is_loopback(const std::string& listen);
// Where a socket listens, "127.0.0.1:8080". Error::kInput if it listens on no address.
[[nodiscard]] std::string address_of(int socket);

}  // namespace likeness
