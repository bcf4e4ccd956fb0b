#include "likeness/manual/command_text.hpp"

#include "likeness/base/words.hpp"

namespace likeness {
namespace {

constexpr std::size_t kHelpColumn = 26;

// "  name  help", the help in a column of its own, below a name that reaches into it.
std::string help_line(const std::string& name, const std::string& help) {
  std::string line = "  " + name;
  const bool fits = line.size() + 2 <= kHelpColumn;
  line += fits ? std::string(kHelpColumn - line.size(), ' ') : "\n" + std::string(kHelpColumn, ' ');
  return line + help + "\n";
}

}  // namespace

bool is_word(const ArgumentText& argument) noexcept {
  return argument.kind == ArgumentText::Kind::kWord || are_words(argument);
}

bool are_words(const ArgumentText& argument) noexcept {
  return argument.kind == ArgumentText::Kind::kWords ||
         argument.kind == ArgumentText::Kind::kOptionalWords;
}

std::vector<std::string> choices_of(const ArgumentText& argument) {
  auto choices = split(argument.text.value, '|');
  if (choices.size() < 2) choices.clear();
  return choices;
}

std::string usage_of(const CommandText& command) {
  std::string line = "likeness " + command.name;
  for (const ArgumentText& argument : command.arguments) {
    if (!is_word(argument)) continue;
    line.append(" ").append(argument.text.name);
    if (are_words(argument)) line += "...";
  }
  return line + " [OPTIONS]";
}

std::string help_of(const CommandText& command) {
  std::string text = command.summary + "\n\nUsage: " + usage_of(command) + "\n\n";
  for (const ArgumentText& argument : command.arguments) {
    if (is_word(argument)) text += help_line(argument.text.name, argument.text.help);
  }
  text += "\nOptions:\n";
  for (const ArgumentText& argument : command.arguments) {
    if (is_word(argument)) continue;
    const auto& [name, value, help] = argument.text;
    std::string shown = name;
    if (!value.empty()) shown.append(" ").append(value);
    text += help_line(shown, help);
  }
  for (const std::string& note : command.notes) text += "\n" + note + "\n";
  return text;
}

}  // namespace likeness
