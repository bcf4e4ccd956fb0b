#include "tests/web/client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace likeness {

Client::Client(const std::string& address) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  const std::size_t colon = address.rfind(':');
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
  ::inet_pton(AF_INET, address.substr(0, colon).c_str(), &there.sin_addr);
  const timeval patience{.tv_sec = 60, .tv_usec = 0};  // a busy machine may stand still for long
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr general{};
  std::memcpy(&general, &there, sizeof there);
  if (::connect(socket_, &general, sizeof general) != 0) {
    throw std::runtime_error("cannot connect to " + address);
  }
}

Client::~Client() { ::close(socket_); }

void Client::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // what it answered is still to be read
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool Client::read_more() {
  std::array<char, 4096> piece{};
  const auto count = ::recv(socket_, piece.data(), piece.size(), 0);
  if (count <= 0) return false;
  buffer_.append(piece.data(), static_cast<std::size_t>(count));
  return true;
}

Received Client::receive() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) return {};
  }
  Received received{.status = std::stoi(buffer_.substr(9, 3)), .headers = {}, .body = {}};
  for (std::size_t line = buffer_.find("\r\n") + 2; line < end;) {
    const std::size_t next = buffer_.find("\r\n", line);
    const std::size_t colon = buffer_.find(": ", line);
    std::string name = buffer_.substr(line, colon - line);
    std::ranges::transform(name, name.begin(), [](unsigned char letter) {
      return static_cast<char>(std::tolower(letter));
    });
    received.headers[name] = buffer_.substr(colon + 2, next - colon - 2);
    line = next + 2;
  }
  buffer_.erase(0, end + 4);
  const auto length = received.headers.find("content-length");
  const std::size_t size = length == received.headers.end() ? 0 : std::stoul(length->second);
  while (buffer_.size() < size && read_more()) {
  }
  received.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return received;
}

Received Client::get(const std::string& target, const std::string& headers) {
  send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
  return receive();
}

bool Client::comes_within(std::chrono::milliseconds time) const {
  pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
  return ::poll(&waiting, 1, static_cast<int>(time.count())) > 0;
}

bool Client::ended() const {
  char byte = 0;
  return ::recv(socket_, &byte, 1, 0) == 0;
}

}  // namespace likeness
