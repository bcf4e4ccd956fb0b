#pragma once

#include "likeness/store/sqlite.hpp"

namespace likeness {

// Both are false where something is wrong, and do not say what. Together they find what SQLite's
// integrity_check does, which looks for each row of a table in each of its indexes: of the rows of
// tags, that takes several times as long as all else.

// Whether the tags of items, their index and the counts of their values agree, from version 4 on:
// each row is as it was written, in its order and in the index, which has no others, in its order,
// and each value is counted as items have it.
[[nodiscard]] bool tag_rows_are_sound(const Database& database);

// Whether the file's structure is, and all other tables and their indexes.
[[nodiscard]] bool structure_is_sound_without_tag_rows(const Database& database);

}  // namespace likeness
