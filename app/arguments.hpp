// What a command takes from the command line: it names its options and their targets, and one
// parse() reads all of them, explains what is wrong, or shows the help.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "likeness/catalogue/image.hpp"
#include "likeness/catalogue/resize.hpp"

namespace likeness {

// The command line is wrong; the message is one line that says how it would be right.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Reads one word of the command line; UsageError ("is not ...") if it does not fit the type.
void read_value(const std::string& word, std::string& value);
void read_value(const std::string& word, std::filesystem::path& value);
void read_value(const std::string& word, std::uint64_t& value);
void read_value(const std::string& word, double& value);
void read_value(const std::string& word, Size& value);  // "60x80"
void read_value(const std::string& word, Fit& value);
// One of some names, by what was found for the word; `names` is "one, another or a third".
template <typename T>
void read_named(const std::optional<T>& found, const std::string& names, T& value) {
  if (!found) throw UsageError("is unknown: give " + names);
  value = *found;
}
template <typename T>
void read_value(const std::string& word, std::optional<T>& value) {
  read_value(word, value.emplace());
}

// "a,b" is {"a", "b"}; nothing is one empty text.
[[nodiscard]] std::vector<std::string> split_list(const std::string& list);

// How an option looks in the help: {"--size", "WxH", "width and height in the pack [60x80]"}.
struct OptionText {
  // With a constructor, because lists of braces without names are refused for plain structs.
  OptionText(std::string name_text, std::string value_text, std::string help_text)
      : name(std::move(name_text)), value(std::move(value_text)), help(std::move(help_text)) {}

  std::string name;
  std::string value;  // empty for words and flags
  std::string help;
};

class Arguments {
 public:
  Arguments(std::string command, std::string summary);

  // Words without a name, in the order in which they are declared.
  template <typename T>
  void word(const OptionText& text, T& target) {
    add(text, Kind::kWord, [&target](const std::string& word) { read_value(word, target); });
  }
  // One or more of them, or also none; only as the last.
  enum class HowMany { kSome, kAny };
  template <typename T>
  void words(const OptionText& text, std::vector<T>& target, HowMany how_many = HowMany::kSome) {
    add(text, how_many == HowMany::kSome ? Kind::kWords : Kind::kOptionalWords,
        [&target](const std::string& word) { read_value(word, target.emplace_back()); });
  }
  // Given at most once. A target of type std::optional tells whether it was given.
  template <typename T>
  void option(const OptionText& text, T& target) {
    add(text, Kind::kOption, [&target](const std::string& word) { read_value(word, target); });
  }
  template <typename T>
  void repeatable(const OptionText& text, std::vector<T>& target) {
    add(text, Kind::kRepeatable,
        [&target](const std::string& word) { read_value(word, target.emplace_back()); });
  }
  void flag(const OptionText& text, bool& target) {
    add(text, Kind::kFlag, [&target](const std::string&) { target = true; });
  }
  // Lines below the options in the help.
  void note(std::string text) { notes_.push_back(std::move(text)); }

  // Throws UsageError.
  void parse(std::span<const std::string> words);
  // The first of the words without a name: of most commands the shop. Empty before parse().
  [[nodiscard]] const std::string& first_word() const noexcept { return first_word_; }
  [[nodiscard]] std::string usage() const;  // "likeness pack SHOP PICTURES... [options]"
  [[nodiscard]] std::string help() const;

 private:
  enum class Kind { kWord, kWords, kOptionalWords, kOption, kRepeatable, kFlag };
  struct Declared {
    OptionText text;
    Kind kind;
    std::function<void(const std::string&)> take;
  };

  void add(const OptionText& text, Kind kind, std::function<void(const std::string&)> take);
  [[nodiscard]] static bool is_word(const Declared& declared);
  [[nodiscard]] static bool are_words(const Declared& declared);
  [[nodiscard]] std::string unexpected(const std::string& word) const;

  std::string command_;
  std::string summary_;
  std::string first_word_;
  std::vector<Declared> declared_;
  std::vector<std::string> notes_;
};

}  // namespace likeness
