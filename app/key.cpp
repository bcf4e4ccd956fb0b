// likeness key new|list|revoke FILE ...
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/words.hpp"
#include "likeness/web/keys.hpp"

namespace likeness {
namespace {

std::vector<Scope> scopes_of(const std::string& list) {
  std::vector<Scope> scopes;
  for (const std::string& name : split(list, ',')) {
    const auto scope = scope_named(name);
    if (!scope) throw RequestError("scopes", name + " is none: give read, write, admin, metrics");
    scopes.push_back(*scope);
  }
  return scopes;
}

std::string line_of(const Json& key) {
  std::string scopes;
  for (const Json& scope : key.at("scopes").array())
    scopes += (scopes.empty() ? "" : ",") + scope.text();
  const Json& expires = key.at("expires");
  const bool is_valid = key.at("valid").boolean();
  return fmt::format("{:<20} {}{}", key.at("name").text(), scopes,
                     expires == Json() ? ""
                                       : fmt::format(", {} {}", is_valid ? "until" : "expired on",
                                                     expires.text()));
}

}  // namespace

Action key_new_command(Arguments& arguments) {
  const auto request = std::make_shared<NewKeyRequest>();
  const auto scopes = std::make_shared<std::string>("read");
  arguments.word({"FILE", "", "the keys' file, made if it is not there"}, request->file);
  arguments.word({"NAME", "", "what the key is for"}, request->name);
  arguments.option({"--scopes", "LIST", "of read, write, admin, metrics [read]"}, *scopes);
  arguments.option({"--days", "N", "until it expires [never]"}, request->days);
  arguments.note("The key is told once; the file has only its SHA-256.");
  return [request, scopes](const Work&) {
    request->scopes = scopes_of(*scopes);
    const NewKey made = make_key(*request);
    return Result{.text = text_of(made.secret), .json = to_json(made.key).with("key", made.secret)};
  };
}

Action key_list_command(Arguments& arguments) {
  const auto file = std::make_shared<std::filesystem::path>();
  arguments.word({"FILE", "", "the keys' file"}, *file);
  return [file](const Work&) {
    Text text;
    Json::Array keys;
    for (const Key& key : read_keys(*file)) {
      keys.push_back(to_json(key));
      text.line("{}", line_of(keys.back()));
    }
    if (keys.empty()) text.line("no keys");
    return Result{.text = text, .json = Json::Object{{"keys", std::move(keys)}}};
  };
}

Action key_revoke_command(Arguments& arguments) {
  const auto file = std::make_shared<std::filesystem::path>();
  const auto name = std::make_shared<std::string>();
  arguments.word({"FILE", "", "the keys' file"}, *file);
  arguments.word({"NAME", "", "the key's name"}, *name);
  return [file, name](const Work&) {
    revoke_key(*file, *name);
    return Result{.text = text_of("revoked " + *name), .json = Json::Object{{"revoked", *name}}};
  };
}

}  // namespace likeness
