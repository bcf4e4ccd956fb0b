// The log that the preloaded library writes, read again.
#pragma once

#include <string>
#include <vector>

#include "tests/crash/calls.hpp"

namespace likeness {

struct LoggedCall {
  CallKind kind{};
  long result = 0;        // as the call gave it, or the errno as a negative number
  long number = 0;        // flags of an open, place of a write, length of a truncation
  std::string path = {};  // below the folder whose calls are counted
  std::string second = {};
  std::string bytes = {};  // that were written
};

// Of the log's text; paths become relative to `folder`, whose calls were counted.
[[nodiscard]] std::vector<LoggedCall> read_calls(const std::string& log, const std::string& folder);

// "rename shop/packs/000001.pack.tmp shop/packs/000001.pack"
[[nodiscard]] std::string text_of(const LoggedCall& call);

}  // namespace likeness
