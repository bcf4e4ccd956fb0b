#include "likeness/web/sent_items.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/utf8.hpp"
#include "likeness/web/sent_json.hpp"

namespace likeness {
namespace {

HttpProblem wrong(std::string message, const char* where = "body") {
  return {.status = 400, .kind = "input", .message = std::move(message), .where = where};
}

void require_room(std::size_t items) {
  if (items < kMostSentItems) return;
  throw HttpProblem{.status = 413,
                    .kind = "input",
                    .message = fmt::format(
                        "a request may hold {} items: send the others by another", kMostSentItems),
                    .where = "body"};
}

std::string from_base64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t size = 0;
  if (::sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                          text.size(), nullptr, &size, nullptr,
                          sodium_base64_VARIANT_ORIGINAL) != 0) {
    throw wrong("the picture is not in base 64", "picture");
  }
  bytes.resize(size);
  return bytes;
}

void read_line(const Json& line, SentItem& item) {
  for (const auto& [name, value] : line.object()) {
    if (name == "key") {
      item.key = to_nfc(value.text());
    } else if (name == "picture") {
      item.picture = from_base64(value.text());
    } else if (name == "tags") {
      item.tags = value;
    } else {
      throw wrong("has " + name + ": an item has key, picture and tags");
    }
  }
  if (item.key.empty()) throw wrong("a line needs a key", "key");
}

SentItem item_of_line(std::string_view line) {
  SentItem item;
  try {
    read_line(sent_json(line, "line"), item);
  } catch (const HttpProblem& problem) {
    item.problem = problem;
  } catch (const Error& error) {
    item.problem = wrong(error.what());
  }
  return item;
}

std::vector<SentItem> items_of_lines(std::string_view body) {
  std::vector<SentItem> items;
  while (!body.empty()) {
    const std::string_view line = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(line.size() + 1, body.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    require_room(items.size());
    items.push_back(item_of_line(line));
  }
  return items;
}

struct CloseArchive {
  void operator()(archive* opened) const { ::archive_read_free(opened); }
};
using Archive = std::unique_ptr<archive, CloseArchive>;

void require_read(archive* opened, la_int64_t result) {
  if (result > ARCHIVE_FAILED) return;  // warnings are such as of an owner that nobody asks for
  const char* const why = ::archive_error_string(opened);
  throw wrong(std::string("is no tar file: ") + (why == nullptr ? "it is damaged" : why));
}

std::string bytes_of(archive* opened, archive_entry* entry, std::size_t most) {
  // A sparse file may say that it is larger than all that was sent.
  const auto size = ::archive_entry_size(entry);
  if (size < 0 || static_cast<std::uint64_t>(size) > most) throw wrong("is no tar file: too large");
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto count = ::archive_read_data(opened, bytes.data() + done, bytes.size() - done);
    require_read(opened, count);
    if (count == 0) throw wrong("is no tar file: it ends too early");
    done += static_cast<std::size_t>(count);
  }
  return bytes;
}

// As it was written: in the "C" locale, which this program has, nothing is converted.
std::string path_of(archive_entry* entry) {
  const char* const path = ::archive_entry_pathname(entry);
  if (path == nullptr) throw wrong("a file of the tar has a name that cannot be read");
  return path;
}

// The path without "./" before it, and what is behind its last point.
std::pair<std::string, std::string> key_and_extension(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  const std::size_t point = path.rfind('.');
  const std::size_t slash = path.rfind('/');
  const bool has_extension = point != std::string_view::npos && point > 0 &&
                             (slash == std::string_view::npos || point > slash + 1);
  const std::string key(has_extension ? path.substr(0, point) : path);
  return {find_invalid_utf8(key) ? key : to_nfc(key),
          std::string(has_extension ? path.substr(point + 1) : std::string_view())};
}

void take_file(std::string_view path, std::string bytes, std::map<std::string, SentItem>& items) {
  const auto [key, extension] = key_and_extension(path);
  if (!items.contains(key)) require_room(items.size());
  SentItem& item = items[key];
  item.key = key;
  if (extension != "json") {
    if (item.picture) item.problem = wrong("two files have this key", "key");
    item.picture = std::move(bytes);
    return;
  }
  try {
    item.tags = sent_json(bytes, "tags");
  } catch (const HttpProblem& problem) {
    item.problem = problem;
  }
}

std::vector<SentItem> items_of_tar(const std::string& body) {
  const Archive opened(::archive_read_new());
  if (!opened) throw std::bad_alloc();
  ::archive_read_support_format_tar(opened.get());  // and no compression: nothing grows
  require_read(opened.get(), ::archive_read_open_memory(opened.get(), body.data(), body.size()));
  std::map<std::string, SentItem> by_key;
  archive_entry* entry = nullptr;
  for (;;) {
    const int result = ::archive_read_next_header(opened.get(), &entry);
    if (result == ARCHIVE_EOF) break;
    require_read(opened.get(), result);
    if (::archive_entry_filetype(entry) != AE_IFREG) continue;
    take_file(path_of(entry), bytes_of(opened.get(), entry, body.size()), by_key);
  }
  std::vector<SentItem> items;
  items.reserve(by_key.size());
  for (auto& [key, item] : by_key) items.push_back(std::move(item));
  return items;
}

}  // namespace

std::vector<SentItem> sent_items(const HttpRequest& request) {
  const std::string_view type = request.header("content-type");
  if (type.starts_with("application/x-ndjson")) return items_of_lines(request.body);
  if (type.starts_with("application/x-tar")) return items_of_tar(request.body);
  throw HttpProblem{.status = 415,
                    .kind = "input",
                    .message = "the body is to be application/x-ndjson or application/x-tar",
                    .where = "body"};
}

}  // namespace likeness
