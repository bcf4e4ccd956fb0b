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
#include <type_traits>
#include <utility>
#include <vector>

#include "likeness/catalogue/image.hpp"
#include "likeness/catalogue/resize.hpp"
#include "likeness/manual/command_text.hpp"

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

// Whether a value of this type is a file or a folder, for what a shell completes.
template <typename T>
inline constexpr bool kIsPath = std::is_same_v<T, std::filesystem::path> ||
                                std::is_same_v<T, std::optional<std::filesystem::path>>;

class Arguments {
 public:
  Arguments(std::string command, std::string summary);

  // Words without a name, in the order in which they are declared.
  template <typename T>
  void word(const OptionText& text, T& target) {
    add({.text = text, .kind = Kind::kWord, .is_path = kIsPath<T>},
        [&target](const std::string& word) { read_value(word, target); });
  }
  // One or more of them, or also none; only as the last.
  enum class HowMany { kSome, kAny };
  template <typename T>
  void words(const OptionText& text, std::vector<T>& target, HowMany how_many = HowMany::kSome) {
    const Kind kind = how_many == HowMany::kSome ? Kind::kWords : Kind::kOptionalWords;
    add({.text = text, .kind = kind, .is_path = kIsPath<T>},
        [&target](const std::string& word) { read_value(word, target.emplace_back()); });
  }
  // Given at most once. A target of type std::optional tells whether it was given.
  template <typename T>
  void option(const OptionText& text, T& target) {
    add({.text = text, .kind = Kind::kOption, .is_path = kIsPath<T>},
        [&target](const std::string& word) { read_value(word, target); });
  }
  template <typename T>
  void repeatable(const OptionText& text, std::vector<T>& target) {
    add({.text = text, .kind = Kind::kRepeatable, .is_path = kIsPath<T>},
        [&target](const std::string& word) { read_value(word, target.emplace_back()); });
  }
  void flag(const OptionText& text, bool& target) {
    add({.text = text, .kind = Kind::kFlag}, [&target](const std::string&) { target = true; });
  }
  // Lines below the options in the help.
  void note(std::string text) { text_.notes.push_back(std::move(text)); }

  // Throws UsageError.
  void parse(std::span<const std::string> words);
  // The first of the words without a name: of most commands the shop. Empty before parse().
  [[nodiscard]] const std::string& first_word() const noexcept { return first_word_; }
  // All that was declared.
  [[nodiscard]] const CommandText& text() const noexcept { return text_; }

 private:
  using Kind = ArgumentText::Kind;
  using Take = std::function<void(const std::string&)>;

  void add(ArgumentText argument, Take take);
  [[nodiscard]] std::string unexpected(const std::string& word) const;

  CommandText text_;
  std::vector<Take> takes_;  // one for each of the arguments
  std::string first_word_;
};

}  // namespace likeness
