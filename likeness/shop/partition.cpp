#include "likeness/shop/partition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/folder.hpp"
#include "likeness/catalogue/find_pictures.hpp"
#include "likeness/catalogue/list.hpp"
#include "likeness/catalogue/utf8.hpp"

namespace likeness {
namespace {

constexpr std::uint64_t kMostParts = 10'000;

std::filesystem::path file_of(const std::filesystem::path& folder, std::size_t part) {
  return folder / fmt::format("part-{}.txt", part);
}

[[noreturn]] void fail(const std::filesystem::path& list, std::string_view entry,
                       std::string_view why) {
  throw Error(Error::Kind::kInput,
              fmt::format("{}: the entry \"{}\": {}", list.string(), entry, why));
}

struct Listed {
  std::string path;
  std::string key;
};

std::vector<Listed> read_list(const std::filesystem::path& file) {
  const auto bytes = read_file(file);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::vector<Listed> lines;
  for (const auto& [path, key] : parse_keyed_list(text, file.string())) {
    if (!key) fail(file, path, "has no key: give PATH, one tab and KEY");
    lines.push_back({.path = path, .key = to_nfc(*key)});
    if (const char* why = why_no_key(lines.back().key)) fail(file, path, why);
  }
  if (lines.empty()) throw Error(Error::Kind::kInput, file.string() + ": lists nothing");
  return lines;
}

void require_different_keys(const std::filesystem::path& file, const std::vector<Listed>& lines) {
  std::vector<std::string_view> keys;
  keys.reserve(lines.size());
  for (const Listed& line : lines) keys.emplace_back(line.key);
  std::ranges::sort(keys);
  const auto twice = std::ranges::adjacent_find(keys);
  if (twice != keys.end()) fail(file, *twice, "its key stands twice: give each picture its own");
}

void require_no_other_deal(const PartitionRequest& request) {
  const auto next = file_of(request.folder, request.parts);
  if (!std::filesystem::exists(next)) return;
  throw Error(Error::Kind::kInput,
              fmt::format("{}: is of a deal to more than {} parts: name another folder",
                          next.string(), request.parts));
}

}  // namespace

std::size_t part_of_key(std::string_view key, std::size_t parts) {
  const std::string normal = to_nfc(key);
  return checksum(std::as_bytes(std::span(normal))) % parts;
}

PartitionOutcome partition_list(const PartitionRequest& request) {
  if (request.parts < 1 || request.parts > kMostParts) {
    throw RequestError("into", fmt::format("{} is out of range: give a number from 1 to {}",
                                           request.parts, kMostParts));
  }
  const auto lines = read_list(request.list);
  require_different_keys(request.list, lines);
  require_no_other_deal(request);
  std::vector<std::string> lists(request.parts);
  std::vector<std::size_t> sizes(request.parts);
  for (const Listed& line : lines) {
    const std::size_t part = part_of_key(line.key, request.parts);
    lists[part] += line.path + '\t' + line.key + '\n';
    ++sizes[part];
  }
  make_folders(request.folder);
  for (std::size_t part = 0; part < lists.size(); ++part) {
    write_file(file_of(request.folder, part), lists[part]);
  }
  const auto [smallest, largest] = std::ranges::minmax(sizes);
  return {.folder = request.folder,
          .parts = request.parts,
          .items = lines.size(),
          .smallest = smallest,
          .largest = largest};
}

Json to_json(const PartitionOutcome& outcome) {
  return Json::Object{{"folder", outcome.folder.string()},
                      {"parts", outcome.parts},
                      {"items", outcome.items},
                      {"smallest", outcome.smallest},
                      {"largest", outcome.largest}};
}

}  // namespace likeness
