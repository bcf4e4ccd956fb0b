// A client that sends what it is told, byte for byte.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace likeness {

struct Received {
  int status = 0;                              // 0: the connection ended without an answer
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

class Client {
 public:
  explicit Client(const std::string& address);  // "127.0.0.1:8080"
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  Client(Client&&) = delete;
  Client& operator=(Client&&) = delete;

  void send(std::string_view bytes) const;
  // Waits for it for ten seconds at most.
  [[nodiscard]] Received receive();
  // Whether something comes, or the end, within so long.
  [[nodiscard]] bool comes_within(std::chrono::milliseconds time) const;
  // A request without a body of this target, and its answer.
  [[nodiscard]] Received get(const std::string& target, const std::string& headers = {});
  // Whether the server has ended the connection.
  [[nodiscard]] bool ended() const;

 private:
  [[nodiscard]] bool read_more();

  int socket_;
  std::string buffer_;
};

}  // namespace likeness
