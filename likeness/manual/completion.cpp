#include "likeness/manual/completion.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace likeness {
namespace {

// As one word of a shell.
std::string in_quotes(std::string_view text) {
  std::string word = "'";
  for (const char letter : text)
    word += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return word + "'";
}

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line.append(line.empty() ? "" : " ").append(word);
  return line;
}

bool has_value(const ArgumentText& argument) {
  return !is_word(argument) && argument.kind != ArgumentText::Kind::kFlag;
}

// Commands of two words by the first one: "model" of "model list".
std::string group_of(const CommandText& command) {
  const auto space = command.name.find(' ');
  return space == std::string::npos ? "" : command.name.substr(0, space);
}

// What stands first on a command line, each once.
std::vector<std::string> first_words(std::span<const CommandText> commands) {
  std::vector<std::string> words;
  for (const CommandText& command : commands) {
    const std::string group = group_of(command);
    const std::string& word = group.empty() ? command.name : group;
    if (std::ranges::find(words, word) == words.end()) words.push_back(word);
  }
  return words;
}

std::vector<std::string> groups_of(std::span<const CommandText> commands) {
  std::vector<std::string> groups;
  for (const std::string& word : first_words(commands)) {
    if (std::ranges::any_of(commands, [&](const auto& each) { return group_of(each) == word; }))
      groups.push_back(word);
  }
  return groups;
}

std::vector<CommandText> commands_of(const std::string& group,
                                     std::span<const CommandText> commands) {
  std::vector<CommandText> found;
  for (const CommandText& command : commands) {
    if (group_of(command) == group) found.push_back(command);
  }
  return found;
}

std::string second_word(const CommandText& command) {
  return command.name.substr(command.name.find(' ') + 1);
}

std::vector<std::string> second_words(const std::string& group,
                                      std::span<const CommandText> commands) {
  std::vector<std::string> words;
  for (const CommandText& command : commands_of(group, commands))
    words.push_back(second_word(command));
  return words;
}

// The branches of bash's `case "$command" in`.
std::string bash_options(const CommandText& command) {
  std::vector<std::string> names{"--help"};
  bool takes_paths = false;
  for (const ArgumentText& argument : command.arguments) {
    if (!is_word(argument)) names.push_back(argument.text.name);
    takes_paths = takes_paths || (is_word(argument) && argument.is_path);
  }
  return "    " + in_quotes(command.name) + ") options=" + in_quotes(joined(names)) +
         (takes_paths ? " paths=yes" : "") + " ;;\n";
}

// The branches of bash's `case "$command $before" in`: what follows an option.
std::string bash_values(const CommandText& command) {
  std::string text;
  for (const ArgumentText& argument : command.arguments) {
    if (!has_value(argument)) continue;
    text += "    " + in_quotes(command.name + " " + argument.text.name) + ") options=";
    text += in_quotes(joined(choices_of(argument))) + " paths=" + (argument.is_path ? "yes" : "");
    text += " value=yes ;;\n";
  }
  return text;
}

std::string bash_groups(std::span<const CommandText> commands) {
  std::string text;
  for (const std::string& group : groups_of(commands)) {
    text += "    " + in_quotes(group) + ")\n      if [ \"$COMP_CWORD\" -eq 2 ]; then\n";
    text += "        mapfile -t COMPREPLY < <(compgen -W " +
            in_quotes(joined(second_words(group, commands))) + " -- \"$word\")\n        return\n" +
            "      fi\n      command+=\" ${COMP_WORDS[2]}\" ;;\n";
  }
  return text;
}

// Of an option's or a word's help, as _arguments reads it: in brackets, before a colon.
std::string zsh_text(std::string_view help) {
  std::string text;
  for (const char letter : help) {
    if (letter == '[' || letter == ']' || letter == ':' || letter == '\\') text += '\\';
    text += letter == '\n' ? ' ' : letter;
  }
  return text;
}

// What may stand for a value: ":what it is:how it is completed".
std::string zsh_value(const ArgumentText& argument, const std::string& name) {
  const std::vector<std::string> choices = choices_of(argument);
  const std::string how = argument.is_path ? "_files" : "(" + joined(choices) + ")";
  return ":" + zsh_text(name) + ":" + (argument.is_path || !choices.empty() ? how : " ");
}

