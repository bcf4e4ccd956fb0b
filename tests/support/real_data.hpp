// The real pictures that tests marked REAL_DATA run on. They are no part of the repository:
// `cmake -DLIKENESS_DATA=FOLDER` names the folder of their archives and tables, a ctest fixture
// unpacks them.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace likeness {

// The folder of a data set such as "clothing-photos". Where it is absent, a test says so:
//   if (!folder) GTEST_SKIP() << kNoRealData;
inline std::optional<std::filesystem::path> real_data(const std::string& name) {
  const char* const root = std::getenv("LIKENESS_TEST_DATA");
  if (root == nullptr) return std::nullopt;
  auto folder = std::filesystem::path(root) / name;
  if (!std::filesystem::is_directory(folder)) return std::nullopt;
  return folder;
}

inline constexpr const char* kNoRealData =
    "needs the real pictures: configure with -DLIKENESS_DATA=FOLDER and run it by ctest";

}  // namespace likeness
