// What a command takes, as the program declares it, once: the help, the man pages and what a shell
// completes are made of it.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace likeness {

// How an option looks in the help: {"--size", "WxH", "width and height in the pack [60x80]"}.
struct OptionText {
  // With a constructor, because lists of braces without names are refused for plain structs.
  OptionText(std::string name_text, std::string value_text, std::string help_text)
      : name(std::move(name_text)), value(std::move(value_text)), help(std::move(help_text)) {}

  std::string name;
  std::string value;  // empty for words and flags; "pad|crop" is a choice
  std::string help;
};

struct ArgumentText {
  enum class Kind { kWord, kWords, kOptionalWords, kOption, kRepeatable, kFlag };

  OptionText text;
  Kind kind;
  bool is_path = false;  // its value is a file or a folder
};

struct CommandText {
  std::string name;  // "pack", "model list"
  std::string summary;
  std::vector<ArgumentText> arguments;
  std::vector<std::string> notes;  // each a paragraph
};

// Without a name of its own on the command line.
[[nodiscard]] bool is_word(const ArgumentText& argument) noexcept;
// Such a one that may be given several times.
[[nodiscard]] bool are_words(const ArgumentText& argument) noexcept;
// Of "pad|crop": "pad", "crop"; of any other value nothing.
[[nodiscard]] std::vector<std::string> choices_of(const ArgumentText& argument);

[[nodiscard]] std::string usage_of(
    const CommandText& command);  // "likeness pack SHOP ... [OPTIONS]"
[[nodiscard]] std::string help_of(const CommandText& command);  // what --help shows

}  // namespace likeness
