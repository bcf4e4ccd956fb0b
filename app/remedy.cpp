#include "app/remedy.hpp"

namespace likeness {
namespace {

// Quoted where it has to be.
std::string shell_word(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789-_./,:=+@%") == std::string::npos;
  if (plain) return word;
  std::string quoted = "'";
  for (const char letter : word)
    quoted += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return quoted + "'";
}

}  // namespace

std::string command_line(const Remedy& remedy, const std::string& shop) {
  // An address may hold a password.
  const bool publishes = remedy.verb == "publish";
  std::string line =
      "likeness " + remedy.verb + (publishes ? " SHOP postgresql://..." : " " + shell_word(shop));
  for (const auto& [field, value] : remedy.asked) {
    if (!field.empty()) line += " --" + field;
    if (!value.empty()) line += " " + shell_word(value);
  }
  return line;
}

std::string line_of(const Message& message, const std::string& shop) {
  if (!message.remedy) return message.text;
  const Remedy& remedy = *message.remedy;
  const char* between = remedy.does.starts_with("or ") ? ", " : ": ";
  return message.text + between + remedy.does + " by `" + command_line(remedy, shop) + "`";
}

}  // namespace likeness
