// Which files may become items, and under which keys.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace likeness {

struct PictureSource {
  std::string key;             // the file's name without folder and extension, in NFC
  std::filesystem::path path;  // absolute, its folder without links and ".."
};

// A picture that cannot be used. Both texts are UTF-8 without control characters.
struct Skipped {
  std::string path;
  std::string reason;
};

struct FoundPictures {
  std::vector<PictureSource> sources;  // by key, those of one key by path, each path once
  std::vector<Skipped> skipped;        // in the order of their paths
  std::size_t hidden = 0;              // files and folders that were not looked at
};

// Looks through files and, recursively, folders; links are followed, but no folder is entered
// twice. In folders, what is hidden is left out, and so are the folders in which storage boxes,
// systems and photo programs keep thumbnails and what was thrown away (@eaDir, #recycle,
// __MACOSX, lost+found ...), and everything below `except`: the shop itself may lie among its
// pictures. Another shop is skipped; so is, with its reason, what does not exist or cannot be
// entered. What the caller names is taken at its word. The result does not depend on the order of
// a directory. Error::kUnavailable when stopped.
[[nodiscard]] FoundPictures find_pictures(std::span<const std::filesystem::path> paths,
                                          const std::filesystem::path& except = {},
                                          const std::stop_token& stop = {});

// Whether there is certainly no such file: a folder that may not be entered tells nothing.
[[nodiscard]] bool is_gone(const std::filesystem::path& path);

}  // namespace likeness
