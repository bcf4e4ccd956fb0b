#include "likeness/base/json.hpp"

#include <nlohmann/json.hpp>

#include "likeness/base/error.hpp"

namespace likeness {

namespace {

constexpr int kDeepest = 64;

using Foreign = nlohmann::ordered_json;

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

  static Json from_foreign(const Foreign& foreign, const std::string& source) {
    switch (foreign.type()) {
      case Foreign::value_t::boolean: return foreign.get<bool>();
      case Foreign::value_t::number_integer: return foreign.get<std::int64_t>();
      case Foreign::value_t::number_float: return foreign.get<double>();
      case Foreign::value_t::string: return foreign.get<std::string>();
      case Foreign::value_t::number_unsigned: {
        const auto number = foreign.get<std::uint64_t>();
        if (std::in_range<std::int64_t>(number)) return number;
        throw Error(Error::Kind::kCorrupt,
                    source + ": the number " + std::to_string(number) + " is too large");
      }
      case Foreign::value_t::array: {
        Json::Array array;
        for (const Foreign& element : foreign) array.push_back(from_foreign(element, source));
        return array;
      }
      case Foreign::value_t::object: {
        Json::Object object;
        for (const auto& [name, member] : foreign.items()) {
          object.emplace_back(name, from_foreign(member, source));
        }
        return object;
      }
      default: return {};
    }
  }
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

void Json::fail(std::string_view expected) {
  throw Error(Error::Kind::kCorrupt, "JSON: a value is not " + std::string(expected));
}

std::string Json::dump() const {
  return JsonConverter::to_foreign(*this).dump(-1, ' ', false, Foreign::error_handler_t::replace);
}

Json parse_json(std::string_view text, const std::string& source) try {
  const auto limit_depth = [&source](int depth, Foreign::parse_event_t, const Foreign&) {
    if (depth <= kDeepest) return true;
    throw Error(Error::Kind::kCorrupt, source + ": is nested too deeply");
  };
  return JsonConverter::from_foreign(Foreign::parse(text, limit_depth), source);
} catch (const Foreign::exception& error) {
  throw Error(Error::Kind::kCorrupt, source + ": is not JSON: " + error.what());
}

}  // namespace likeness
