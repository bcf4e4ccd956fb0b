#include "likeness/postgres/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

constexpr std::int64_t kOldestServer = 140000;   // 14
constexpr std::size_t kMostDimensions = 4000;    // of a halfvec that an index takes
constexpr std::int64_t kLock = 0x6c696b65;       // "like": of whoever changes models and tables
constexpr std::int32_t kIndexLock = 0x696e6465;  // "inde", with the model's number

// A value may be too long for an index, hence its digest.
constexpr const char* kTables = R"sql(
CREATE TABLE IF NOT EXISTS likeness.model(
  id         int PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  name       text NOT NULL,
  weights    text NOT NULL,
  dimensions int NOT NULL,
  state      text NOT NULL DEFAULT 'begun' CHECK (state IN ('begun', 'active', 'old'))
);
CREATE UNIQUE INDEX IF NOT EXISTS one_active_model ON likeness.model(state) WHERE state = 'active';
CREATE UNIQUE INDEX IF NOT EXISTS weights_once ON likeness.model(weights) WHERE state <> 'old';
CREATE TABLE IF NOT EXISTS likeness.shop(
  id       int PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  identity text NOT NULL UNIQUE,
  name     text NOT NULL
);
CREATE TABLE IF NOT EXISTS likeness.published(
  shop      int NOT NULL REFERENCES likeness.shop ON DELETE CASCADE,
  model     int NOT NULL REFERENCES likeness.model ON DELETE CASCADE,
  items     bigint NOT NULL,
  centroids bytea NOT NULL,
  clusters  int[] NOT NULL,  -- that have items
  distances bytea NOT NULL,
  PRIMARY KEY(shop, model)
);
CREATE TABLE IF NOT EXISTS likeness.parts(
  model       int PRIMARY KEY REFERENCES likeness.model ON DELETE CASCADE,
  parts       jsonb NOT NULL,  -- [{"name", "size"}], one behind the other
  have_graphs boolean NOT NULL DEFAULT false
);
CREATE TABLE IF NOT EXISTS likeness.pairs(
  shop    int NOT NULL,
  model   int NOT NULL,
  by_part bytea NOT NULL,  -- of pairs of items, their distance by each part
  PRIMARY KEY(shop, model),
  FOREIGN KEY(shop, model) REFERENCES likeness.published ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS likeness.tag_items(
  shop  int NOT NULL,
  model int NOT NULL,
  tag   int NOT NULL,  -- its number
  items bigint NOT NULL,
  PRIMARY KEY(shop, model, tag),
  FOREIGN KEY(shop, model) REFERENCES likeness.published ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS likeness.picture(
  key      text COLLATE "C" PRIMARY KEY,
  shop     int NOT NULL REFERENCES likeness.shop ON DELETE CASCADE,
  checksum bigint NOT NULL,
  colours  bytea NOT NULL  -- of 80 x 60 cells
);
CREATE TABLE IF NOT EXISTS likeness.pictured(
  shop int PRIMARY KEY REFERENCES likeness.shop ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS likeness.picture_size(
  shop   int PRIMARY KEY REFERENCES likeness.shop ON DELETE CASCADE,
  width  int NOT NULL,
  height int NOT NULL
);
CREATE TABLE IF NOT EXISTS likeness.tag(
  id    int PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  name  text NOT NULL,
  value text NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS tag_once ON likeness.tag(name, md5(value));
)sql";

void require_server(Postgres& database) {
  const auto server = database.ask(
      "SELECT current_setting('server_version_num')::int, "
      "current_setting('transaction_read_only')::boolean");
  if (server.integer(0, 0) < kOldestServer) {
    throw Error(Error::Kind::kUnavailable,
                fmt::format("{}: is older than PostgreSQL 14: use a newer one", database.name()));
  }
  if (!server.boolean(0, 1)) return;
  throw Error(Error::Kind::kUnavailable,
              database.name() + ": takes no changes, as a standby does: publish into its primary");
}

void require_pgvector(Postgres& database) {
  const std::string wanted = database.name() + ": needs the extension pgvector, 0.8 or later: ";
  try {
    database.execute("CREATE EXTENSION IF NOT EXISTS vector");
  } catch (const PostgresError& error) {
    throw Error(Error::Kind::kUnavailable,
                wanted +
                    "install it (Debian 13: postgresql-17-pgvector), and let its owner run "
                    "CREATE EXTENSION vector there");
  }
  const auto version = database.ask(
      "SELECT (string_to_array(extversion, '.')::int[])[1:2] >= '{0,8}' FROM pg_extension "
      "WHERE extname = 'vector'");
  if (version.rows() == 1 && version.boolean(0, 0)) return;
  throw Error(Error::Kind::kUnavailable,
              wanted + "install a newer one, and run ALTER EXTENSION vector UPDATE there");
}

// One at a time, until the transaction ends.
void lock_tables(Postgres& database) {
  (void)database.ask(fmt::format("SELECT pg_advisory_xact_lock({})", kLock));
}

PublishedModel model_of(const Answer& answer) {
  return {.id = static_cast<std::int32_t>(answer.integer(0, 0)),
          .name = answer.text(0, 1),
          .dimensions = static_cast<std::size_t>(answer.integer(0, 2)),
          .active = answer.boolean(0, 3),
          .weights = answer.text(0, 4)};
}

// A key decides in which partition its item lies, so that what is unique in each is unique in all:
// a table with a unique index of its own could have no partition on another server.
void make_table(Postgres& database, const PublishedModel& model, std::size_t partitions) {
  database.execute(fmt::format(
      "CREATE TABLE {}(key text COLLATE \"C\" NOT NULL, shop int NOT NULL, source text NOT NULL, "
      "tags int[] NOT NULL, cluster int, checksum bigint NOT NULL, vec halfvec({}) NOT NULL) "
      "PARTITION BY HASH (key)",
      model.table(), model.dimensions));
  for (std::size_t i = 0; i < partitions; ++i) {
    database.execute(
        fmt::format("CREATE TABLE {0}_{1} PARTITION OF {0} (PRIMARY KEY (key)) "
                    "FOR VALUES WITH (MODULUS {2}, REMAINDER {1})",
                    model.table(), i, partitions));
  }
}

// The graph is made in memory, or else ten times slower: what pgvector 0.8 was seen to take, and a
// fifth more.
std::size_t graph_kilobytes(std::size_t rows, std::size_t dimensions) {
  constexpr std::size_t kLeast = std::size_t{64} << 10;
  constexpr std::size_t kMost = std::size_t{8} << 20;
  return std::clamp(rows * (2 * dimensions + 720) * 12 / 10 / 1024, kLeast, kMost);
}

// Tells how many items of a partition are in the graph that another connection makes.
class GraphWatch {
 public:
  GraphWatch(Postgres& database, const Work& work, std::size_t items)
      : work_(work),
        watching_(database.again()),
        maker_(database.ask("SELECT pg_backend_pid()").integer(0, 0)),
        items_(items),
        progress_(work, "indexing", "items", items) {}

  void begin(std::size_t items) { of_partition_ = items; }
  void look() {
    stop_if_asked(work_.stop);
    const auto share = watching_.ask(
        "SELECT blocks_done * 1000 / nullif(blocks_total, 0) FROM pg_stat_progress_create_index "
        "WHERE pid = $1 AND phase LIKE 'building%'",
        {std::to_string(maker_)});
    if (share.rows() == 0 || share.is_null(0, 0)) return;
    tell(before_ + of_partition_ * static_cast<std::size_t>(share.integer(0, 0)) / 1000);
  }
  void end() { tell(before_ += of_partition_); }

 private:
  void tell(std::size_t done) {
    done = std::min(done, items_);
    if (done > told_) progress_.advance(done - told_);
    told_ = std::max(told_, done);
  }

  const Work& work_;
  Postgres watching_;
  std::int64_t maker_;
  std::size_t items_;
  std::size_t before_ = 0;  // in the partitions that are done
  std::size_t of_partition_ = 0;
  std::size_t told_ = 0;
  Progress progress_;
};

// By which an item is found: all of its vector, or a part.
struct Graph {
  std::string name;     // behind that of the partition
  std::string numbers;  // an expression of SQL
  std::size_t dimensions = 0;
};

std::vector<Graph> graphs_of(const PublishedModel& model, std::span<const Part> parts) {
  std::vector<Graph> graphs{{.name = "graph", .numbers = "vec", .dimensions = model.dimensions}};
  for (const Part& part : parts) {
    graphs.push_back({.name = fmt::format("graph_{}", part.begin),
                      .numbers = numbers_of(part),
                      .dimensions = part.size});
  }
  return graphs;
}

void make_graph(Postgres& database, const Graph& graph, const std::string& partition,
                const std::function<void()>& each_second) {
  const std::string make = fmt::format(
      "CREATE INDEX IF NOT EXISTS {0}_{1} ON likeness.{0} USING hnsw (({2}) halfvec_l2_ops) "
      "WITH (m = 16, ef_construction = 64)",
      partition, graph.name, graph.numbers);
  try {
    database.execute(make, each_second);
  } catch (const PostgresError& error) {
    // Workers share memory of which a container may have little.
    if (error.state() != "53100" && error.state() != "53200") throw;
    database.execute("SET max_parallel_maintenance_workers = 0");
    database.execute(make, each_second);
  }
}

struct Partition {
  std::string name;
  std::size_t rows = 0;
};

// Those on this server: what lies on another one is indexed there, and cannot be from here.
std::vector<Partition> partitions_here(Postgres& database, const PublishedModel& model) {
  const auto names = database.ask(
      "SELECT relname::text FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid "
      "WHERE inhparent = $1::regclass AND relkind = 'r' ORDER BY inhrelid",
      {model.table()});
  std::vector<Partition> partitions(names.rows());
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    partitions[i].name = names.text(i, 0);
    const auto count =
        database.ask(fmt::format("SELECT count(*) FROM likeness.{}", partitions[i].name));
    partitions[i].rows = static_cast<std::size_t>(count.integer(0, 0));
  }
  return partitions;
}

}  // namespace

void prepare_database(Postgres& database) {
  require_server(database);
  PostgresTransaction transaction(database);
  lock_tables(database);
  require_pgvector(database);
  // To make one is not asked of the server where it is there: that would need rights on the whole
  // database.
  const auto schema = database.ask("SELECT to_regnamespace('likeness') IS NULL");
  if (schema.boolean(0, 0)) database.execute("CREATE SCHEMA likeness");
  database.execute(kTables);
  transaction.commit();
}

std::optional<PublishedModel> active_model_of(Postgres& database) {
  const auto table = database.ask("SELECT to_regclass('likeness.model') IS NOT NULL");
  if (!table.boolean(0, 0)) {
    throw Error(Error::Kind::kUnavailable,
                database.name() + ": no shop was published there yet: use likeness publish");
  }
  const auto active = database.ask(
      "SELECT id, name, dimensions, true, weights FROM likeness.model WHERE state = 'active'");
  if (active.rows() == 0) return std::nullopt;
  return model_of(active);
}

PublishedModel model_in(Postgres& database, const StoredModel& model, std::size_t partitions) {
  if (model.dimensions > kMostDimensions) {
    throw Error(Error::Kind::kInput,
                fmt::format("{}: has latents of {} numbers, and pgvector takes {} at most: train "
                            "another one",
                            model.name, model.dimensions, kMostDimensions));
  }
  PostgresTransaction transaction(database);
  lock_tables(database);
  const std::string find =
      "SELECT id, name, dimensions, state = 'active', weights FROM likeness.model "
      "WHERE weights = $1 AND state <> 'old'";
  auto found = database.ask(find, {model.weights});
  if (found.rows() == 0) {
    (void)database.ask("INSERT INTO likeness.model(name, weights, dimensions) VALUES ($1, $2, $3)",
                       {model.name, model.weights, std::to_string(model.dimensions)});
    found = database.ask(find, {model.weights});
    make_table(database, model_of(found), partitions);
  }
  transaction.commit();
  return model_of(found);
}

void lock_indexing(Postgres& database, const PublishedModel& model, const Work& work) {
  database.execute(fmt::format("SELECT pg_advisory_lock({}, {})", kIndexLock, model.id),
                   [&work] { stop_if_asked(work.stop); });
}

std::string numbers_of(const Part& part) {
  return fmt::format("subvector(vec, {}, {})::halfvec({})", part.begin + 1, part.size, part.size);
}

void make_indexes(Postgres& database, const PublishedModel& model, std::span<const Part> parts,
                  const Work& work) {
  database.execute(
      "SELECT set_config('max_parallel_maintenance_workers', "
      "current_setting('max_parallel_workers'), false)");
  const auto partitions = partitions_here(database, model);
  const auto graphs = graphs_of(model, parts);
  std::size_t rows = 0;
  for (const Partition& partition : partitions) rows += partition.rows;
  GraphWatch watch(database, work, graphs.size() * rows);
  const auto each_second = [&watch] { watch.look(); };
  for (const Partition& partition : partitions) {
    for (const Graph& graph : graphs) {
      watch.begin(partition.rows);
      database.execute(fmt::format("SET maintenance_work_mem = '{}kB'",
                                   graph_kilobytes(partition.rows, graph.dimensions)));
      make_graph(database, graph, partition.name, each_second);
      database.execute("RESET maintenance_work_mem");
      watch.end();
    }
    for (const auto& [name, how] :
         {std::pair("tags", "USING gin (tags)"), std::pair("shop", "(shop, cluster)")}) {
      database.execute(fmt::format("CREATE INDEX IF NOT EXISTS {0}_{1} ON likeness.{0} {2}",
                                   partition.name, name, how),
                       each_second);
    }
  }
}

void count_values(Postgres& database, const PublishedModel& model, const Work& work) {
  database.execute("ANALYZE " + model.table(), [&work] { stop_if_asked(work.stop); });
}

bool answers(Postgres& database, const PublishedModel& model) {
  return database
      .ask("SELECT EXISTS (SELECT FROM likeness.model WHERE id = $1 AND state = 'active')",
           {std::to_string(model.id)})
      .boolean(0, 0);
}

void switch_to(Postgres& database, const PublishedModel& model) {
  PostgresTransaction transaction(database);
  lock_tables(database);
  database.execute("UPDATE likeness.model SET state = 'old' WHERE state = 'active'");
  database.execute(fmt::format(
      "UPDATE likeness.model SET state = 'old' WHERE state = 'begun' AND id < {}", model.id));
  database.execute(
      fmt::format("UPDATE likeness.model SET state = 'active' WHERE id = {}", model.id));
  transaction.commit();
}

void drop_old_models(Postgres& database) {
  PostgresTransaction transaction(database);
  lock_tables(database);
  const auto old = database.ask("SELECT id FROM likeness.model WHERE state = 'old'");
  for (std::size_t i = 0; i < old.rows(); ++i) {
    const auto id = old.integer(i, 0);
    database.execute(fmt::format("DROP TABLE IF EXISTS likeness.item_{0}", id));
    database.execute(fmt::format("DELETE FROM likeness.model WHERE id = {0}", id));
  }
  transaction.commit();
}

}  // namespace likeness
