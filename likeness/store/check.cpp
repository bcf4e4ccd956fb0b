// The part of Store that looks for damage: every row carries the checksum of its values, because
// SQLite notices a broken page but not a flipped byte inside a value.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/parallel.hpp"
#include "likeness/store/schema.hpp"
#include "likeness/store/soundness.hpp"
#include "likeness/store/store.hpp"

namespace likeness {
namespace {

struct Check {
  const char* sql;  // yields one text a problem, naming the row
  const char* what;
  bool of_tag_rows = false;  // finds nothing where tag_rows_are_sound()
};

// References to removed items are damage too: remove_item() takes them along.
constexpr auto kChecks = std::to_array<Check>({
    {.sql = "SELECT 'pack ' || id FROM packs "
            "WHERE checksum <> row_checksum(id, file, count, width, height, fit)",
     .what = "the row of the pack is damaged"},
    {.sql =
         "SELECT 'tag ' || name || ' of item ' || item FROM item_tags JOIN tags ON tags.id = tag "
         "WHERE item_tags.checksum <> row_checksum(tag, item, value)",
     .what = "the tag's value is damaged",
     .of_tag_rows = true},
    {.sql = "SELECT 'tag ' || name FROM tags WHERE checksum <> row_checksum(id, name)",
     .what = "the tag's name is damaged"},
    {.sql = "SELECT 'latent of item ' || item || ', model ' || model FROM latents "
            "WHERE checksum <> row_checksum(model, item, vector)",
     .what = "the latent is damaged"},
    {.sql = "SELECT 'latent of item ' || item || ', model ' || name FROM latents "
            "JOIN models ON models.id = model WHERE length(vector) <> 4 * dimensions",
     .what = "the latent has another size than its model"},
    {.sql = "SELECT 'cluster ' || cluster || ' of model ' || model FROM clusters "
            "WHERE checksum <> row_checksum(model, cluster, centroid)",
     .what = "the cluster's centroid is damaged"},
    {.sql = "SELECT 'cluster of item ' || item || ', model ' || model FROM item_clusters "
            "WHERE checksum <> row_checksum(model, item, cluster)",
     .what = "the item's cluster is damaged"},
    {.sql = "SELECT 'run ' || name FROM runs "
            "WHERE checksum <> row_checksum(name, model, settings, outcome)",
     .what = "the row of the run is damaged"},
    {.sql = "SELECT 'item ' || key FROM items WHERE removed <> 0 AND "
            "(EXISTS (SELECT 1 FROM tags CROSS JOIN item_tags ON tag = tags.id AND item = "
            "items.id) OR "
            "EXISTS (SELECT 1 FROM models CROSS JOIN latents ON model = models.id AND item = "
            "items.id))",
     .what = "the item is removed and still has tags or latents"},
});

// Since version 4.
constexpr auto kChecksOfFiles = std::to_array<Check>({
    {.sql = "SELECT 'latents of pack ' || pack || ', model ' || model FROM latent_files "
            "WHERE checksum <> row_checksum(model, pack, file, count)",
     .what = "the row of the file is damaged"},
    {.sql = "SELECT 'setting ' || name FROM settings "
            "WHERE checksum <> row_checksum(name, value)",
     .what = "the row of the setting is damaged"},
    {.sql = "SELECT 'pairs of model ' || model FROM pair_distances "
            "WHERE checksum <> row_checksum(model, distances)",
     .what = "the row of the distances is damaged"},
    {.sql = "SELECT 'value ' || value || ' of tag ' || tag FROM tag_values "
            "WHERE checksum <> row_checksum(tag, value, items)",
     .what = "the row of the value is damaged"},
    {.sql = "SELECT 'value ' || value || ' of tag ' || tag FROM tag_values counted "
            "WHERE items = 0 OR items <> (SELECT count(*) FROM item_tags "
            "WHERE tag = counted.tag AND value = counted.value)",
     .what = "the items that have the value are counted wrongly",
     .of_tag_rows = true},
    // Those that are counted are counted well: then their sum tells of the others.
    {.sql = "SELECT 'tag ' || name FROM tags WHERE (SELECT count(*) FROM item_tags "
            "WHERE tag = id) <> (SELECT total(items) FROM tag_values WHERE tag = id)",
     .what = "a value that items have is not counted",
     .of_tag_rows = true},
    {.sql = "SELECT 'record ' || record || ' of pack ' || pack FROM holes "
            "WHERE checksum <> row_checksum(pack, record)",
     .what = "the row of the record is damaged"},
    {.sql = "SELECT 'item ' || key FROM items WHERE pack IS NULL AND removed = 0",
     .what = "the item has no picture"},
    {.sql = "SELECT 'item ' || key FROM items JOIN holes USING(pack, record) WHERE removed = 0",
     .what = "the item's picture is said to be no item's"},
    {.sql = "SELECT 'pack ' || id FROM packs WHERE count <> "
            "(SELECT count(*) FROM holes WHERE pack = id) + "
            "(SELECT count(*) FROM items WHERE pack = packs.id AND removed = 0)",
     .what = "the pack has records that are no item's and are not known to be none"},
});

constexpr Check kModelsOfVersion1{
    .sql =
        "SELECT 'model ' || name FROM models "
        "WHERE checksum <> row_checksum(id, name, file, network, dimensions, active)",
    .what = "the row of the model is damaged"};
constexpr Check kModels{.sql =
                            "SELECT 'model ' || name FROM models WHERE checksum <> "
                            "row_checksum(id, name, file, network, dimensions, active, "
                            "successor, weights)",
                        .what = "the row of the model is damaged"};

constexpr Check kItemsOfVersion1{
    .sql =
        "SELECT 'item ' || id || ' (' || key || ')' FROM items "
        "WHERE checksum <> row_checksum(id, key, source, digest, pack, record, removed)",
    .what = "the row of the item is damaged"};
constexpr Check kItems{.sql =
                           "SELECT 'item ' || id || ' (' || key || ')' FROM items WHERE checksum "
                           "<> row_checksum(id, key, source, digest, bytes, changed, "
                           "coalesce(pack, 0), record, pixels, removed)",
                       .what = "the row of the item is damaged"};

std::string file_name(const Database& database) { return database.path().filename().string(); }

void check_structure(const Database& database, std::vector<StoreProblem>& problems) {
  Statement integrity(database, "PRAGMA integrity_check(20)");
  while (integrity.step()) {
    if (integrity.text(0) == "ok") continue;
    problems.push_back({.what = std::string(integrity.text(0)), .where = file_name(database)});
  }
}

void check_references(const Database& database, std::vector<StoreProblem>& problems) {
  Statement references(database, "PRAGMA foreign_key_check");
  while (references.step()) {
    problems.push_back(
        {"refers to a row of " + std::string(references.text(2)) + " that is not there",
         file_name(database) + ": " + std::string(references.text(0))});
  }
}

void check_rows(const Database& database, const Check& check, std::vector<StoreProblem>& problems) {
  Statement statement(database, check.sql);
  while (statement.step()) {
    problems.push_back(
        {.what = check.what, .where = file_name(database) + ": " + std::string(statement.text(0))});
  }
}

std::vector<Check> checks_of(std::size_t version) {
  std::vector<Check> checks = {
      version < kVersionWithSuccessors ? kModelsOfVersion1 : kModels,
      version < kVersionWithLatentFiles ? kItemsOfVersion1 : kItems,
  };
  checks.insert(checks.end(), kChecks.begin(), kChecks.end());
  if (version >= kVersionWithLatentFiles) {
    checks.insert(checks.end(), kChecksOfFiles.begin(), kChecksOfFiles.end());
  }
  return checks;
}

void check_all_rows(const Database& database, std::vector<StoreProblem>& problems) {
  check_references(database, problems);
  for (const Check& check : checks_of(schema_version(database))) {
    check_rows(database, check, problems);
  }
}

// What `look` finds, also in a file so damaged that it cannot be read to its end.
std::vector<StoreProblem> problems_of(const Database& database,
                                      void (*look)(const Database&, std::vector<StoreProblem>&)) {
  std::vector<StoreProblem> problems;
  try {
    look(database, problems);
  } catch (const Error& error) {
    problems.push_back({.what = error.what(), .where = file_name(database)});
  }
  return problems;
}

bool finds_nothing(const Database& database, const char* sql) {
  return !Statement(database, sql).step();
}

// Whether nothing else is wrong than tag_rows_are_sound() tells.
bool is_sound_without_tag_rows(const Database& database) {
  try {
    return structure_is_sound_without_tag_rows(database) &&
           finds_nothing(database, "PRAGMA foreign_key_check") &&
           std::ranges::all_of(checks_of(schema_version(database)), [&](const Check& check) {
             return check.of_tag_rows || finds_nothing(database, check.sql);
           });
  } catch (const Error&) {  // so damaged that it cannot be read to its end
    return false;
  }
}

}  // namespace

std::vector<StoreProblem> Store::check(std::size_t threads) const {
  // A connection is for one thread at a time.
  std::optional<Database> other;
  if (threads > 1) other.emplace(database_.path(), OpenMode::kReading);
  const Database& second = other ? *other : database_;
  // Of a sound file this is known sooner than what is wrong with another.
  std::array<bool, 2> sound{};
  parallel_for(sound.size(), threads, [&](std::size_t part) {
    sound[part] = part == 0 ? is_sound_without_tag_rows(database_) : tag_rows_are_sound(second);
  });
  if (sound[0] && sound[1]) return {};
  // SQLite does not look again at what it has taken into its memory of a damaged page.
  for (const Database* read : {&database_, &second}) Statement(*read, "PRAGMA shrink_memory").run();
  std::array<std::vector<StoreProblem>, 2> found;
  parallel_for(found.size(), threads, [&](std::size_t part) {
    found[part] =
        part == 0 ? problems_of(second, check_structure) : problems_of(database_, check_all_rows);
  });
  auto& [problems, of_rows] = found;
  for (StoreProblem& problem : of_rows) {
    if (std::ranges::find(problems, problem) == problems.end()) {
      problems.push_back(std::move(problem));
    }
  }
  return std::move(problems);
}

}  // namespace likeness
