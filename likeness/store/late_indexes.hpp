#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "likeness/store/sqlite.hpp"

namespace likeness {

// Many rows go into an empty table sooner where its indexes are made at the end, of sorted rows,
// instead of a place being looked for in each index for each row. Within a transaction; without
// make() it must not be committed.
class LateIndexes {
 public:
  // Drops the indexes of the table, if it is empty.
  LateIndexes(Database& database, std::string_view table);
  // Makes them again.
  void make();

 private:
  Database* database_;
  std::vector<std::string> definitions_;
};

}  // namespace likeness
