#include "tests/postgres/second_server.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "likeness/postgres/postgres.hpp"
#include "tests/postgres/database_shop.hpp"

namespace likeness {

std::string second_server_address() {
  const char* address = std::getenv("LIKENESS_SECOND_POSTGRES");  // NOLINT(concurrency-mt-unsafe)
  return address == nullptr ? "" : address;
}

SecondServer::SecondServer(std::string first)
    : first_(std::move(first)), address_(new_database(second_server_address())) {
  Postgres second(address_);
  name_ = second.ask("SELECT current_database()::text").text(0, 0);
  second.execute("CREATE EXTENSION vector; CREATE SCHEMA likeness");
  Postgres(first_).execute(fmt::format(
      "CREATE EXTENSION postgres_fdw; CREATE SERVER second FOREIGN DATA WRAPPER postgres_fdw "
      "OPTIONS (host '/mnt', dbname '{}', extensions 'vector', batch_size '1000', options '-c "
      "hnsw.iterative_scan=relaxed_order -c hnsw.max_scan_tuples=2147483647 -c "
      "hnsw.ef_search=100 -c enable_sort=off -c jit=off');"
      "CREATE USER MAPPING FOR postgres SERVER second OPTIONS (user 'postgres')",
      name_));
}

void SecondServer::take_partition() const {
  Postgres first(first_);
  const auto type = first.ask(
      "SELECT format_type(atttypid, atttypmod) FROM pg_attribute "
      "WHERE attrelid = 'likeness.item_1'::regclass AND attname = 'vec'");
  Postgres second(address_);
  second.execute(
      fmt::format("CREATE TABLE likeness.item_1_1(key text COLLATE \"C\" PRIMARY KEY, shop int NOT "
                  "NULL, source text NOT NULL, tags int[] NOT NULL, cluster int, checksum bigint "
                  "NOT NULL, vec {} NOT NULL)",
                  type.text(0, 0)));
  first.execute(
      "BEGIN; ALTER TABLE likeness.item_1 DETACH PARTITION likeness.item_1_1;"
      "ALTER TABLE likeness.item_1_1 RENAME TO before;"
      "CREATE FOREIGN TABLE likeness.item_1_1 PARTITION OF likeness.item_1 "
      "FOR VALUES WITH (MODULUS 2, REMAINDER 1) SERVER second;"
      "INSERT INTO likeness.item_1_1 SELECT * FROM likeness.before; DROP TABLE likeness.before;"
      "COMMIT; ANALYZE likeness.item_1");
  second.execute(
      "CREATE INDEX item_1_1_graph ON likeness.item_1_1 USING hnsw (vec halfvec_l2_ops);"
      "CREATE INDEX item_1_1_tags ON likeness.item_1_1 USING gin (tags);"
      "CREATE INDEX item_1_1_shop ON likeness.item_1_1(shop, cluster);"
      "ANALYZE likeness.item_1_1");
}

void SecondServer::go_away() const {
  Postgres server(second_server_address());
  server.execute("ALTER DATABASE " + name_ + " ALLOW_CONNECTIONS false");
  const auto end =
      "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = $1";
  (void)server.ask(end, {name_});
}

void SecondServer::come_back() const {
  Postgres(second_server_address()).execute("ALTER DATABASE " + name_ + " ALLOW_CONNECTIONS true");
}

}  // namespace likeness
