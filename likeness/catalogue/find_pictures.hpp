// Which files are to become items, and under which keys.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace likeness {

struct PictureSource {
  std::string key;             // the file's name without folder and extension
  std::filesystem::path path;  // absolute, so that it means the same wherever it is read again
};

// A picture that cannot be used. Both texts are UTF-8 without control characters.
struct Skipped {
  std::string path;
  std::string reason;
};

struct FoundPictures {
  std::vector<PictureSource> sources;  // ascending by key, each key once
  std::vector<Skipped> skipped;        // in the order of their paths
  std::size_t ignored = 0;             // hidden files, tables and texts beside the pictures
};

// Looks through files and, recursively, folders; links are followed, but no folder is entered
// twice. In folders, hidden files and those that are plainly something else (.csv, .txt, .json ...)
// are ignored, as is everything below `except`: the shop itself may lie among its pictures.
// What does not exist or cannot be entered is skipped with its reason. If two files have the same
// key, the first by path is kept. The result does not depend on the order of a directory.
[[nodiscard]] FoundPictures find_pictures(std::span<const std::filesystem::path> paths,
                                          const std::filesystem::path& except = {});

}  // namespace likeness
