// What this likeness is made of and what it finds on this machine: for `--version`, and for whoever
// is told of a problem.
#pragma once

#include <string>
#include <vector>

#include "likeness/base/json.hpp"

namespace likeness {

// What likeness does without where it is not there.
struct OptionalPart {
  std::string name;  // "libvips"
  bool is_there = false;
  std::string what;  // its version or its place; or what is missing
};

struct About {
  std::string version;
  std::string onednn;               // its version
  std::string onednn_instructions;  // the newest that it makes code of here
  std::vector<std::string> processor;
  std::vector<OptionalPart> parts;
};

// Loads what is otherwise loaded when it is needed.
[[nodiscard]] About about_this_likeness();

// A line each; the first is "likeness VERSION".
[[nodiscard]] std::string to_text(const About& about);
[[nodiscard]] Json to_json(const About& about);

}  // namespace likeness
