// The files by which a system knows a program: man pages, and what shells complete.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "likeness/manual/command_text.hpp"

namespace likeness {

// Writes them below the folder, which is laid out like Debian's /usr/share: man/man1,
// bash-completion/completions, zsh/vendor-completions. Returns how many files.
std::size_t write_manual(std::span<const CommandText> commands,
                         const std::filesystem::path& folder);

}  // namespace likeness
