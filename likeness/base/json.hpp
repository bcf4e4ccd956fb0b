// JSON as a value, to be written and read without a word of the library that does it.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace likeness {

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;  // members keep their order

  Json() = default;  // null
  template <typename T>
    requires std::same_as<T, bool>
  Json(T value) : value_(value) {}
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Json(T value) : value_(static_cast<std::int64_t>(value)) {}
  Json(double value) : value_(value) {}  // NaN and infinity are written as null
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}

  // What was read from outside is asked for by its type: Error::kCorrupt if it is something else.
  [[nodiscard]] bool boolean() const { return get<bool>("true or false"); }
  [[nodiscard]] std::int64_t integer() const { return get<std::int64_t>("a whole number"); }
  [[nodiscard]] double number() const;  // whole or not
  [[nodiscard]] const std::string& text() const { return get<std::string>("a text"); }
  [[nodiscard]] const Array& array() const { return get<Array>("an array"); }
  [[nodiscard]] const Object& object() const { return get<Object>("an object"); }
  // A member of an object: null if there is none of this name; Error::kCorrupt in the second form.
  [[nodiscard]] const Json* find(std::string_view name) const;
  [[nodiscard]] const Json& at(std::string_view name) const;

  // An object with one member more, behind the others.
  [[nodiscard]] Json with(std::string name, Json value) const;

  // In one line. Bytes that are not UTF-8 (a file's name may hold any) become U+FFFD.
  [[nodiscard]] std::string dump() const;

  bool operator==(const Json&) const = default;

 private:
  [[noreturn]] static void fail(std::string_view expected);
  template <typename T>
  [[nodiscard]] const T& get(std::string_view expected) const {
    if (const T* value = std::get_if<T>(&value_)) return *value;
    fail(expected);
  }

  friend struct JsonConverter;
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object> value_;
};

// Error::kCorrupt, naming the source and the place, unless the text is one JSON document whose
// arrays and objects lie at most 64 deep and say each name once, whose whole numbers fit 64 bits
// with sign, and which holds at most 4,000,000 values.
[[nodiscard]] Json parse_json(std::string_view text, const std::string& source);

}  // namespace likeness
