#include "likeness/base/folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

#include "likeness/base/error.hpp"

namespace likeness {

void flush_folder(const std::filesystem::path& folder) {
  const int descriptor =
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;  // one that may be written to but not read
  const int code = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (code == 0 || code == EINVAL || code == ENOTSUP) return;
  throw Error(kind_of(code), folder.string() + ": cannot be flushed: " +
                                 std::generic_category().message(code) + ": check the disk");
}

std::vector<std::filesystem::path> make_folders(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> missing;
  std::error_code unknown;  // is found when it is made
  for (auto path = std::filesystem::absolute(folder).lexically_normal();
       !std::filesystem::exists(path, unknown); path = path.parent_path()) {
    missing.push_back(path);
  }
  std::ranges::reverse(missing);
  for (const auto& path : missing) {
    std::error_code code;
    std::filesystem::create_directory(path, code);
    if (code) {
      throw Error(kind_of(code.value()), path.string() + ": cannot be made: " + code.message());
    }
    flush_folder(path.parent_path());
  }
  return missing;
}

}  // namespace likeness
