#include "likeness/base/json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "likeness/base/error.hpp"

namespace likeness {

namespace {

constexpr std::size_t kDeepest = 64;
constexpr std::size_t kMostValues = 4'000'000;  // 300 MB at most, whatever the text says

using Foreign = nlohmann::ordered_json;

// Makes our values as the library reads the text, in a time that grows with its length: the
// library's own objects look for each new name among all before it.
class Builder {
 public:
  explicit Builder(const std::string& source) : source_(source) {}

  [[nodiscard]] Json take() { return std::move(root_); }

  // What the library calls; true: go on.
  bool null() { return add({}); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(std::int64_t value) { return add(value); }
  bool number_unsigned(std::uint64_t value) {
    if (std::in_range<std::int64_t>(value)) return add(value);
    fail("the number " + std::to_string(value) + " is too large");
  }
  bool number_float(double value, const std::string&) { return add(value); }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(const Foreign::binary_t&) { fail("holds what JSON cannot"); }
  bool start_object(std::size_t) { return begin(Kind::kObject); }
  bool start_array(std::size_t) { return begin(Kind::kArray); }
  bool key(std::string& name) {
    open_.back().key = std::move(name);
    return true;
  }
  bool end_object() {
    require_different_names(open_.back().object);
    Json::Object object = std::move(open_.back().object);
    open_.pop_back();
    return put(std::move(object));
  }
  bool end_array() {
    Json::Array array = std::move(open_.back().array);
    open_.pop_back();
    return put(std::move(array));
  }
  bool parse_error(std::size_t, const std::string&, const Foreign::exception& error) {
    fail(std::string("is not JSON: ") + error.what());
  }

 private:
  enum class Kind { kArray, kObject };

  // An array or object whose end has not been read; `key`: of the member that comes next.
  struct Open {
    Kind kind = Kind::kArray;
    std::string key{};
    Json::Array array{};
    Json::Object object{};
  };

  [[noreturn]] void fail(const std::string& reason) const {
    throw Error(Error::Kind::kCorrupt, source_ + ": " + reason);
  }

  bool begin(Kind kind) {
    if (open_.size() >= kDeepest) fail("is nested too deeply");
    open_.push_back({.kind = kind});
    return true;
  }

  bool add(Json value) { return put(std::move(value)); }

  bool put(Json value) {
    if (++values_ > kMostValues) fail("holds too many values");
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (Open& open = open_.back(); open.kind == Kind::kArray) {
      open.array.push_back(std::move(value));
    } else {
      open.object.emplace_back(std::move(open.key), std::move(value));
    }
    return true;
  }

  void require_different_names(const Json::Object& object) const {
    std::vector<std::string_view> names;
    for (const auto& [name, member] : object) names.emplace_back(name);
    std::ranges::sort(names);
    const auto again = std::ranges::adjacent_find(names);
    if (again != names.end()) fail("says \"" + std::string(*again) + "\" twice");
  }

  const std::string& source_;
  std::vector<Open> open_;
  Json root_;
  std::size_t values_ = 0;
};

}  // namespace

// Between our values and the library's.
struct JsonConverter {
  Foreign operator()(const Json::Array& array) const {
    Foreign foreign = Foreign::array();
    for (const Json& element : array) foreign.push_back(to_foreign(element));
    return foreign;
  }
  Foreign operator()(const Json::Object& object) const {
    Foreign foreign = Foreign::object();
    for (const auto& [name, member] : object) foreign[name] = to_foreign(member);
    return foreign;
  }
  Foreign operator()(const auto& value) const { return value; }

  static Foreign to_foreign(const Json& json) { return std::visit(JsonConverter{}, json.value_); }
};

double Json::number() const {
  if (const auto* whole = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*whole);
  return get<double>("a number");
}

const Json* Json::find(std::string_view name) const {
  for (const auto& [member, value] : object()) {
    if (member == name) return &value;
  }
  return nullptr;
}

const Json& Json::at(std::string_view name) const {
  if (const Json* member = find(name)) return *member;
  throw Error(Error::Kind::kCorrupt, "JSON: there is no \"" + std::string(name) + "\"");
}

Json Json::with(std::string name, Json value) const {
  Object members = object();
  members.emplace_back(std::move(name), std::move(value));
  return members;
}

void Json::fail(std::string_view expected) {
  throw Error(Error::Kind::kCorrupt, "JSON: a value is not " + std::string(expected));
}

std::string Json::dump() const {
  return JsonConverter::to_foreign(*this).dump(-1, ' ', false, Foreign::error_handler_t::replace);
}

Json parse_json(std::string_view text, const std::string& source) {
  Builder builder(source);
  Foreign::sax_parse(text, &builder);
  return builder.take();
}

}  // namespace likeness
