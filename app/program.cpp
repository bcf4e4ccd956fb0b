#include "app/program.hpp"

#include <malloc.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <vector>

#include "app/remedy.hpp"
#include "app/stop_on_signal.hpp"
#include "app/terminal_status.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/mapped_file.hpp"
#include "likeness/base/parallel.hpp"
#include "likeness/base/started_together.hpp"
#include "likeness/base/words.hpp"
#include "likeness/catalogue/printable.hpp"
#include "likeness/manual/about.hpp"

namespace likeness {
namespace {

enum ExitCode : int { kDone = 0, kFailed = 1, kUsage = 2, kOurMistake = 70 };

constexpr std::uint64_t kMostThreads = 1024;

std::string overview(std::span<const Command> commands) {
  std::string text =
      "likeness recommends images by what they look like.\n\n"
      "Usage: likeness COMMAND ... [OPTIONS]\n\n";
  for (const Command& command : commands) {
    std::string line = std::string("  ") + command.name;
    line.resize(std::max<std::size_t>(line.size() + 2, 14), ' ');
    text += line + command.summary + "\n";
  }
  return text +
         "\n  likeness COMMAND --help   what the command takes\n"
         "  likeness --version        which likeness this is, and what it has\n";
}

// Whatever leaves the program goes through these: nothing that a stranger wrote reaches a terminal
// as it is, and a program that reads JSON has its values whole.
void write(std::FILE* stream, const std::string& bytes) {
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), stream) == bytes.size();
  if (written && std::fflush(stream) == 0) return;
  // A cut result must not look like a whole one.
  throw Error(Error::Kind::kUnavailable, "standard output cannot be written: the result is lost");
}

void print(const Text& text) { write(stdout, text.string()); }

void print(const Json& document) { write(stdout, printable_json(document.dump()) + "\n"); }

Text lines_of(std::string_view words) {
  Text text;
  text.lines(words);
  return text;
}

// For a person who waits; whether it arrives changes nothing.
void tell(std::string_view line) { std::fprintf(stderr, "%s\n", printable(line).c_str()); }

// Some commands have a name of two words: "model list".
bool is_called(const Command& command, std::span<const std::string> words) {
  const std::string& first = words.front();
  return command.name == first || (words.size() > 1 && command.name == first + " " + words[1]);
}

std::size_t words_of_name(const Command& command) {
  return std::string_view(command.name).find(' ') == std::string_view::npos ? 1 : 2;
}

const Command& find_command(std::span<const Command> commands, std::span<const std::string> words) {
  const auto found = std::ranges::find_if(
      commands, [&](const Command& command) { return is_called(command, words); });
  if (found != commands.end()) return *found;
  const std::string& name = words.front();
  if (name.starts_with("-")) {
    throw UsageError(name + ": options come after the command: likeness COMMAND ... " + name);
  }
  std::vector<std::string> names;
  for (const Command& command : commands) names.emplace_back(command.name);
  const auto like = most_like(name, names);
  throw UsageError(name + ": there is no such command: " +
                   (like ? "did you mean " + *like + "?" : "`likeness --help` lists them"));
}

// The options that every command takes.
struct Common {
  bool json = false;
  bool quiet = false;
  std::uint64_t threads = available_threads();
};

void declare_common(Arguments& arguments, Common& common) {
  arguments.flag({"--json", "", "print one JSON document on stdout, and nothing else"},
                 common.json);
  arguments.option({"--threads", "N", "how many threads to use [all processors]"}, common.threads);
  arguments.flag({"--quiet", "", "no progress and no messages on stderr"}, common.quiet);
}

bool asks_for_help(std::span<const std::string> words) {
  const auto end = std::ranges::find(words, "--");
  return std::any_of(words.begin(), end,
                     [](const std::string& word) { return word == "--help" || word == "-h"; });
}

bool asks_for_json(std::span<const std::string> words) {
  return std::ranges::find(words, "--json") != words.end();
}

