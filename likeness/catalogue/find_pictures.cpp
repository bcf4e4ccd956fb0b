#include "likeness/catalogue/find_pictures.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/work.hpp"
#include "likeness/catalogue/pack_layout.hpp"
#include "likeness/catalogue/picture_format.hpp"
#include "likeness/catalogue/utf8.hpp"

namespace likeness {
namespace {

namespace fs = std::filesystem;

// Keys and paths end up in JSON and in files of one line an item.
const char* unusable_name(const PictureSource& source) {
  const std::string& path = source.path.native();
  if (find_invalid_utf8(path)) return "its name is not UTF-8";
  if (has_control_character(path)) return "its name holds a control character";
  if (path.size() > pack_layout::kMaxSourceBytes) return "its path is too long";
  return why_no_key(source.key);
}

// Of a file without a usable name only this is asked: macOS leaves empty ones named "Icon\r".
bool may_be_picture(const fs::path& path) {
  try {
    return looks_like_picture(read_head(path, kPictureHeadBytes));
  } catch (const Error&) {
    return true;  // and is named
  }
}

// Folders of storage boxes (Synology, QNAP), systems and archives, in lower case.
constexpr std::array<std::string_view, 12> kLeftOut = {"#recycle",
                                                       "#snapshot",
                                                       "$recycle.bin",
                                                       "@__thumb",
                                                       "@eadir",
                                                       "@recycle",
                                                       "@recently-snapshot",
                                                       "__macosx",
                                                       "lost+found",
                                                       "network trash folder",
                                                       "recycler",
                                                       "system volume information"};

bool is_left_out(const fs::path& folder) {
  std::string name = folder.filename().string();
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return std::ranges::find(kLeftOut, name) != kLeftOut.end();
}

bool is_shop(const fs::path& folder) {
  std::error_code error;
  return fs::is_regular_file(folder / "shop.db", error) &&
         fs::is_directory(folder / "packs", error);
}

// Without its links and "..", as the system itself goes: behind a link ".." is not the folder
// before it. The file's own name stays, also of a link.
fs::path resolved(const fs::path& path) {
  std::error_code error;
  const fs::path folder = fs::canonical(path.parent_path(), error);
  return error ? path : folder / path.filename();
}

class Search {
 public:
  explicit Search(const FindOptions& options) : options_(options) {
    for (const fs::path& path : options.except) {
      excepted_.insert(fs::weakly_canonical(path).string());
    }
  }

  // What the caller names is taken at its word, even if hidden. `below` is the folder's place below
  // the one that was named: "" or "shirts/blue/".
  void look_at(const fs::path& path, const std::string& below = "") {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) {
      enter(path, below);
    } else if (fs::is_regular_file(status)) {
      add({.key = key_of(path, below), .path = resolved(path)});
    } else {
      skip(path, error ? "cannot be read: " + error.message() : "is not a regular file");
    }
  }

  void look_at(const ListedPicture& listed) {
    std::error_code error;
    if (fs::is_directory(listed.path, error)) {
      skip(listed.path, "is a folder, and only a file has a key");
    } else if (!fs::is_regular_file(listed.path, error)) {
      skip(listed.path, error ? "cannot be read: " + error.message() : "is not a regular file");
    } else {
      add({.key = listed.key, .path = resolved(fs::absolute(listed.path)), .listed = true});
    }
  }

  FoundPictures finish() && {
    const auto order = [](const PictureSource& source) {
      return std::tie(source.key, source.path.native());
    };
    std::ranges::sort(found_.sources, {}, order);
    const auto twice = std::ranges::unique(found_.sources, {}, order);
    found_.sources.erase(twice.begin(), twice.end());
    std::ranges::sort(found_.skipped, {}, &Skipped::path);
    return std::move(found_);
  }

 private:
  void enter(const fs::path& folder, const std::string& below) {
    stop_if_asked(options_.stop);
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);
    if (!error && (is_excepted(real) || !entered_.insert(real.string()).second)) return;
    std::vector<fs::directory_entry> entries;
    for (fs::directory_iterator entry(real, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
      entries.push_back(*entry);
    }
    if (error) return skip(folder, "folder cannot be read: " + error.message());
    for (const auto& entry : entries) look_at_entry(entry, below);
  }

