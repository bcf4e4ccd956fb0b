// Any bytes as all that a client sends, in two pieces, to a server that answers with the bodies of
// its requests. What comes back is whole answers one after the other, each body was sent, each
// error says what is wrong, and then the connection ends. By loopback: a server has real sockets.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <source_location>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include "likeness/base/json.hpp"
#include "likeness/web/http_server.hpp"

namespace {

using likeness::HttpPlan;
using likeness::HttpRequest;
using likeness::HttpResponse;

HttpResponse echo(const HttpRequest& request) {
  return {.content_type = "text/plain", .body = request.method == "HEAD" ? "" : request.body};
}

HttpPlan plan_of(const HttpRequest& request) {
  HttpPlan plan{.answer = echo, .most_body_bytes = 1000};
  if (request.path == "/pool") plan.runs = HttpPlan::Runs::kOnAPool;
  if (request.path == "/later") {
    plan.runs = HttpPlan::Runs::kOnAPool;
    plan.answer_later = [](const HttpRequest& asked, const likeness::Respond& respond) {
      respond(echo(asked));
    };
  }
  plan.needs_body = request.method == "PUT";
  return plan;
}

class Server {
 public:
  [[nodiscard]] std::uint16_t port() const {
    const std::string address = server_.address();
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }

 private:
  likeness::HttpServer server_{
      {.listen = "127.0.0.1:0", .pool_threads = 1}, plan_of, [](const likeness::HttpExchange&) {}};
  std::jthread thread_{[this](const std::stop_token& stop) { server_.run(stop); }};
};

sockaddr address_of(std::uint32_t host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(host);
  sockaddr general{};
  std::memcpy(&general, &address, sizeof address);
  return general;
}

void require(bool holds, const std::source_location& here = std::source_location::current()) {
  if (holds) return;
  std::fprintf(stderr, "line %u does not hold; errno: %s\n", here.line(),
               std::generic_category().message(errno).c_str());
  std::abort();
}

// libFuzzer looks at the time by a signal, which ends a call that waits.
template <typename Call>
auto uninterrupted(const Call& call) {
  for (;;) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

// All that the server answers until it ends the connection.
std::string answers_to(std::string_view first, std::string_view second) {
  static const Server server;
  static const std::uint16_t port = server.port();
  // Each of an address of its own, since an address has no port again for a minute.
  static std::uint32_t connections = 0;
  const std::uint32_t own = INADDR_LOOPBACK + 1 + connections++ % 0xFF0000;
  const int client = ::socket(AF_INET, SOCK_STREAM, 0);
  require(client >= 0);
  const timeval patience{.tv_sec = 15, .tv_usec = 0};
  ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const sockaddr from = address_of(own, 0);
  const sockaddr to = address_of(INADDR_LOOPBACK, port);
  require(::bind(client, &from, sizeof from) == 0);
  require(uninterrupted([&] { return ::connect(client, &to, sizeof to); }) == 0);
  for (const std::string_view piece : {first, second}) {
    (void)uninterrupted([&] { return ::send(client, piece.data(), piece.size(), MSG_NOSIGNAL); });
  }
  ::shutdown(client, SHUT_WR);
  std::string answers;
  std::array<char, 4096> piece{};
  ssize_t count = 0;
  while ((count = uninterrupted([&] { return ::recv(client, piece.data(), piece.size(), 0); })) >
         0) {
    answers.append(piece.data(), static_cast<std::size_t>(count));
  }
  require(count == 0);  // ended, and neither late nor torn
  ::close(client);
  return answers;
}

// Takes one answer from the front; its body is one of what was sent.
void take_answer(std::string_view& answers, std::string_view sent) {
  require(answers.starts_with("HTTP/1.1 "));
  const int status = std::stoi(std::string(answers.substr(9, 3)));
  require(status < 500);
  const std::size_t end = answers.find("\r\n\r\n");
  require(end != std::string_view::npos);
  const std::string_view head = answers.substr(0, end + 2);
  answers.remove_prefix(end + 4);
  if (status == 100) return;
  constexpr std::string_view kLength = "\r\nContent-Length: ";
  const std::size_t length = head.find(kLength);
  require(length != std::string_view::npos && head.find("\r\nX-Request-Id: ") < head.size());
  const std::size_t size = std::stoul(std::string(head.substr(length + kLength.size())));
  if (answers.empty() && sent.find("HEAD ") != std::string_view::npos) return;
  require(size <= answers.size());
  const std::string body(answers.substr(0, size));
  answers.remove_prefix(size);
  if (status == 200) {
    require(sent.find(body) != std::string_view::npos);
  } else {
    require(!likeness::parse_json(body, "answer").at("error").at("message").text().empty());
    require(head.find("\r\nConnection: close\r\n") < head.size() && answers.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view sent(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const std::size_t cut = sent.size() * bytes[0] / 256;
  const std::string all = answers_to(sent.substr(0, cut), sent.substr(cut));
  for (std::string_view answers = all; !answers.empty();) take_answer(answers, sent);
  return 0;
}
