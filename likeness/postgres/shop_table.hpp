// The rows that one shop has in a table of a database that several share: what is new, changed or
// gone is found by key and checksum.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "likeness/base/work.hpp"
#include "likeness/postgres/copy_rows.hpp"
#include "likeness/postgres/postgres.hpp"

namespace likeness {

class ShopTable {
 public:
  struct Columns {
    std::string names;  // behind key and shop, one of them `checksum`
    std::uint16_t count = 0;
  };
  // Its key is that of the whole table: no two shops have the same.
  ShopTable(Postgres& database, std::string table, Columns columns, std::int32_t shop)
      : database_(database), table_(std::move(table)), columns_(std::move(columns)), shop_(shop) {}

  // What the database has; then compare() is told of each row that is to be there.
  void read_known();
  void compare(const std::string& key, std::uint64_t checksum);

  [[nodiscard]] std::size_t sent() const noexcept { return fresh_ + changed_; }
  [[nodiscard]] std::size_t removed() const noexcept { return known_.size() - same_ - changed_; }
  [[nodiscard]] std::size_t same() const noexcept { return same_; }

  // Fills the columns of a row.
  using Fill = std::function<void(CopyRows&)>;
  using Send = std::function<void(const std::string& key, const Fill& fill)>;
  // Erases what is gone or changed, and sends those rows of `visit` that are not there.
  // Error::kInput for a key that another shop has, naming both.
  void write(const Work& work, const std::string& unit,
             const std::function<void(const Send&)>& visit);

 private:
  enum class State { kGone, kChanged, kSame };
  struct Known {
    std::uint64_t checksum = 0;
    State state = State::kGone;
  };
  [[nodiscard]] bool has(const std::string& key) const;
  void erase(const std::vector<std::string>& keys);
  void erase_all_but_same();
  void send(CopyRows& rows, std::vector<std::string>& keys);
  [[noreturn]] void name_taken(const std::vector<std::string>& keys, const PostgresError& error);

  Postgres& database_;
  std::string table_;
  Columns columns_;
  std::int32_t shop_;
  std::unordered_map<std::string, Known> known_;  // by key
  std::size_t fresh_ = 0;
  std::size_t changed_ = 0;
  std::size_t same_ = 0;
};

}  // namespace likeness
