#include "likeness/postgres/publish.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <span>
#include <unordered_map>

#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"
#include "likeness/postgres/copy_rows.hpp"
#include "likeness/postgres/model_parts.hpp"
#include "likeness/postgres/postgres.hpp"
#include "likeness/postgres/schema.hpp"
#include "likeness/postgres/shop_facts.hpp"
#include "likeness/postgres/shop_items.hpp"
#include "likeness/shop/active_latents.hpp"
#include "likeness/shop/gallery.hpp"
#include "likeness/shop/gallery_clusters.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kMostPartitions = 256;
constexpr std::uint64_t kMostShops = 65'536;
constexpr std::size_t kBatch = 20'000;          // rows of a COPY
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

// One shop's part of a model's table.
class ShopRows {
 public:
  ShopRows(Postgres& database, const PublishedModel& model, const ShopFiles& files);

  // Compares what the database has with the items.
  void compare(const ShopItems& items);
  // Makes it as they are.
  void write(const ShopItems& items, const Work& work);
  void write_facts(const ShopFacts& facts);

  [[nodiscard]] bool changes() const noexcept { return sent() + removed() > 0; }
  [[nodiscard]] std::size_t sent() const noexcept { return fresh_ + changed_; }
  [[nodiscard]] std::size_t removed() const noexcept { return known_.size() - same_ - changed_; }
  [[nodiscard]] std::size_t same() const noexcept { return same_; }
  // While they were sent.
  [[nodiscard]] double rows_per_second() const noexcept { return rows_per_second_; }

 private:
  enum class State { kGone, kChanged, kSame };
  struct Known {
    std::uint64_t checksum = 0;
    State state = State::kGone;
  };
  void lock_shop(const ShopFiles& files);
  void read_known();
  void erase(const std::vector<std::string>& keys);
  void send(CopyRows& rows, std::vector<std::string>& keys);
  [[noreturn]] void name_taken(const std::vector<std::string>& keys, const PostgresError& error);

  Postgres& database_;
  const PublishedModel& model_;
  std::int32_t shop_ = 0;
  std::unordered_map<std::string, Known> known_;  // by key
  std::size_t fresh_ = 0;
  std::size_t changed_ = 0;
  std::size_t same_ = 0;
  double rows_per_second_ = 0.0;
};

ShopRows::ShopRows(Postgres& database, const PublishedModel& model, const ShopFiles& files)
    : database_(database), model_(model) {
  const auto shop = database_.ask(
      "INSERT INTO likeness.shop(identity, name) VALUES ($1, $2) "
      "ON CONFLICT (identity) DO UPDATE SET name = excluded.name RETURNING id",
      {identity_of(files), name_of(files)});
  shop_ = static_cast<std::int32_t>(shop.integer(0, 0));
  lock_shop(files);
}

// Of one that was killed the server may not know yet: it looks each 5 seconds.
void ShopRows::lock_shop(const ShopFiles& files) {
  database_.execute("SET lock_timeout = '20s'");
  try {
    (void)database_.ask(fmt::format("SELECT pg_advisory_lock({}, {})", kShopLock, shop_));
  } catch (const PostgresError& error) {
    if (error.state() != "55P03") throw;
    throw Error(Error::Kind::kUnavailable,
                name_of(files) + ": is being published there already: wait until that has ended");
  }
  database_.execute("RESET lock_timeout");
}

void ShopRows::read_known() {
  PostgresTransaction transaction(database_);
  database_.execute(
      fmt::format("DECLARE known CURSOR FOR SELECT key, checksum FROM {} WHERE shop = {}",
                  model_.table(), shop_));
  for (;;) {
    const auto rows = database_.ask(fmt::format("FETCH {} FROM known", kBatch));
    if (rows.rows() == 0) break;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      known_[rows.text(i, 0)].checksum = static_cast<std::uint64_t>(rows.integer(i, 1));
    }
  }
  transaction.commit();
}

void ShopRows::compare(const ShopItems& items) {
  read_known();
  items.visit([this](const PublishedItem& item) {
    const auto known = known_.find(item.key);
    if (known == known_.end()) {
      ++fresh_;
    } else if (known->second.checksum == item.checksum()) {
      known->second.state = State::kSame;
      ++same_;
    } else {
      known->second.state = State::kChanged;
      ++changed_;
    }
  });
}

void ShopRows::erase(const std::vector<std::string>& keys) {
  (void)database_.ask(fmt::format("DELETE FROM {} WHERE key = ANY($1::text[])", model_.table()),
                      {array_of(keys)});
}

void ShopRows::send(CopyRows& rows, std::vector<std::string>& keys) {
  if (keys.empty()) return;
  rows.end();
  try {
    database_.copy(
        fmt::format("COPY {}(key, shop, source, tags, cluster, checksum, vec) FROM STDIN "
                    "(FORMAT binary)",
                    model_.table()),
        rows.bytes());
  } catch (const PostgresError& error) {
    if (error.state() != "23505") throw;
    name_taken(keys, error);
  }
  rows = CopyRows();
  keys.clear();
}