std::string zsh_argument(const ArgumentText& argument) {
  const auto& [name, value, help] = argument.text;
  if (are_words(argument)) return in_quotes("*" + zsh_value(argument, name));
  if (is_word(argument)) return in_quotes(zsh_value(argument, name));
  const std::string again = argument.kind == ArgumentText::Kind::kRepeatable ? "*" : "";
  // A name of two dashes takes its value behind "=", too.
  const std::string equals = has_value(argument) && name.starts_with("--") ? "=" : "";
  return in_quotes(again + name + equals + "[" + zsh_text(help) + "]" +
                   (has_value(argument) ? zsh_value(argument, value) : ""));
}

std::string zsh_arguments(const CommandText& command) {
  std::string text = "    " + in_quotes(command.name) + ")\n      _arguments -s \\\n";
  for (const ArgumentText& argument : command.arguments)
    text += "        " + zsh_argument(argument) + " \\\n";
  return text + "        '(- *)--help[what the command takes]' ;;\n";
}

// The array for _describe: "name:what it does".
std::string zsh_names(const std::vector<CommandText>& named) {
  std::string text = "  names=(\n";
  for (const CommandText& command : named) {
    text +=
        "    " + in_quotes(zsh_text(second_word(command)) + ":" + zsh_text(command.summary)) + "\n";
  }
  return text + "  )\n";
}

std::string zsh_groups(std::span<const CommandText> commands) {
  std::string text;
  for (const std::string& group : groups_of(commands)) {
    text += "  if [[ $command = " + group + " ]]; then\n" +
            zsh_names(commands_of(group, commands)) +
            "    if (( CURRENT == 2 )); then _describe command names; return; fi\n"
            "    command+=\" $words[2]\"\n    shift words\n    (( CURRENT-- ))\n  fi\n";
  }
  return text;
}

constexpr const char* kMadeBy = "by `likeness manual`: its declarations are where to change it\n";

}  // namespace

std::string bash_completion(std::span<const CommandText> commands) {
  std::string text = std::string("# bash's completion of likeness, made ") + kMadeBy;
  text +=
      "_likeness() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
      "  local command=${COMP_WORDS[1]} options='' paths='' value=''\n"
      "  COMPREPLY=()\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W " +
      in_quotes(joined(first_words(commands)) + " help --help --version") +
      " -- \"$word\")\n    return\n  fi\n";
  text +=
      "  # bash takes --option=value for three words.\n"
      "  if [ \"$before\" = = ]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi\n"
      "  if [ \"$word\" = = ]; then word=''; fi\n"
      "  case $command in\n" +
      bash_groups(commands) + "  esac\n  case $command in\n";
  for (const CommandText& command : commands) text += bash_options(command);
  text += "    help) options=" + in_quotes(joined(first_words(commands))) + " value=yes ;;\n";
  text += "  esac\n  case \"$command $before\" in\n";
  for (const CommandText& command : commands) text += bash_values(command);
  text +=
      "  esac\n"
      "  if [ -n \"$value\" ] || [[ $word = -* ]]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
      "  fi\n"
      "  if [ -n \"$paths\" ] && [[ $word != -* ]]; then\n"
      "    compopt -o filenames 2>/dev/null\n"
      "    mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
      "  fi\n"
      "}\n"
      "complete -F _likeness likeness\n";
  return text;
}

std::string zsh_completion(std::span<const CommandText> commands) {
  std::string text = std::string("#compdef likeness\n# zsh's completion, made ") + kMadeBy;
  std::vector<CommandText> named = commands_of("", commands);
  for (const std::string& group : groups_of(commands)) {
    named.push_back({.name = group,
                     .summary = joined(second_words(group, commands)),
                     .arguments = {},
                     .notes = {}});
  }
  text += "_likeness() {\n  local command\n  local -a names\n" + zsh_names(named) +
          "  if (( CURRENT == 2 )); then\n    _describe command names\n"
          "    _arguments '--help[what there is]' '--version[which likeness this is]'\n"
          "    return\n  fi\n"
          "  shift words\n  (( CURRENT-- ))\n  command=$words[1]\n" +
          zsh_groups(commands) + "  case $command in\n";
  for (const CommandText& command : commands) text += zsh_arguments(command);
  return text + "  esac\n}\n_likeness \"$@\"\n";
}

}  // namespace likeness
