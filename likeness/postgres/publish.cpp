#include "likeness/postgres/publish.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <span>

#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"
#include "likeness/postgres/copy_rows.hpp"
#include "likeness/postgres/model_parts.hpp"
#include "likeness/postgres/postgres.hpp"
#include "likeness/postgres/schema.hpp"
#include "likeness/postgres/shop_facts.hpp"
#include "likeness/postgres/shop_items.hpp"
#include "likeness/postgres/shop_pictures.hpp"
#include "likeness/postgres/shop_table.hpp"
#include "likeness/shop/active_latents.hpp"
#include "likeness/shop/gallery.hpp"
#include "likeness/shop/gallery_clusters.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kMostPartitions = 256;
constexpr std::uint64_t kMostShops = 65'536;
constexpr std::size_t kBatch = 20'000;          // tags
constexpr const char* kIdentity = "identity";   // the setting of a shop
constexpr std::int32_t kShopLock = 0x6c696b65;  // with the shop's number: who publishes it

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// What tells a shop from all others, wherever it lies and whatever it is called.
std::string identity_of(const ShopFiles& files) {
  if (auto known = open_store(files).setting(kIdentity)) return *std::move(known);
  const ShopLock changing(files);
  Store store = open_store(files, OpenMode::kExisting);
  auto transaction = store.begin();
  if (auto known = store.setting(kIdentity)) return *std::move(known);
  std::random_device random;
  std::string identity;
  for (int i = 0; i < 4; ++i) identity += fmt::format("{:08x}", random());
  store.put_setting(kIdentity, identity);
  transaction.commit();
  return identity;
}

std::string name_of(const ShopFiles& files) {
  return std::filesystem::weakly_canonical(files.folder).filename().string();
}

// Their names, and their values, each as one value of Postgres::ask().
std::vector<std::string> arrays_of(std::span<const std::pair<std::string, std::string>> tags) {
  std::vector<std::string> names(tags.size());
  std::vector<std::string> values(tags.size());
  std::ranges::transform(tags, names.begin(), &std::pair<std::string, std::string>::first);
  std::ranges::transform(tags, values.begin(), &std::pair<std::string, std::string>::second);
  return {array_of(names), array_of(values)};
}

// The numbers of all tags that the shop has; those that are new get one. In the order of their
// names, so that two shops that do it at once wait for one another and not each for the other.
TagNumbers number_tags(Postgres& database, const Store& store) {
  auto tags = all_tags(store);
  std::ranges::sort(tags);
  TagNumbers numbers;
  for (std::size_t i = 0; i < tags.size(); i += kBatch) {
    const auto given = arrays_of(std::span(tags).subspan(i, std::min(kBatch, tags.size() - i)));
    (void)database.ask(
        "INSERT INTO likeness.tag(name, value) SELECT given.name, given.value FROM "
        "unnest($1::text[], $2::text[]) AS given(name, value) WHERE NOT EXISTS (SELECT FROM "
        "likeness.tag t WHERE t.name = given.name AND md5(t.value) = md5(given.value)) "
        "ON CONFLICT DO NOTHING",
        given);
    const auto found = database.ask(
        "SELECT t.id, t.name, t.value FROM likeness.tag t JOIN unnest($1::text[], $2::text[]) AS "
        "given(name, value) ON t.name = given.name AND md5(t.value) = md5(given.value)",
        given);
    for (std::size_t row = 0; row < found.rows(); ++row) {
      numbers.emplace(std::pair(found.text(row, 1), found.text(row, 2)),
                      static_cast<std::int32_t>(found.integer(row, 0)));
    }
  }
  return numbers;
}

// The shop's number; until the connection ends nobody else publishes it.
std::int32_t lock_shop(Postgres& database, const ShopFiles& files) {
  const auto shop = database.ask(
      "INSERT INTO likeness.shop(identity, name) VALUES ($1, $2) "
      "ON CONFLICT (identity) DO UPDATE SET name = excluded.name RETURNING id",
      {identity_of(files), name_of(files)});
  const auto number = static_cast<std::int32_t>(shop.integer(0, 0));
  // Of one that was killed the server may not know yet: it looks each 5 seconds.
  database.execute("SET lock_timeout = '20s'");
  try {
    (void)database.ask(fmt::format("SELECT pg_advisory_lock({}, {})", kShopLock, number));
  } catch (const PostgresError& error) {
    if (error.state() != "55P03") throw;
    throw Error(Error::Kind::kUnavailable,
                name_of(files) + ": is being published there already: wait until that has ended");
  }
  database.execute("RESET lock_timeout");
  return number;
}

