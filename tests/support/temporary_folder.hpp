// A folder of a test's own, empty at its start and gone at its end.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace likeness {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  TemporaryFolder(TemporaryFolder&&) = delete;
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  // ctest runs each test as a process of its own, several at a time and of several builds.
  std::filesystem::path path_ =
      std::filesystem::path(testing::TempDir()) / ("likeness_test_" + std::to_string(::getpid()));
};

}  // namespace likeness
