// Which files may become items, and under which keys.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace likeness {

// What the key of a picture's file is, in NFC and without the extension.
enum class KeysFrom {
  kNames,  // the file's name
  kPaths,  // its path below the folder that was named, with "/" between: "shirts/1"
};
[[nodiscard]] const char* name_of(KeysFrom keys) noexcept;  // "name"
[[nodiscard]] std::optional<KeysFrom> keys_named(std::string_view name) noexcept;

struct PictureSource {
  std::string key;
  std::filesystem::path path;  // absolute, its folder without links and ".."
  bool listed = false;         // with its key: somebody says that it is a picture
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

// A file with a key that is not taken from its name.
struct ListedPicture {
  std::filesystem::path path;
  std::string key;
};

struct FindOptions {
  std::span<const std::filesystem::path> except = {};  // folders and files
  KeysFrom keys = KeysFrom::kNames;
  std::span<const ListedPicture> listed = {};  // beside the paths
  std::stop_token stop = {};
};

// Looks through files and, recursively, folders; links are followed, but no folder is entered
// twice. In folders, what is hidden is left out, and so are the folders in which storage boxes,
// systems and photo programs keep thumbnails and what was thrown away (@eaDir, #recycle,
// __MACOSX, lost+found ...), and everything of `except`: the shop itself and a table may lie among
// the pictures. Another shop is skipped; so is, with its reason, what does not exist or cannot be
// entered. What the caller names is taken at its word. The result does not depend on the order of
// a directory. Error::kUnavailable when stopped.
[[nodiscard]] FoundPictures find_pictures(std::span<const std::filesystem::path> paths,
                                          const FindOptions& options = {});

// Whether pictures (by their first bytes) in different folders have one key.
[[nodiscard]] bool names_repeat(std::span<const PictureSource> sources);

// Why no item can have this key; null if one can.
[[nodiscard]] const char* why_no_key(std::string_view key) noexcept;

// Whether the file that an item was packed from is certainly not there any more: a folder that may
// not be entered tells nothing. An item without one, whose picture somebody sent, is not gone.
[[nodiscard]] bool is_gone(const std::filesystem::path& path);

}  // namespace likeness
