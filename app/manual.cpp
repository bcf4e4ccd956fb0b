// likeness manual DIR
#include "likeness/manual/manual.hpp"

#include <fmt/format.h>

#include <memory>
#include <vector>

#include "app/commands.hpp"

namespace likeness {

Action manual_command(Arguments& arguments) {
  const auto folder = std::make_shared<std::filesystem::path>();
  arguments.word({"DIR", "", "the folder to write into, laid out like /usr/share"}, *folder);
  return [folder](const Work&) {
    std::vector<CommandText> commands;
    for (const Command& command : all_commands()) commands.push_back(describe(command));
    const std::size_t files = write_manual(commands, *folder);
    return Result{.text = text_of(fmt::format("{}: {} files", folder->string(), files)),
                  .json = Json::Object{{"folder", folder->string()}, {"files", files}}};
  };
}

}  // namespace likeness
