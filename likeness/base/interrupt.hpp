// Ctrl-C and SIGTERM end a command between two steps, so that it can tidy up.
#pragma once

namespace likeness {

// From now on SIGINT and SIGTERM only set a flag; a second one ends the program at once.
void catch_interrupts() noexcept;

[[nodiscard]] bool interrupted() noexcept;

// Throws Error::kUnavailable if the user has asked to stop.
void stop_if_interrupted();

}  // namespace likeness
