#include "likeness/shop/leftovers.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <string>
#include <string_view>
#include <system_error>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"

namespace likeness {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostLockBytes = 32;

// The text is a process's number, and that process has ended.
bool has_ended(std::string_view number) {
  int process = 0;
  const auto [end, code] = std::from_chars(number.data(), number.data() + number.size(), process);
  const bool is_number = code == std::errc() && end == number.data() + number.size();
  return is_number && process > 0 && ::kill(process, 0) != 0 && errno == ESRCH;
}

// A training writes its number into the lock that it holds.
bool is_training(const ShopFiles& files) {
  try {
    const auto bytes = read_file(files.training_lock(), kMostLockBytes);
    return !has_ended({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  } catch (const Error&) {
    return false;
  }
}

void add_temporary_files(const fs::path& folder, std::vector<fs::path>& found) {
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    if (entry.path().extension() == ".tmp" && entry.is_regular_file(none)) {
      found.push_back(entry.path());
    }
  }
}

// Holds nothing but what a training writes before its first checkpoint.
bool came_to_nothing(const fs::path& run) {
  std::error_code none;
  return std::ranges::all_of(fs::directory_iterator(run, none), [](const auto& entry) {
    const std::string name = entry.path().filename().string();
    return name.ends_with(".tmp") || name == "history.jsonl" || name == "epoch-0000.pack";
  });
}

std::vector<fs::path> all_left_by_trainings(const ShopFiles& files) {
  std::vector<fs::path> found;
  add_temporary_files(files.models(), found);
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(files.folder / "runs", none)) {
    if (!entry.is_directory(none)) continue;
    if (came_to_nothing(entry.path())) {
      found.push_back(entry.path());
    } else {
      add_temporary_files(entry.path(), found);
    }
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace

std::vector<fs::path> left_by_reports(const fs::path& report) {
  constexpr std::string_view kOld = ".old";
  const std::string prefix = report.filename().string() + ".tmp.";
  std::vector<fs::path> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(report.parent_path(), none)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    std::string_view number = std::string_view(name).substr(prefix.size());
    // The old report, until the new one has its place.
    const bool old = number.ends_with(kOld);
    if (old && !fs::exists(report)) continue;
    if (old) number.remove_suffix(kOld.size());
    if (has_ended(number)) found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

std::vector<fs::path> left_by_trainings(const ShopFiles& files) {
  if (is_training(files)) return {};
  return all_left_by_trainings(files);
}

ShopLock lock_for_training(const ShopFiles& files) {
  ShopLock lock(files, ShopLock::For::kTraining);
  for (const auto& path : all_left_by_trainings(files)) {
    std::error_code stays;  // in the way of nobody but a training of its name, which says so
    fs::remove_all(path, stays);
  }
  return lock;
}

}  // namespace likeness
