#include "likeness/catalogue/find_pictures.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

#include "likeness/base/interrupt.hpp"
#include "likeness/catalogue/pack_layout.hpp"
#include "likeness/catalogue/utf8.hpp"

namespace likeness {
namespace {

namespace fs = std::filesystem;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// Keys and paths end up in JSON and in files of one line an item.
const char* unusable_name(std::string_view path) {
  if (find_invalid_utf8(path)) return "its name is not UTF-8";
  if (std::ranges::any_of(path, is_control)) return "its name holds a control character";
  if (path.size() > pack_layout::kMaxSourceBytes) return "its path is too long";
  return nullptr;
}

std::string printable(std::string path) {
  const bool ascii_only = find_invalid_utf8(path).has_value();
  std::ranges::replace_if(
      path, [&](char c) { return is_control(c) || (ascii_only && (c & 0x80) != 0); }, '?');
  return path;
}

// What lies beside pictures and is no mistake.
constexpr std::array<std::string_view, 10> kOthers = {".csv",   ".db", ".html", ".ini", ".json",
                                                      ".jsonl", ".md", ".tsv",  ".txt", ".xml"};

bool is_plainly_no_picture(const fs::path& name) {
  std::string extension = name.extension().string();
  std::ranges::transform(extension, extension.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return std::ranges::find(kOthers, extension) != kOthers.end();
}

class Search {
 public:
  explicit Search(const fs::path& except) {
    if (!except.empty()) entered_.insert(fs::weakly_canonical(except).string());
  }

  // What the caller names is taken at its word, even if hidden.
  void look_at(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) {
      enter(path);
    } else if (fs::is_regular_file(status)) {
      add(path);
    } else {
      skip(path, error ? "cannot be read: " + error.message() : "is not a regular file");
    }
  }

  FoundPictures finish() && {
    std::ranges::sort(found_.sources, {}, [](const PictureSource& source) {
      return std::tie(source.key, source.path.native());
    });
    keep_first_of_each_key();
    std::ranges::sort(found_.skipped, {}, &Skipped::path);
    return std::move(found_);
  }

 private:
  void enter(const fs::path& folder) {
    stop_if_interrupted();
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);
    if (!error && !entered_.insert(real.string()).second) return;
    std::vector<fs::directory_entry> entries;
    for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
      entries.push_back(*entry);
    }
    if (error) return skip(folder, "folder cannot be read: " + error.message());
    // A folder that two links lead to belongs to the first by name.
    std::ranges::sort(entries, {}, &fs::directory_entry::path);
    for (const auto& entry : entries) look_at_entry(entry);
  }

  void look_at_entry(const fs::directory_entry& entry) {
    const fs::path name = entry.path().filename();
    const bool hidden = name.native().starts_with('.');
    std::error_code error;
    if (!hidden && entry.is_regular_file(error) && !is_plainly_no_picture(name)) {
      add(entry.path());
    } else if (hidden || entry.is_regular_file(error)) {
      ++found_.ignored;
    } else {
      look_at(entry.path());
    }
  }

  void add(const fs::path& path) {
    const char* const unusable = unusable_name(path.native());
    if (unusable != nullptr) return skip(path, unusable);
    found_.sources.push_back({.key = path.stem().string(), .path = path});
  }

  void skip(const fs::path& path, std::string reason) {
    found_.skipped.push_back({.path = printable(path.string()), .reason = std::move(reason)});
  }

  void keep_first_of_each_key() {
    std::vector<PictureSource> kept;
    kept.reserve(found_.sources.size());
    for (auto& source : found_.sources) {
      if (kept.empty() || kept.back().key != source.key) {
        kept.push_back(std::move(source));
      } else if (kept.back().path != source.path) {  // the same file may be named twice
        skip(source.path, "has the key \"" + source.key + "\" of " + kept.back().path.string() +
                              ", which is kept");
      }
    }
    found_.sources = std::move(kept);
  }

  FoundPictures found_;
  std::set<std::string> entered_;  // real paths of folders
};

}  // namespace

FoundPictures find_pictures(std::span<const fs::path> paths, const fs::path& except) {
  Search search(except);
  for (const auto& path : paths) {
    fs::path absolute = fs::absolute(path).lexically_normal();
    if (!absolute.has_filename()) absolute = absolute.parent_path();  // "folder/" is "folder"
    search.look_at(absolute);
  }
  return std::move(search).finish();
}

}  // namespace likeness
