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

template <typename T>
std::optional<T> number_in(std::string_view text) {
  T value{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

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
    : text_{.name = std::move(command),
            .summary = std::move(summary),
            .arguments = {},
            .notes = {}} {}

void Arguments::add(ArgumentText argument, Take take) {
  text_.arguments.push_back(std::move(argument));
  takes_.push_back(std::move(take));
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
  for (std::size_t i = 0; i < takes_.size(); ++i) {
    const ArgumentText& argument = text_.arguments[i];
    const std::string& name = argument.text.name;
    if (argument.kind == Kind::kFlag) {
      parser.add_flag_callback(name, [this, i] { takes_[i](""); });
      continue;
    }
    const auto take = [this, i, &name](const CLI::results_t& results) {
      if (i == 0) first_word_ = results.front();
      take_words(name, takes_[i], results);
      return true;
    };
    const bool required = is_word(argument) && argument.kind != Kind::kOptionalWords;
    CLI::Option* option = parser.add_option(name, take)->required(required);
    if (are_words(argument)) option->take_all()->expected(1, -1)->allow_extra_args();
    if (argument.kind == Kind::kRepeatable) option->expected(1)->take_all();
  }
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    parser.parse(reversed);
  } catch (const CLI::ExtrasError&) {
    throw UsageError(unexpected(parser.remaining().at(0)));
  } catch (const CLI::RequiredError& error) {
    const std::string text = error.what();
    throw UsageError(text.substr(0, text.find(' ')) + " is missing: " + usage_of(text_));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string text = error.what();
    const std::string name = text.substr(0, text.find_first_of(": "));
    throw UsageError(name + " takes one value: " + usage_of(text_));
  } catch (const CLI::ParseError& error) {
    throw UsageError(std::string(error.what()) + ": " + usage_of(text_));
  }
}

std::string Arguments::unexpected(const std::string& word) const {
  std::string what = word;
  if (word.starts_with("-")) {
    std::vector<std::string> names;
    for (const ArgumentText& argument : text_.arguments) {
      if (!is_word(argument)) names.push_back(argument.text.name);
    }
    what += ": there is no such option";
    const std::string name = word.substr(0, word.find('='));
    if (const auto like = most_like(name, names)) return what + ": did you mean " + *like + "?";
  } else {
    what += " is one word too many";
  }
  return what + ": `likeness " + text_.name + " --help` shows what there is";
}

}  // namespace likeness