// Fields become options, and remedies command lines.
Result do_in_words_of_the_program(const Action& action, const Work& work, const std::string& shop) {
  try {
    return with_whole_files(known_cut_files(), [&] { return action(work); });
  } catch (const RequestError& error) {
    throw UsageError("--" + error.field() + " " + error.why());
  } catch (const Error& error) {
    throw Error(error.kind(), line_of(error.message(), shop));
  }
}

int run_command(const Command& command, std::span<const std::string> words) {
  Common common;
  Arguments arguments(command.name, command.summary);
  const Action action = command.declare(arguments);
  declare_common(arguments, common);
  if (asks_for_help(words)) {
    print(lines_of(help_of(arguments.text())));
    return kDone;
  }
  arguments.parse(words);
  // What is large goes back when it is freed; else glibc keeps up to 32 MB of each for the next.
  ::mallopt(M_MMAP_THRESHOLD, 4 << 20);  // NOLINT(concurrency-mt-unsafe): before any thread
  if (common.threads < 1 || common.threads > kMostThreads) {
    throw UsageError("--threads " + std::to_string(common.threads) +
                     " is out of range: give a number from 1 to " + std::to_string(kMostThreads));
  }
  const StopOnSignal signals;
  TerminalStatus status(common.quiet ? TerminalStatus::Style::kQuiet : style_of_stderr(),
                        arguments.first_word());
  const Result result = do_in_words_of_the_program(
      action, {.threads = common.threads, .stop = signals.token(), .status = &status},
      arguments.first_word());
  if (!result.is_told) return result.ok ? kDone : kFailed;
  if (common.json) {
    print(result.json);
  } else {
    print(result.text);
  }
  if (result.then) result.then(common.json ? Result::Form::kJson : Result::Form::kText);
  return result.ok ? kDone : kFailed;
}

int run_words(std::span<const Command> commands, std::span<const std::string> words) {
  if (words.empty()) {
    std::fputs(overview(commands).c_str(), stderr);
    return kUsage;
  }
  const std::string& first = words.front();
  if (first == "--version") {
    const About about = about_this_likeness();
    asks_for_json(words) ? print(to_json(about)) : print(lines_of(to_text(about)));
    return kDone;
  }
  const bool help = first == "help" || first == "--help" || first == "-h";
  if (help && words.size() == 1) {
    print(lines_of(overview(commands)));
    return kDone;
  }
  if (help) {
    return run_command(find_command(commands, words.subspan(1)),
                       std::vector<std::string>{"--help"});
  }
  const Command& command = find_command(commands, words);
  return run_command(command, words.subspan(words_of_name(command)));
}

int report(std::span<const std::string> words, const char* kind, const std::string& message,
           int code) {
  tell("likeness: " + message);
  if (!asks_for_json(words)) return code;
  const Json document = Json::Object{{"error", Json::Object{{"kind", kind}, {"message", message}}}};
  print(document);
  return code;
}

}  // namespace

CommandText describe(const Command& command) {
  Common common;
  Arguments arguments(command.name, command.summary);
  (void)command.declare(arguments);
  declare_common(arguments, common);
  return arguments.text();
}

int run_program(std::span<const Command> commands, std::span<const std::string> words) try {
  // A file that may grow no further is an error like a full disk, and not the end of the program.
  std::signal(SIGXFSZ, SIG_IGN);
  survive_cut_files();
  return run_words(commands, words);
} catch (const UsageError& error) {
  if (started_together().rank > 0) return kUsage;  // the first one tells the same
  return report(words, "usage", error.what(), kUsage);
} catch (const Error& error) {
  return report(words, name_of(error.kind()), error.what(), kFailed);
} catch (const std::filesystem::filesystem_error& error) {
  return report(words, name_of(Error::Kind::kUnavailable),
                error.path1().string() + ": " + error.code().message(), kFailed);
} catch (const std::bad_alloc&) {
  return report(words, name_of(Error::Kind::kUnavailable),
                "out of memory: close other programs or use fewer threads", kFailed);
} catch (const std::exception& error) {
  return report(words, "internal",
                std::string("a mistake in likeness itself, please report it: ") + error.what(),
                kOurMistake);
}

}  // namespace likeness
