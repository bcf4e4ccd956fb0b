#include "likeness/web/service_manager.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

constexpr int kFirstSocket = 3;  // SD_LISTEN_FDS_START

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): changed below alone
  return value == nullptr ? std::string() : value;
}

}  // namespace

std::optional<int> take_listening_socket() {
  const bool is_ours = variable("LISTEN_PID") == std::to_string(::getpid());
  const std::string count = variable("LISTEN_FDS");
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) {
    ::unsetenv(name);  // NOLINT(concurrency-mt-unsafe): before the service has threads
  }
  if (!is_ours || count.empty() || count == "0") return std::nullopt;
  if (count != "1") {
    throw Error(Error::Kind::kInput, "the service manager gives " + count +
                                         " sockets: let its socket unit have one ListenStream");
  }
  (void)::fcntl(kFirstSocket, F_SETFD, FD_CLOEXEC);
  return kFirstSocket;
}

void tell_service_manager(std::string_view state) {
  std::string path = variable("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof(address.sun_path)) return;
  address.sun_family = AF_UNIX;
  std::memcpy(&address.sun_path, path.data(), path.size());
  if (path.front() == '@') address.sun_path[0] = '\0';  // an abstract one: of no file
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return;
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  // Who does not listen is not waited for.
  (void)::sendto(socket, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                 reinterpret_cast<const sockaddr*>(&address), length);
  ::close(socket);
}

}  // namespace likeness
