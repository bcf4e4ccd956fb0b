#include "tests/crash/disk.hpp"

#include <fcntl.h>
#include <linux/fs.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

namespace likeness {

namespace fs = std::filesystem;

void Disk::Change::apply(std::string& content) const {
  if (cut) {
    content.resize(place);
  } else {
    content.resize(std::max(content.size(), place + bytes.size()));
    content.replace(place, bytes.size(), bytes);
  }
}

Disk::Disk(const fs::path& folder) : root_(read(folder)) {}

std::shared_ptr<Disk::Node> Disk::read(const fs::path& path) {
  auto node = std::make_shared<Node>();
  node->folder = fs::is_directory(path);
  if (node->folder) {
    for (const auto& entry : fs::directory_iterator(path)) {
      node->names[entry.path().filename().string()] = read(entry.path());
    }
    node->flushed_names = node->names;
  } else {
    std::ostringstream content;
    content << std::ifstream(path, std::ios::binary).rdbuf();
    node->flushed = content.str();
  }
  return node;
}

Disk::Node& Disk::node(const fs::path& path) const {
  Node* found = root_.get();
  for (const auto& name : path) found = found->names.at(name.string()).get();
  return *found;
}

Disk::Names& Disk::names_beside(const fs::path& path) const {
  return node(path.parent_path()).names;
}

void Disk::apply(const LoggedCall& call) {
  if (call.result < 0 || call.path.ends_with(" (deleted)")) return;
  const fs::path path = call.path;
  const auto place = static_cast<std::size_t>(std::max(call.number, 0L));
  switch (call.kind) {
    case CallKind::kOpen: open(call); break;
    case CallKind::kWrite:
      node(path).since.push_back({.cut = false, .place = place, .bytes = call.bytes});
      break;
    case CallKind::kTruncate:
      node(path).since.push_back({.cut = true, .place = place, .bytes = {}});
      break;
    case CallKind::kSync: flush(node(path)); break;
    case CallKind::kRename: rename(call); break;
    case CallKind::kUnlink: names_beside(path).erase(path.filename().string()); break;
    case CallKind::kMake:
      names_beside(path)[path.filename().string()] = std::make_shared<Node>();
      node(path).folder = true;
      break;
    case CallKind::kAttributes: break;
  }
}

void Disk::open(const LoggedCall& call) {
  const fs::path path = call.path;
  auto& file = names_beside(path)[path.filename().string()];
  if (!file) file = std::make_shared<Node>();
  if ((call.number & O_TRUNC) != 0) file->since.push_back({.cut = true, .place = 0, .bytes = {}});
}

void Disk::rename(const LoggedCall& call) {
  const fs::path from = call.path;
  const fs::path to = call.second;
  auto& source = names_beside(from)[from.filename().string()];
  auto& target = names_beside(to)[to.filename().string()];
  std::swap(source, target);
  if ((call.number & RENAME_EXCHANGE) == 0) names_beside(from).erase(from.filename().string());
}

void Disk::flush(Node& node) {
  node.flushed_names = node.names;
  for (const Change& change : std::exchange(node.since, {})) change.apply(node.flushed);
}

void Disk::write(const Node& node, Lost lost, Random& random, const fs::path& path) {
  const auto happened = [&] { return lost == Lost::kSome && random.below(2) == 0; };
  if (!node.folder) {
    std::string content = node.flushed;
    for (const Change& change : node.since) {
      if (happened()) change.apply(content);
    }
    std::ofstream(path, std::ios::binary) << content;
    return;
  }
  fs::create_directory(path);
  const bool seen = lost == Lost::kContents || happened();
  for (const auto& [name, inner] : seen ? node.names : node.flushed_names) {
    // SQLite's shared memory is made anew by whoever opens the database first.
    if (!name.ends_with("-shm")) write(*inner, lost, random, path / name);
  }
}

void Disk::cut_power(Lost lost, Random& random, const fs::path& folder) const {
  write(*root_, lost, random, folder);
}

}  // namespace likeness
