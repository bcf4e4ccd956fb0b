#include "likeness/manual/man_page.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "likeness/base/version.hpp"

namespace likeness {
namespace {

// Text as roff takes it: its own letters quoted, and nothing at a line's begin that is a request.
std::string roff(std::string_view text) {
  std::string quoted;
  for (const char letter : text) {
    const bool begins = quoted.empty() || quoted.back() == '\n';
    if (begins && letter == ' ') continue;  // it would begin a line of its own
    if (begins && (letter == '.' || letter == '\'')) quoted += "\\&";
    if (letter == '\\') {
      quoted += "\\e";
    } else if (letter == '-') {
      quoted += "\\-";  // and not a hyphen, which could not be copied into a shell
    } else {
      quoted += letter;
    }
  }
  return quoted;
}

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }

std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

std::string entry(const std::string& term, const std::string& help) {
  return ".TP\n" + term + "\n" + roff(help) + "\n";
}

// "likeness-model-list"
std::string page_name(const std::string& command) {
  std::string name = "likeness-" + command;
  std::ranges::replace(name, ' ', '-');
  return name;
}

std::string head(const std::string& page, const std::string& summary) {
  std::string title = page;
  std::ranges::transform(title, title.begin(),
                         [](unsigned char letter) { return std::toupper(letter); });
  return ".TH " + roff(title) + R"( 1 "" "likeness )" + version() + R"(" "User Commands")" + "\n" +
         ".SH NAME\n" + roff(page) + " \\- " + roff(summary) + "\n";
}

std::string exit_status() {
  return ".SH \"EXIT STATUS\"\n" + entry("0", "done") + entry("1", "failed: one line says why") +
         entry("2", "the command line is wrong") + entry("70", "a mistake in likeness itself");
}

std::string synopsis(const CommandText& command) {
  std::string line = bold("likeness " + command.name);
  for (const ArgumentText& argument : command.arguments) {
    if (!is_word(argument)) continue;
    line += " " + italic(argument.text.name);
    if (are_words(argument)) line += "...";
  }
  return ".SH SYNOPSIS\n" + line + " [" + italic("OPTIONS") + "]\n";
}

std::string description(const CommandText& command) {
  if (command.notes.empty()) return "";
  std::string text = ".SH DESCRIPTION\n";
  for (const std::string& note : command.notes) {
    text += (&note == &command.notes.front() ? "" : ".PP\n") + roff(note) + "\n";
  }
  return text;
}

std::string term_of(const ArgumentText& argument) {
  if (is_word(argument)) return italic(argument.text.name);
  const std::string name = bold(argument.text.name);
  return argument.text.value.empty() ? name : name + " " + italic(argument.text.value);
}

std::string entries(const CommandText& command) {
  std::string words;
  std::string options;
  for (const ArgumentText& argument : command.arguments) {
    (is_word(argument) ? words : options) += entry(term_of(argument), argument.text.help);
  }
  return (words.empty() ? "" : ".SH ARGUMENTS\n" + words) + ".SH OPTIONS\n" + options;
}

}  // namespace

ManPage man_page_of(const CommandText& command) {
  const std::string page = page_name(command.name);
  return {.file = page + ".1",
          .text = head(page, command.summary) + synopsis(command) + description(command) +
                  entries(command) + exit_status() + ".SH \"SEE ALSO\"\n.BR likeness (1)\n"};
}

ManPage man_page_of_all(std::span<const CommandText> commands) {
  std::string text = head("likeness", "recommend images by what they look like");
  text += ".SH SYNOPSIS\n" + bold("likeness") + " " + italic("COMMAND") + " ... [" +
          italic("OPTIONS") + "]\n.br\n" + bold("likeness") + " " + bold("--version") + " [" +
          bold("--json") + "]\n";
  text += ".SH DESCRIPTION\n" +
          roff(
              "It learns from a catalogue of pictures alone, without labels, and answers what "
              "looks like an item\nor like any picture. A shop is the folder that holds everything "
              "about one catalogue.") +
          "\n.SH COMMANDS\nEach has a page of its own.\n";
  std::string pages;
  for (const CommandText& command : commands) {
    text += entry(bold(command.name), command.summary);
    pages += ".BR " + roff(page_name(command.name)) + " (1)" +
             (&command == &commands.back() ? "" : ",") + "\n";
  }
  return {.file = "likeness.1", .text = text + exit_status() + ".SH \"SEE ALSO\"\n" + pages};
}

}  // namespace likeness