// Returns how many items have each tag, by its number.
std::map<std::int32_t, std::int32_t> compare(ShopTable& table, const ShopItems& items) {
  std::map<std::int32_t, std::int32_t> tagged;
  table.read_known();
  items.visit([&](const PublishedItem& item) {
    table.compare(item.key, item.checksum());
    for (const std::int32_t tag : item.tags) ++tagged[tag];
  });
  return tagged;
}

void write(ShopTable& table, const ShopItems& items, const Work& work) {
  table.write(work, "items", [&items](const ShopTable::Send& send) {
    items.visit([&send](const PublishedItem& item) {
      send(item.key, [&item](CopyRows& rows) {
        rows.text(item.source);
        rows.integers(item.tags);
        rows.integer_or_null(item.cluster);
        rows.integer64(static_cast<std::int64_t>(item.checksum()));
        rows.halves(item.latent);
      });
    });
  });
}

void write_facts(Postgres& database, std::int32_t shop, const PublishedModel& model,
                 std::size_t items, const ShopFacts& facts) {
  (void)database.ask(
      "INSERT INTO likeness.published(shop, model, items, centroids, clusters, distances) "
      "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (shop, model) DO UPDATE SET items = "
      "excluded.items, "
      "centroids = excluded.centroids, clusters = excluded.clusters, distances = "
      "excluded.distances",
      {std::to_string(shop), std::to_string(model.id), std::to_string(items),
       bytea_of(facts.centroids), array_of(facts.clusters), bytea_of(facts.distances)});
  if (facts.by_part.empty()) return;
  (void)database.ask(
      "INSERT INTO likeness.pairs(shop, model, by_part) VALUES ($1, $2, $3) "
      "ON CONFLICT (shop, model) DO UPDATE SET by_part = excluded.by_part",
      {std::to_string(shop), std::to_string(model.id), bytea_of(facts.by_part)});
}

void write_tag_items(Postgres& database, std::int32_t shop, const PublishedModel& model,
                     const std::map<std::int32_t, std::int32_t>& tagged) {
  std::vector<std::int32_t> tags;
  std::vector<std::int32_t> items;
  for (const auto& [tag, count] : tagged) {
    tags.push_back(tag);
    items.push_back(count);
  }
  const std::vector<std::string> whose{std::to_string(shop), std::to_string(model.id)};
  (void)database.ask("DELETE FROM likeness.tag_items WHERE shop = $1 AND model = $2", whose);
  (void)database.ask(
      "INSERT INTO likeness.tag_items SELECT $1, $2, tag, items FROM unnest($3::int[], $4::int[]) "
      "AS counted(tag, items)",
      {whose[0], whose[1], array_of(tags), array_of(items)});
}

// Those that answer by the active model and are not published by this one yet.
std::vector<std::string> shops_without(Postgres& database, const PublishedModel& model) {
  const auto shops = database.ask(
      "SELECT s.name FROM likeness.published p JOIN likeness.shop s ON s.id = p.shop "
      "JOIN likeness.model m ON m.id = p.model WHERE m.state = 'active' AND NOT EXISTS "
      "(SELECT FROM likeness.published q WHERE q.shop = p.shop AND q.model = $1) ORDER BY s.name",
      {std::to_string(model.id)});
  std::vector<std::string> names(shops.rows());
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = shops.text(i, 0);
  return names;
}

// Of a model that does not answer yet, of which so many are wanted.
std::size_t missing_shops(Postgres& database, const PublishedModel& model, std::uint64_t wanted) {
  const auto published = database.ask("SELECT count(*) FROM likeness.published WHERE model = $1",
                                      {std::to_string(model.id)});
  const auto there = static_cast<std::uint64_t>(published.integer(0, 0));
  return there < wanted ? static_cast<std::size_t>(wanted - there) : 0;
}

// Which parts of the model get a graph: those of the model that answers had some, or it is wished.
std::vector<Part> parts_to_index(Postgres& database, const PublishRequest& request,
                                 const std::optional<std::vector<Part>>& parts,
                                 const StoredModel& model) {
  if (request.part_graphs && !parts) {
    throw Error(Error::Kind::kNotFound,
                "models/" + model.file +
                    ": is not there, and nothing else says what the parts of " + model.name +
                    " are");
  }
  if (request.part_graphs && parts->empty()) {
    throw RequestError(
        "weights", "is of no use with " + model.name + ", which has no parts: train by contrast");
  }
  if (!parts || !(request.part_graphs || active_parts_have_graphs(database))) return {};
  return *parts;
}

