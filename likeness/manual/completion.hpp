// What bash and zsh complete when somebody types a command line of likeness.
#pragma once

#include <span>
#include <string>

#include "likeness/manual/command_text.hpp"

namespace likeness {

// A file for share/bash-completion/completions, to be sourced by bash 4 or newer.
[[nodiscard]] std::string bash_completion(std::span<const CommandText> commands);
// A file for a folder of zsh's fpath, named _likeness.
[[nodiscard]] std::string zsh_completion(std::span<const CommandText> commands);

}  // namespace likeness
