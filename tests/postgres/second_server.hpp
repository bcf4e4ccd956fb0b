// A database on a second PostgreSQL, on which partitions of a model's table lie, as docs/beyond.md
// has it.
#pragma once

#include <string>

namespace likeness {

// The server that LIKENESS_SECOND_POSTGRES names, whose socket the tests' server finds in /mnt.
[[nodiscard]] std::string second_server_address();

class SecondServer {
 public:
  // The database `first`, of the tests' server, knows this one as the server "second".
  explicit SecondServer(std::string first);

  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  // Takes the partition likeness.item_1_1 of two, with its rows and indexes.
  void take_partition() const;
  // Takes no connections any more, and ends those that are there.
  void go_away() const;
  void come_back() const;

 private:
  std::string first_;
  std::string address_;
  std::string name_;
};

}  // namespace likeness
