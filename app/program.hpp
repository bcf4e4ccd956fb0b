// What all commands share: how they are found, what they are given, how their results and errors
// reach the person or the program that asked.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "app/arguments.hpp"
#include "app/text.hpp"
#include "likeness/base/json.hpp"
#include "likeness/base/work.hpp"

namespace likeness {

// Both forms of what a command found; one of them is printed.
struct Result {
  Text text = {};
  Json json = {};
  bool ok = true;       // false: exit code 1, as verify does
  bool is_told = true;  // false: another process of the same mpirun tells it
  // Of a command that goes on when that is printed: what it does until it is stopped, telling in
  // the form that was asked for.
  enum class Form { kText, kJson };
  std::function<void(Form)> then = {};
};

using Action = std::function<Result(const Work&)>;

// declare() names the command's options and returns what is done when they have been read.
struct Command {
  // With a constructor, so that main()'s table has a line a command.
  constexpr Command(const char* the_name, const char* the_summary, Action (*declares)(Arguments&))
      : name(the_name), summary(the_summary), declare(declares) {}

  const char* name;
  const char* summary;
  Action (*declare)(Arguments&);
};

// All that it takes, with what every command takes.
[[nodiscard]] CommandText describe(const Command& command);

// main() without its table. Exit codes: 0 done, 1 failed, 2 usage, 70 a mistake of ours.
int run_program(std::span<const Command> commands, std::span<const std::string> words);

}  // namespace likeness
