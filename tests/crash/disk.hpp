// What a disk would hold after a power cut: the calls of a run are applied one after the other to a
// model that keeps apart what the program sees and what has been flushed. Strictly as POSIX says:
// fsync of a file keeps its content, and only fsync of its folder keeps its name.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "likeness/base/random.hpp"
#include "tests/crash/logged_calls.hpp"

namespace likeness {

class Disk {
 public:
  // Begins with the files of this folder, all of them flushed.
  explicit Disk(const std::filesystem::path& folder);

  void apply(const LoggedCall& call);

  enum class Lost {
    kAll,       // whatever was not flushed
    kContents,  // names are there already, what was written is not
    kSome,      // by chance: each folder's new names, and each write
  };
  // Writes what is left into this folder.
  void cut_power(Lost lost, Random& random, const std::filesystem::path& folder) const;

 private:
  struct Change {  // a write, or with `cut` a new length
    bool cut = false;
    std::size_t place = 0;
    std::string bytes;
    void apply(std::string& content) const;
  };
  struct Node;
  using Names = std::map<std::string, std::shared_ptr<Node>>;
  struct Node {  // a file, or a folder
    bool folder = false;
    std::string flushed;
    std::vector<Change> since;
    Names names;
    Names flushed_names;
  };

  [[nodiscard]] static std::shared_ptr<Node> read(const std::filesystem::path& path);
  static void write(const Node& node, Lost lost, Random& random, const std::filesystem::path& path);
  [[nodiscard]] Node& node(const std::filesystem::path& path) const;
  // The names beside this one, it among them.
  [[nodiscard]] Names& names_beside(const std::filesystem::path& path) const;
  void open(const LoggedCall& call);
  void rename(const LoggedCall& call);
  static void flush(Node& node);

  std::shared_ptr<Node> root_;
};

}  // namespace likeness
