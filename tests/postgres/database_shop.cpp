#include "tests/postgres/database_shop.hpp"

#include <atomic>
#include <cstdlib>

#include "likeness/postgres/schema.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {
namespace {

std::string in_database(std::string address, const std::string& name) {
  return address.replace(address.find("/postgres?"), 10, "/" + name + "?");
}

}  // namespace

std::string server_address() {
  const char* address = std::getenv("LIKENESS_POSTGRES");  // NOLINT(concurrency-mt-unsafe)
  return address == nullptr ? "" : address;
}

std::string new_database(const std::string& server) {
  static std::atomic<int> made = 0;
  const std::string name = "test_" + std::to_string(made++);
  Postgres(server).execute("CREATE DATABASE " + name);
  return in_database(server, name);
}

DatabaseShop::DatabaseShop() : address_(new_database()) { put_known_model("line", line(12), "1"); }

void DatabaseShop::put_known_model(const std::string& name, const StoredLatents& latents,
                                   const std::string& weights) const {
  put_model(name, latents);
  Store store = open_store({.folder = path("shop")}, OpenMode::kExisting);
  auto transaction = store.begin();
  const auto model = store.active_model();
  ASSERT_TRUE(model.has_value());
  store.set_weights(model->id, weights);
  transaction.commit();
}

std::string DatabaseShop::publish(const std::string& shop) const { return publish(shop, address_); }

std::string DatabaseShop::publish(const std::string& shop, const std::string& address) const {
  const Json told = run_json({"publish", shop, address});
  std::string text;
  for (const char* name : {"published", "removed", "unchanged"}) {
    text += (text.empty() ? "" : " ") + std::to_string(told.at(name).integer());
  }
  return text;
}

std::string DatabaseShop::rows() const {
  Postgres database(address_);
  const auto model = active_model_of(database);
  if (!model) return "none";
  const auto rows = database.ask(
      "SELECT string_agg(key || ':' || (SELECT coalesce(string_agg(t.value, ',' ORDER BY t.name), "
      "'') FROM likeness.tag t WHERE t.id = ANY(tags)), ' ' ORDER BY key) FROM " +
      model->table());
  return rows.is_null(0, 0) ? "" : rows.text(0, 0);
}

std::int64_t DatabaseShop::number(const std::string& sql) const {
  return Postgres(address_).ask(sql).integer(0, 0);
}

}  // namespace likeness