// By another connection, for this one's transaction has failed.
void ShopRows::name_taken(const std::vector<std::string>& keys, const PostgresError& error) {
  Postgres other = database_.again();
  const auto taken =
      other.ask(fmt::format("SELECT key, name FROM {} JOIN likeness.shop s ON s.id = shop "
                            "WHERE key = ANY($1::text[]) AND shop <> {} ORDER BY key LIMIT 1",
                            model_.table(), shop_),
                {array_of(keys)});
  if (taken.rows() == 0) throw error;
  throw Error(Error::Kind::kInput,
              fmt::format("{}: is published from the shop {} already, and a key stands in a "
                          "database once: remove it from one of them",
                          taken.text(0, 0), taken.text(0, 1)));
}

void ShopRows::write(const ShopItems& items, const Work& work) {
  std::vector<std::string> keys;
  for (const auto& [key, known] : known_) {
    if (known.state == State::kSame) continue;
    keys.push_back(key);
    if (keys.size() < kBatch) continue;
    erase(keys);
    keys.clear();
  }
  if (!keys.empty()) erase(keys);
  keys.clear();
  if (sent() == 0) return;
  const auto start = Clock::now();
  Progress progress(work, "publishing", "items", sent());
  CopyRows rows;
  items.visit([&](const PublishedItem& item) {
    const auto known = known_.find(item.key);
    if (known != known_.end() && known->second.state == State::kSame) return;
    rows.begin_row(7);
    rows.text(item.key);
    rows.integer(shop_);
    rows.text(item.source);
    rows.integers(item.tags);
    rows.integer_or_null(item.cluster);
    rows.integer64(static_cast<std::int64_t>(item.checksum()));
    rows.halves(item.latent);
    keys.push_back(item.key);
    if (keys.size() < kBatch) return;
    stop_if_asked(work.stop);
    progress.advance(keys.size());
    send(rows, keys);
  });
  progress.advance(keys.size());
  send(rows, keys);
  rows_per_second_ = static_cast<double>(sent()) / seconds_since(start);
}

void ShopRows::write_facts(const ShopFacts& facts) {
  (void)database_.ask(
      "INSERT INTO likeness.published(shop, model, items, centroids, clusters, distances) "
      "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (shop, model) DO UPDATE SET items = "
      "excluded.items, "
      "centroids = excluded.centroids, clusters = excluded.clusters, distances = "
      "excluded.distances",
      {std::to_string(shop_), std::to_string(model_.id), std::to_string(sent() + same()),
       bytea_of(facts.centroids), array_of(facts.clusters), bytea_of(facts.distances)});
  if (facts.by_part.empty()) return;
  (void)database_.ask(
      "INSERT INTO likeness.pairs(shop, model, by_part) VALUES ($1, $2, $3) "
      "ON CONFLICT (shop, model) DO UPDATE SET by_part = excluded.by_part",
      {std::to_string(shop_), std::to_string(model_.id), bytea_of(facts.by_part)});
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
  const bool wished = request.part_graphs == PublishRequest::PartGraphs::kMade;
  if (wished && !parts) {
    throw Error(Error::Kind::kNotFound,
                "models/" + model.file +
                    ": is not there, and nothing else says what the parts of " + model.name +
                    " are");
  }
  if (wished && parts->empty()) {
    throw RequestError(
        "weights", "is of no use with " + model.name + ", which has no parts: train by contrast");
  }
  if (!parts || !(wished || active_parts_have_graphs(database))) return {};
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

// Of a model that answers already: all of it is seen, or nothing.
void change_at_once(Postgres& database, ShopRows& rows, const ShopItems& items,
                    const ShopFacts& facts, const Work& work) {
  PostgresTransaction transaction(database);
  rows.write(items, work);
  rows.write_facts(facts);
  transaction.commit();
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
  ShopRows rows(database, model, request.files);
  const TagNumbers tags = number_tags(database, store);
  const ShopItems items(store, gallery, clusters, tags);
  rows.compare(items);
  const ShopFacts facts = facts_of(store, gallery, parts.value_or(std::vector<Part>()));
  PublishOutcome outcome{.database = database.name(),
                         .model = gallery.model().name,
                         .published = rows.sent(),
                         .removed = rows.removed(),
                         .unchanged = rows.same(),
                         .waits_for = {}};
  if (model.active) {
    change_at_once(database, rows, items, facts, work);
    if (rows.changes()) count_values(database, model, work);
    if (!indexed.empty()) let_answer(database, model, indexed, work);
  } else {
    rows.write(items, work);
    rows.write_facts(facts);
    outcome.waits_for = shops_without(database, model);
    outcome.missing_shops = missing_shops(database, model, request.shops);
    if (outcome.waits_for.empty() && outcome.missing_shops == 0) {
      let_answer(database, model, indexed, work);
    }
  }
  drop_old_models(database);
  outcome.rows_per_second = rows.rows_per_second();
  outcome.seconds = seconds_since(start);
  return outcome;
}

Json to_json(const PublishOutcome& outcome) {
  return Json::Object{{"published", outcome.published},
                      {"removed", outcome.removed},
                      {"unchanged", outcome.unchanged},
                      {"missing_shops", outcome.missing_shops},
                      {"rows_per_second", outcome.rows_per_second},
                      {"seconds", outcome.seconds}};
}

}  // namespace likeness