  void look_at_entry(const fs::directory_entry& entry, const std::string& below) {
    std::error_code error;
    const fs::path name = entry.path().filename();
    if (name.native().starts_with('.')) {
      ++found_.hidden;
    } else if (is_excepted(entry.path())) {
      return;
    } else if (entry.is_regular_file(error)) {
      add({.key = key_of(entry.path(), below), .path = entry.path()});
    } else if (entry.is_directory(error)) {
      look_at_folder(entry.path(), below + name.native() + "/");
    } else {
      const bool is_folder = fs::is_directory(entry.path(), error);
      look_at(entry.path(), is_folder ? below + name.native() + "/" : below);
    }
  }

  void look_at_folder(const fs::path& folder, const std::string& below) {
    std::error_code error;
    if (is_left_out(folder)) {
      ++found_.hidden;
    } else if (is_shop(folder) && !is_excepted(fs::canonical(folder, error))) {
      skip(folder, "is another shop, whose pictures are left out");
    } else {
      enter(folder, below);
    }
  }

  [[nodiscard]] bool is_excepted(const fs::path& path) const {
    return excepted_.contains(path.string());
  }

  [[nodiscard]] std::string key_of(const fs::path& path, const std::string& below) const {
    const std::string name = path.stem().native();
    return options_.keys == KeysFrom::kNames ? name : below + name;
  }

  void add(PictureSource source) {
    if (!find_invalid_utf8(source.key)) source.key = to_nfc(source.key);
    const char* const unusable = unusable_name(source);
    if (unusable == nullptr) {
      found_.sources.push_back(std::move(source));
    } else if (source.listed || may_be_picture(source.path)) {
      skip(source.path, unusable);
    } else {
      ++found_.hidden;
    }
  }

  void skip(const fs::path& path, std::string reason) {
    found_.skipped.push_back({.path = to_printable(path.native()), .reason = std::move(reason)});
  }

  FoundPictures found_;
  const FindOptions& options_;
  std::set<std::string> entered_;   // real paths of folders
  std::set<std::string> excepted_;  // real paths of what the caller excepts
};

}  // namespace

FoundPictures find_pictures(std::span<const fs::path> paths, const FindOptions& options) {
  Search search(options);
  for (const auto& path : paths) search.look_at(fs::absolute(path));
  for (const auto& listed : options.listed) search.look_at(listed);
  return std::move(search).finish();
}

bool names_repeat(std::span<const PictureSource> sources) {
  while (!sources.empty()) {
    const auto other = std::ranges::find_if(
        sources, [&](const PictureSource& source) { return source.key != sources.front().key; });
    const auto same = sources.first(static_cast<std::size_t>(other - sources.begin()));
    sources = sources.subspan(same.size());
    if (same.size() == 1) continue;
    std::set<fs::path> folders;
    for (const PictureSource& source : same) {
      if (may_be_picture(source.path)) folders.insert(source.path.parent_path());
    }
    if (folders.size() > 1) return true;
  }
  return false;
}

const char* name_of(KeysFrom keys) noexcept { return keys == KeysFrom::kNames ? "name" : "path"; }

std::optional<KeysFrom> keys_named(std::string_view name) noexcept {
  for (const KeysFrom keys : {KeysFrom::kNames, KeysFrom::kPaths}) {
    if (name == name_of(keys)) return keys;
  }
  return std::nullopt;
}

const char* why_no_key(std::string_view key) noexcept {
  if (find_invalid_utf8(key)) return "its key is not UTF-8";
  if (has_control_character(key)) return "its key holds a control character";
  if (key.empty()) return "its key is empty";
  if (key.size() > pack_layout::kMaxKeyBytes) return "its key is too long";
  return nullptr;
}

bool is_gone(const fs::path& path) {
  if (path.empty()) return false;
  std::error_code error;
  return fs::status(path, error).type() == fs::file_type::not_found;
}

}  // namespace likeness
