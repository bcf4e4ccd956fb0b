#include "app/arguments.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>
#include <utility>

#include "likeness/base/words.hpp"

namespace likeness {
namespace {

constexpr int kLargestSide = 4096;
constexpr std::size_t kHelpColumn = 26;

template <typename T>
std::optional<T> number_in(std::string_view text) {
  T value{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "  name  help", the help in a column of its own.
std::string help_line(const std::string& name, const std::string& help) {
  std::string line = "  " + name;
  line.append(line.size() + 2 > kHelpColumn ? 2 : kHelpColumn - line.size(), ' ');
  return line + help + "\n";
}

}  // namespace

std::vector<std::string> split_list(const std::string& list) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    words.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

void read_value(const std::string& word, std::string& value) {
  if (word.empty()) throw UsageError("is empty: give it a value");
  value = word;
}

void read_value(const std::string& word, std::filesystem::path& value) {
  if (word.empty()) throw UsageError("is empty: give a path");
  value = word;
}

void read_value(const std::string& word, std::uint64_t& value) {
  // JSON, and the shop's database, have whole numbers of 64 bits with sign.
  constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max();
  const auto number = number_in<std::uint64_t>(word);
  if (!number) throw UsageError("is not a whole number: give one such as 4");
  if (*number > kLargest) {
    throw UsageError("is out of range: give at most " + std::to_string(kLargest));
  }
  value = *number;
}

void read_value(const std::string& word, double& value) {
  const auto number = number_in<double>(word);
  if (!number || !std::isfinite(*number)) {
    throw UsageError("is not a number: give one such as 0.5");
  }
  value = *number;
}

void read_value(const std::string& word, Size& value) {
  const auto x = word.find('x');
  const auto width = number_in<int>(std::string_view(word).substr(0, x));
  const auto height =
      x == std::string::npos ? std::nullopt : number_in<int>(std::string_view(word).substr(x + 1));
  if (!width || !height) throw UsageError("is not WIDTHxHEIGHT: give two numbers such as 60x80");
  if (std::min(*width, *height) < 1 || std::max(*width, *height) > kLargestSide) {
    throw UsageError("is out of range: width and height go from 1 to " +
                     std::to_string(kLargestSide));
  }
  value = {.width = *width, .height = *height};
}

void read_value(const std::string& word, Fit& value) {
  const auto fit = fit_named(word);
  if (!fit) throw UsageError("is no way to fit: give stretch, pad or crop");
  value = *fit;
}

Arguments::Arguments(std::string command, std::string summary)
    : command_(std::move(command)), summary_(std::move(summary)) {}

void Arguments::add(const OptionText& text, Kind kind,
                    std::function<void(const std::string&)> take) {
  declared_.push_back({.text = text, .kind = kind, .take = std::move(take)});
}

bool Arguments::is_word(const Declared& declared) {
  return declared.kind == Kind::kWord || are_words(declared);
}

bool Arguments::are_words(const Declared& declared) {
  return declared.kind == Kind::kWords || declared.kind == Kind::kOptionalWords;
}

namespace {

// Hands each word to the option and puts the option's name before the complaint.
void take_words(const std::string& name, const std::function<void(const std::string&)>& take,
                const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    try {
      take(word);
    } catch (const UsageError& error) {
      std::string text = name;
      if (!word.empty()) text.append(" ").append(word);
      throw UsageError(text + " " + error.what());
    }
  }
}

}  // namespace

void Arguments::parse(std::span<const std::string> words) {
  CLI::App parser;
  parser.set_help_flag();
  for (const Declared& declared : declared_) {
    const std::string& name = declared.text.name;
    if (declared.kind == Kind::kFlag) {
      parser.add_flag_callback(name, [&declared] { declared.take(""); });
      continue;
    }
    const auto take = [this, &declared](const CLI::results_t& results) {
      if (&declared == declared_.data()) first_word_ = results.front();
      take_words(declared.text.name, declared.take, results);
      return true;
    };
    const bool required = is_word(declared) && declared.kind != Kind::kOptionalWords;
    CLI::Option* option = parser.add_option(name, take)->required(required);
    if (are_words(declared)) option->take_all()->expected(1, -1)->allow_extra_args();
    if (declared.kind == Kind::kRepeatable) option->expected(1)->take_all();
  }
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    parser.parse(reversed);
  } catch (const CLI::ExtrasError&) {
    throw UsageError(unexpected(parser.remaining().at(0)));
  } catch (const CLI::RequiredError& error) {
    const std::string text = error.what();
    throw UsageError(text.substr(0, text.find(' ')) + " is missing: " + usage());
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string text = error.what();
    const std::string name = text.substr(0, text.find_first_of(": "));
    throw UsageError(name + " takes one value: " + usage());
  } catch (const CLI::ParseError& error) {
    throw UsageError(std::string(error.what()) + ": " + usage());
  }
}

std::string Arguments::unexpected(const std::string& word) const {
  std::string what = word;
  if (word.starts_with("-")) {
    std::vector<std::string> names;
    for (const Declared& declared : declared_) {
      if (!is_word(declared)) names.push_back(declared.text.name);
    }
    what += ": there is no such option";
    const std::string name = word.substr(0, word.find('='));
    if (const auto like = most_like(name, names)) return what + ": did you mean " + *like + "?";
  } else {
    what += " is one word too many";
  }
  return what + ": `likeness " + command_ + " --help` shows what there is";
}

std::string Arguments::usage() const {
  std::string line = "likeness " + command_;
  for (const Declared& declared : declared_) {
    if (!is_word(declared)) continue;
    line.append(" ").append(declared.text.name);
    if (are_words(declared)) line += "...";
  }
  return line + " [OPTIONS]";
}

std::string Arguments::help() const {
  std::string text = summary_ + "\n\nUsage: " + usage() + "\n\n";
  for (const Declared& declared : declared_) {
    if (is_word(declared)) text += help_line(declared.text.name, declared.text.help);
  }
  text += "\nOptions:\n";
  for (const Declared& declared : declared_) {
    if (is_word(declared)) continue;
    const auto& [name, value, help] = declared.text;
    std::string shown = name;
    if (!value.empty()) shown.append(" ").append(value);
    text += help_line(shown, help);
  }
  for (const std::string& note : notes_) text += "\n" + note + "\n";
  return text;
}

}  // namespace likeness
