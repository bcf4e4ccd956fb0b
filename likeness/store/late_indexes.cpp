#include "likeness/store/late_indexes.hpp"

#include <cassert>

namespace likeness {

LateIndexes::LateIndexes(Database& database, std::string_view table) : database_(&database) {
  assert(database.in_transaction());
  std::vector<std::string> names;
  {
    if (Statement(database, "SELECT 1 FROM " + std::string(table) + " LIMIT 1").step()) return;
    // Those of a key belong to the table, and have no definition of their own.
    Statement indexes(database,
                      "SELECT name, sql FROM sqlite_schema "
                      "WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL");
    indexes.bind(table);
    while (indexes.step()) {
      names.emplace_back(indexes.text(0));
      definitions_.emplace_back(indexes.text(1));
    }
  }
  for (const std::string& name : names) database.execute(("DROP INDEX " + name).c_str());
}

void LateIndexes::make() {
  for (const std::string& definition : definitions_) database_->execute(definition.c_str());
}

}  // namespace likeness
