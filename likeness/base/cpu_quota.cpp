#include "likeness/base/cpu_quota.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <ranges>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace likeness {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(const fs::path& file) {
  std::ifstream stream(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(std::move(line));
  return lines;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(std::move(word));
  return words;
}

bool lists(std::string_view names, std::string_view name) {
  return std::ranges::any_of(names | std::views::split(','),
                             [&](auto part) { return std::ranges::equal(part, name); });
}

// A hierarchy of control groups that may limit processors, as it is mounted.
struct Hierarchy {
  int version = 0;
  std::string root;  // the group that is seen at the mount point
  fs::path mounted;  // there
};

// /proc/self/mountinfo: id, parent, device, root, mount point, options, ..., "-", type, source,
// options of the file system.
std::optional<Hierarchy> hierarchy_of(const std::string& line) {
  const auto words = words_of(line);
  const auto dash = std::ranges::find(words, "-");
  if (words.size() < 7 || words.end() - dash < 4) return std::nullopt;
  const bool second = dash[1] == "cgroup2";
  if (!second && !(dash[1] == "cgroup" && lists(dash[3], "cpu"))) return std::nullopt;
  return Hierarchy{.version = second ? 2 : 1, .root = words[3], .mounted = words[4]};
}

// /proc/self/cgroup: "0::/group" in version 2, "4:cpu,cpuacct:/group" in version 1.
std::optional<std::string> group_in(const Hierarchy& hierarchy, std::string_view line) {
  const auto first = line.find(':');
  const auto second = line.find(':', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  const auto controllers = line.substr(first + 1, second - first - 1);
  const bool ours = hierarchy.version == 2 ? controllers.empty() : lists(controllers, "cpu");
  if (!ours) return std::nullopt;
  return std::string(line.substr(second + 1));
}

// Where the group lies below the mount point; a group that cannot be seen from there is the
// mount point's own, which is the nearest one above it that can.
fs::path below(const Hierarchy& hierarchy, const fs::path& group) {
  const fs::path relative = group.lexically_relative(hierarchy.root);
  const bool outside = relative.empty() || *relative.begin() == ".." || relative == ".";
  return outside ? fs::path() : relative;
}

std::optional<double> number(const std::string& word) {
  std::istringstream stream(word);
  double value = 0.0;
  if (!(stream >> value) || !stream.eof()) return std::nullopt;
  return value;
}

// In processors.
std::optional<double> quota_of(const fs::path& group, int version) {
  std::vector<std::string> words;  // microseconds of quota, of each period
  const auto append_first_line = [&](const char* file) {
    const auto lines = lines_of(group / file);
    if (!lines.empty()) std::ranges::copy(words_of(lines.front()), std::back_inserter(words));
  };
  if (version == 2) {
    append_first_line("cpu.max");
  } else {
    append_first_line("cpu.cfs_quota_us");
    append_first_line("cpu.cfs_period_us");
  }
  if (words.size() != 2) return std::nullopt;
  const auto quota = number(words[0]);  // "max" or -1: none
  const auto period = number(words[1]);
  if (!quota || !period || *quota <= 0.0 || *period <= 0.0) return std::nullopt;
  return *quota / *period;
}

}  // namespace

std::optional<std::size_t> cpu_quota(const fs::path& root) {
  const auto groups = lines_of(root / "proc/self/cgroup");
  std::optional<double> least;
  for (const auto& mount : lines_of(root / "proc/self/mountinfo")) {
    const auto hierarchy = hierarchy_of(mount);
    if (!hierarchy) continue;
    for (const auto& line : groups) {
      const auto group = group_in(*hierarchy, line);
      if (!group) continue;
      const fs::path top = root / hierarchy->mounted.relative_path();
      fs::path folder = below(*hierarchy, *group);
      while (true) {
        const auto quota = quota_of(top / folder, hierarchy->version);
        if (quota) least = std::min(least.value_or(*quota), *quota);
        if (folder.empty()) break;
        folder = folder.parent_path();
      }
    }
  }
  if (!least) return std::nullopt;
  constexpr double kMost = 1e6;  // a quota of more limits nothing
  return static_cast<std::size_t>(std::max(1.0, std::ceil(std::min(*least, kMost))));
}

}  // namespace likeness
