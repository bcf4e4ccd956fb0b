// What a service manager such as systemd gives to a service, and wants to be told of it
// (sd_listen_fds(3), sd_notify(3)).
#pragma once

#include <optional>
#include <string_view>

namespace likeness {

// The socket that the manager listens on for this process, so that nobody is refused while it
// starts; before the service has threads. Taken once: it is no longer in the environment
// afterwards. Error::kInput for several.
[[nodiscard]] std::optional<int> take_listening_socket();

// "READY=1", "STOPPING=1"; says nothing where nobody asked to be told.
void tell_service_manager(std::string_view state);

}  // namespace likeness
