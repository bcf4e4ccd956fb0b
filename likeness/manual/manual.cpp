#include "likeness/manual/manual.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "likeness/base/file.hpp"
#include "likeness/base/folder.hpp"
#include "likeness/manual/completion.hpp"
#include "likeness/manual/man_page.hpp"

namespace likeness {

std::size_t write_manual(std::span<const CommandText> commands,
                         const std::filesystem::path& folder) {
  std::vector<std::pair<std::filesystem::path, std::string>> files = {
      {"bash-completion/completions/likeness", bash_completion(commands)},
      {"zsh/vendor-completions/_likeness", zsh_completion(commands)}};
  const auto add = [&](ManPage page) {
    files.emplace_back("man/man1/" + page.file, std::move(page.text));
  };
  add(man_page_of_all(commands));
  for (const CommandText& command : commands) add(man_page_of(command));
  for (const auto& [name, text] : files) {
    make_folders((folder / name).parent_path());
    write_file(folder / name, std::string_view(text));
  }
  return files.size();
}

}  // namespace likeness