// Of several shops that end at once the first does it, and the others wait until it is done.
void let_answer(Postgres& database, const PublishedModel& model, std::span<const Part> parts,
                const Work& work) {
  lock_indexing(database, model, work);
  const bool answered = answers(database, model);
  const auto known = published_parts(database, model);
  const bool has_all = parts.empty() || (known && known->have_graphs);
  if (answered && has_all) return;
  make_indexes(database, model, parts, work);
  count_values(database, model, work);
  if (!parts.empty()) say_that_parts_have_graphs(database, model);
  if (!answered) switch_to(database, model);
}

void require_in_range(const char* field, std::uint64_t value, std::uint64_t most) {
  if (value >= 1 && value <= most) return;
  throw RequestError(field,
                     fmt::format("{} is out of range: give a number from 1 to {}", value, most));
}

void require_known_weights(const StoredModel& model) {
  if (!model.weights.empty()) return;
  throw Error(Error::Kind::kNotFound,
              model.name +
                  ": its latents were made by an older likeness, which did not keep by "
                  "which weights",
              by_embedding());
}

}  // namespace

PublishOutcome publish(const PublishRequest& request, const Work& work) {
  const auto start = Clock::now();
  require_in_range("partitions", request.partitions, kMostPartitions);
  require_in_range("shops", request.shops, kMostShops);
  const Store store = open_store(request.files);
  const Gallery gallery(store, request.files, {}, work.threads);
  say_what_has_no_latent(store, gallery.model(), gallery.count(), work);
  require_known_weights(gallery.model());
  const auto clusters = clusters_of(store, gallery);
  const auto parts = model_parts(request.files, gallery.model());

  Postgres database(request.address);
  prepare_database(database);
  database.execute("SET client_connection_check_interval = '5s'");  // ends with its client
  const PublishedModel model = model_in(database, gallery.model(), request.partitions);
  if (parts) put_parts(database, model, *parts);
  const auto indexed = parts_to_index(database, request, parts, gallery.model());
  const std::int32_t shop = lock_shop(database, request.files);
  const TagNumbers tags = number_tags(database, store);
  const ShopItems items(store, gallery, clusters, tags);
  ShopTable rows(database, model.table(),
                 {.names = "source, tags, cluster, checksum, vec", .count = 5}, shop);
  const auto tagged = compare(rows, items);
  const ShopFacts facts = facts_of(store, gallery, parts.value_or(std::vector<Part>()));
  PublishOutcome outcome{.database = database.name(),
                         .model = gallery.model().name,
                         .published = rows.sent(),
                         .removed = rows.removed(),
                         .unchanged = rows.same(),
                         .waits_for = {}};
  if (request.pictures || has_pictures(database, shop)) {
    outcome.pictures = publish_pictures(database, shop, store, request.files, work);
  }
  const auto write_all = [&] {
    const auto begun = Clock::now();
    write(rows, items, work);
    outcome.rows_per_second = static_cast<double>(rows.sent()) / seconds_since(begun);
    write_facts(database, shop, model, rows.sent() + rows.same(), facts);
    write_tag_items(database, shop, model, tagged);
  };
  if (model.active) {
    // All of it is seen, or nothing.
    PostgresTransaction transaction(database);
    write_all();
    transaction.commit();
    if (rows.sent() + rows.removed() > 0) count_values(database, model, work);
    if (!indexed.empty()) let_answer(database, model, indexed, work);
  } else {
    write_all();
    outcome.waits_for = shops_without(database, model);
    outcome.missing_shops = missing_shops(database, model, request.shops);
    if (outcome.waits_for.empty() && outcome.missing_shops == 0) {
      let_answer(database, model, indexed, work);
    }
  }
  drop_old_models(database);
  outcome.seconds = seconds_since(start);
  return outcome;
}

Json to_json(const PublishOutcome& outcome) {
  return Json::Object{{"published", outcome.published},
                      {"removed", outcome.removed},
                      {"unchanged", outcome.unchanged},
                      {"pictures", outcome.pictures},
                      {"missing_shops", outcome.missing_shops},
                      {"rows_per_second", outcome.rows_per_second},
                      {"seconds", outcome.seconds}};
}

}  // namespace likeness
