#include "tests/crash/logged_calls.hpp"

#include <filesystem>
#include <stdexcept>

namespace likeness {
namespace {

CallKind kind_named(const std::string& name) {
  std::size_t kind = 0;
  while (kind < kCallKinds.size() && name != kCallKinds[kind]) ++kind;
  if (kind == kCallKinds.size()) throw std::runtime_error("no kind of call: " + name);
  return static_cast<CallKind>(kind);
}

std::string next_field(const std::string& log, std::size_t& place, char end) {
  const std::size_t stop = log.find(end, place);
  std::string field = log.substr(place, stop - place);
  place = stop == std::string::npos ? log.size() : stop + 1;
  return field;
}

}  // namespace

std::vector<LoggedCall> read_calls(const std::string& log, const std::string& folder) {
  std::vector<LoggedCall> calls;
  for (std::size_t place = 0; place < log.size();) {
    LoggedCall call;
    call.kind = kind_named(next_field(log, place, '\t'));
    call.result = std::stol(next_field(log, place, '\t'));
    call.number = std::stol(next_field(log, place, '\t'));
    const auto size = std::stoul(next_field(log, place, '\t'));
    call.path = next_field(log, place, '\t');
    call.second = next_field(log, place, '\n');
    for (std::string* path : {&call.path, &call.second}) {
      *path = std::filesystem::path(*path).lexically_normal().string();
      if (path->starts_with(folder)) path->erase(0, folder.size() + 1);
    }
    call.bytes = log.substr(place, size);
    place += size;
    calls.push_back(std::move(call));
  }
  return calls;
}

std::string text_of(const LoggedCall& call) {
  return name_of(call.kind) + (" " + call.path) + " " + call.second;
}

}  // namespace likeness
