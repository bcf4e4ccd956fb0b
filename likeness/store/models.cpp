// The part of Store that remembers models and what they made: latents, clusters, runs.
#include <algorithm>
#include <cassert>
#include <string>

#include "likeness/base/error.hpp"
#include "likeness/store/schema.hpp"
#include "likeness/store/store.hpp"

namespace likeness {
namespace {

std::span<const std::byte> row_bytes(std::span<const float> matrix, std::size_t row,
                                     std::size_t dimensions) {
  return std::as_bytes(matrix.subspan(row * dimensions, dimensions));
}

// Appends a vector that was read from the file to the rows of a matrix.
void append_row(std::vector<float>& matrix, std::span<const std::byte> bytes,
                std::size_t dimensions) {
  if (bytes.size() != dimensions * sizeof(float)) {
    throw Error(Error::Kind::kCorrupt,
                "shop.db: a vector has " + std::to_string(bytes.size()) + " bytes instead of " +
                    std::to_string(dimensions * sizeof(float)) + ": embed again");
  }
  const std::size_t old_size = matrix.size();
  matrix.resize(old_size + dimensions);
  const auto row = std::span(matrix).subspan(old_size);
  std::ranges::copy(bytes, std::as_writable_bytes(row).begin());
}

std::vector<RecordPlace> places_in(Statement& rows) {
  std::vector<RecordPlace> places;
  while (rows.step()) places.push_back({.pack = rows.integer(0), .record = rows.count(1)});
  return places;
}

}  // namespace

std::vector<StoredModel> Store::all_models() const {
  Statement statement(database_,
                      "SELECT id, name, file, network, dimensions, active, successor, weights, "
                      "checksum FROM models ORDER BY id");
  // In files all records have one but those that are holes.
  Statement latents(database_,
                    "SELECT (SELECT count(*) FROM latents WHERE model = ?1) + "
                    "coalesce((SELECT sum(count - (SELECT count(*) FROM holes "
                    "WHERE holes.pack = latent_files.pack AND record < count)) "
                    "FROM latent_files WHERE model = ?1), 0)");
  std::vector<StoredModel> models;
  while (statement.step_row("models")) {
    const bool counted = latents.bind(statement.integer(0)).step();
    models.push_back({.id = statement.integer(0),
                      .name = std::string(statement.text(1)),
                      .file = std::string(statement.text(2)),
                      .network = std::string(statement.text(3)),
                      .dimensions = statement.count(4),
                      .active = statement.integer(5) != 0,
                      .successor = statement.integer(6) != 0,
                      .weights = std::string(statement.text(7)),
                      .latents = counted ? latents.count(0) : 0});
  }
  return models;
}

std::vector<StoredModel> Store::models() const {
  auto models = all_models();
  std::erase_if(models, [](const StoredModel& model) { return model.successor; });
  return models;
}

std::vector<StoredModel> Store::successors() const {
  auto models = all_models();
  std::erase_if(models, [](const StoredModel& model) { return !model.successor; });
  return models;
}

std::optional<StoredModel> Store::find_model(std::string_view name) const {
  for (StoredModel& model : models()) {
    if (model.name == name) return std::move(model);
  }
  return std::nullopt;
}

std::optional<StoredModel> Store::find_successor(std::string_view name) const {
  for (StoredModel& model : successors()) {
    if (model.name == name) return std::move(model);
  }
  return std::nullopt;
}

std::optional<StoredModel> Store::active_model() const {
  for (StoredModel& model : models()) {
    if (model.active) return std::move(model);
  }
  return std::nullopt;
}

std::int64_t Store::put_model(const StoredModel& model) {
  assert(database_.in_transaction());
  const std::int64_t successor = model.successor ? 1 : 0;
  Statement(database_, "DELETE FROM models WHERE name = ?1 AND successor = ?2")
      .bind(model.name, successor)
      .run();
  // What had the largest id may be gone; the sequence knows of it.
  Statement last(database_,
                 "SELECT max(coalesce((SELECT max(id) FROM models), 0), "
                 "coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = 'models'), 0)) + 1");
  const std::int64_t id = last.step() ? last.integer(0) : 1;
  Statement(database_,
            "INSERT INTO models VALUES(?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, "
            "row_checksum(?1, ?2, ?3, ?4, ?5, 0, ?6, ?7))")
      .bind(id, model.name, model.file, model.network, model.dimensions, successor, model.weights)
      .run();
  return id;
}

void Store::remove_models(std::string_view name) {
  assert(database_.in_transaction());
  Statement(database_, "DELETE FROM models WHERE name = ?1").bind(name).run();
}

void Store::set_weights(std::int64_t model, const std::string& weights) {
  assert(database_.in_transaction());
  Statement(database_,
            "UPDATE models SET weights = ?2, checksum = "
            "row_checksum(id, name, file, network, dimensions, active, successor, ?2) "
            "WHERE id = ?1")
      .bind(model, weights)
      .run();
}

void Store::activate_model(std::int64_t model) {
  assert(database_.in_transaction());
  require_model(model);
  for (const char* sql :
       {"DELETE FROM models WHERE successor = 0 AND id <> ?1 AND "
        "name = (SELECT name FROM models WHERE id = ?1)",
        "UPDATE models SET active = 0, checksum = "
        "row_checksum(id, name, file, network, dimensions, 0, successor, weights) "
        "WHERE active = 1 AND id <> ?1",
        "UPDATE models SET active = 1, successor = 0, checksum = "
        "row_checksum(id, name, file, network, dimensions, 1, 0, weights) "
        "WHERE id = ?1"}) {
    Statement(database_, sql).bind(model).run();
  }
}

std::size_t Store::dimensions_of(std::int64_t model) const {
  Statement statement(database_, "SELECT dimensions FROM models WHERE id = ?1");
  return statement.bind(model).step() ? statement.count(0) : 0;
}

void Store::require_model(std::int64_t model) const {
  Statement there(database_, "SELECT 1 FROM models WHERE id = ?1");
  if (there.bind(model).step()) return;
  throw Error(Error::Kind::kUnavailable,
              "the model was trained on while its latents were made, and they are not kept: embed "
              "again");
}

std::vector<LatentFile> Store::latent_files(std::int64_t model) const {
  Statement statement(database_,
                      "SELECT model, pack, file, count, checksum FROM latent_files "
                      "WHERE model = ?1 ORDER BY pack");
  statement.bind(model);
  std::vector<LatentFile> files;
  while (statement.step_row("latent_files")) {
    files.push_back({.pack = statement.integer(1),
                     .file = std::string(statement.text(2)),
                     .count = statement.count(3)});
  }
  return files;
}

void Store::put_latent_file(std::int64_t model, const LatentFile& file) {
  assert(database_.in_transaction());
  require_model(model);
  Statement(database_,
            "INSERT OR REPLACE INTO latent_files VALUES(?1, ?2, ?3, ?4, "
            "row_checksum(?1, ?2, ?3, ?4))")
      .bind(model, file.pack, file.file, file.count)
      .run();
}

std::vector<float> Store::pair_distances(std::int64_t model) const {
  Statement statement(database_,
                      "SELECT model, distances, checksum FROM pair_distances WHERE model = ?1");
  std::vector<float> distances;
  if (!statement.bind(model).step_row("pair_distances")) return distances;
  append_row(distances, statement.blob(1), statement.blob(1).size() / sizeof(float));
  return distances;
}

void Store::put_pair_distances(std::int64_t model, std::span<const float> distances) {
  assert(database_.in_transaction());
  require_model(model);
  Statement(database_, "INSERT OR REPLACE INTO pair_distances VALUES(?1, ?2, row_checksum(?1, ?2))")
      .bind(model, std::as_bytes(distances))
      .run();
}

bool Store::has_tabled_latents() const {
  Statement statement(database_, "SELECT 1 FROM latents LIMIT 1");
  return statement.step();
}

StoredLatents Store::tabled_latents(std::int64_t model) const {
  StoredLatents latents;
  latents.dimensions = dimensions_of(model);
  Statement statement(database_,
                      "SELECT model, item, vector, checksum FROM latents WHERE model = ?1 "
                      "ORDER BY item");
  statement.bind(model);
  while (statement.step_row("latents")) {
    latents.items.push_back(statement.integer(1));
    append_row(latents.values, statement.blob(2), latents.dimensions);
  }
  return latents;
}

void Store::drop_tabled_latents() {
  assert(database_.in_transaction());
  Statement(database_, "DELETE FROM latents").run();
}

StoredClusters Store::clusters(std::int64_t model) const {
  StoredClusters clusters;
  clusters.dimensions = dimensions_of(model);
  clusters.centroids = centroids(model);
  Statement members(database_,
                    "SELECT model, item, cluster, checksum FROM item_clusters WHERE model = ?1 "
                    "ORDER BY item");
  members.bind(model);
  while (members.step_row("item_clusters")) {
    clusters.items.push_back(members.integer(1));
    clusters.cluster.push_back(members.count(2));
  }
  return clusters;
}

std::vector<float> Store::centroids(std::int64_t model) const {
  const std::size_t dimensions = dimensions_of(model);
  Statement statement(database_,
                      "SELECT model, cluster, centroid, checksum FROM clusters WHERE model = ?1 "
                      "ORDER BY cluster");
  statement.bind(model);
  std::vector<float> centroids;
  while (statement.step_row("clusters")) {
    append_row(centroids, statement.blob(2), dimensions);
  }
  return centroids;
}

std::vector<bool> Store::clusters_with_items(std::int64_t model) const {
  Statement statement(database_,
                      "SELECT EXISTS(SELECT 1 FROM item_clusters WHERE model = ?1 "
                      "AND item_clusters.cluster = clusters.cluster) "
                      "FROM clusters WHERE model = ?1 ORDER BY cluster");
  statement.bind(model);
  std::vector<bool> with_items;
  while (statement.step()) with_items.push_back(statement.integer(0) != 0);
  return with_items;
}

std::optional<std::size_t> Store::cluster_of(std::int64_t model, std::int64_t item) const {
  Statement statement(database_,
                      "SELECT model, item, cluster, checksum FROM item_clusters "
                      "WHERE model = ?1 AND item = ?2");
  if (!statement.bind(model, item).step_row("item_clusters")) return std::nullopt;
  return statement.count(2);
}

std::vector<RecordPlace> Store::places_in_cluster(std::int64_t model, std::size_t cluster) const {
  Statement members(database_,
                    "SELECT pack, record FROM item_clusters JOIN items ON items.id = item "
                    "WHERE model = ?1 AND cluster = ?2 AND removed = 0 ORDER BY pack, record");
  return places_in(members.bind(model, cluster));
}

std::vector<RecordPlace> Store::places_without_cluster(std::int64_t model) const {
  Statement others(database_,
                   "SELECT pack, record FROM items WHERE removed = 0 AND NOT EXISTS "
                   "(SELECT 1 FROM item_clusters WHERE model = ?1 AND item = items.id) "
                   "ORDER BY pack, record");
  return places_in(others.bind(model));
}

void Store::put_clusters(std::int64_t model, const StoredClusters& clusters) {
  assert(database_.in_transaction());
  assert(clusters.items.size() == clusters.cluster.size());
  Statement(database_, "DELETE FROM clusters WHERE model = ?1").bind(model).run();
  Statement put_centroid(database_,
                         "INSERT INTO clusters VALUES(?1, ?2, ?3, row_checksum(?1, ?2, ?3))");
  for (std::size_t k = 0; k * clusters.dimensions < clusters.centroids.size(); ++k) {
    put_centroid.bind(model, k, row_bytes(clusters.centroids, k, clusters.dimensions)).run();
  }
  Statement put_member(database_,
                       "INSERT INTO item_clusters VALUES(?1, ?2, ?3, row_checksum(?1, ?2, ?3))");
  for (std::size_t i = 0; i < clusters.items.size(); ++i) {
    put_member.bind(model, clusters.items[i], clusters.cluster[i]).run();
  }
}

std::vector<StoredRun> Store::runs() const {
  Statement statement(database_,
                      "SELECT name, model, settings, outcome, checksum FROM runs ORDER BY id");
  std::vector<StoredRun> runs;
  while (statement.step_row("runs")) {
    runs.push_back({.name = std::string(statement.text(0)),
                    .model = std::string(statement.text(1)),
                    .settings = std::string(statement.text(2)),
                    .outcome = std::string(statement.text(3))});
  }
  return runs;
}

void Store::put_run(const StoredRun& run) {
  assert(database_.in_transaction());
  Statement(database_,
            "INSERT INTO runs(name, model, settings, outcome, checksum) "
            "VALUES(?1, ?2, ?3, ?4, row_checksum(?1, ?2, ?3, ?4)) "
            "ON CONFLICT(name) DO UPDATE SET model = ?2, settings = ?3, outcome = ?4, "
            "checksum = excluded.checksum")
      .bind(run.name, run.model, run.settings, run.outcome)
      .run();
}

void Store::remove_run(std::string_view name) {
  assert(database_.in_transaction());
  Statement(database_, "DELETE FROM runs WHERE name = ?1").bind(name).run();
}

}  // namespace likeness
