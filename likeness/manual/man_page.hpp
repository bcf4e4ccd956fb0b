// The manual as man shows it (man(7), groff's macros): a page a command, and one of all.
#pragma once

#include <span>
#include <string>

#include "likeness/manual/command_text.hpp"

namespace likeness {

// A file below share/man/man1.
struct ManPage {
  std::string file;  // "likeness-model-list.1"
  std::string text;
};

[[nodiscard]] ManPage man_page_of(const CommandText& command);
// likeness.1, the table of contents.
[[nodiscard]] ManPage man_page_of_all(std::span<const CommandText> commands);

}  // namespace likeness
