#include "likeness/postgres/shop_table.hpp"

#include <fmt/format.h>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

constexpr std::size_t kKeysAtOnce = 20'000;                // keys
constexpr std::size_t kMostBytes = std::size_t{16} << 20;  // of a COPY

}  // namespace

void ShopTable::read_known() {
  PostgresTransaction transaction(database_);
  database_.execute(fmt::format(
      "DECLARE known CURSOR FOR SELECT key, checksum FROM {} WHERE shop = {}", table_, shop_));
  for (;;) {
    const auto rows = database_.ask(fmt::format("FETCH {} FROM known", kKeysAtOnce));
    if (rows.rows() == 0) break;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      known_[rows.text(i, 0)].checksum = static_cast<std::uint64_t>(rows.integer(i, 1));
    }
  }
  transaction.commit();
}

void ShopTable::compare(const std::string& key, std::uint64_t checksum) {
  const auto known = known_.find(key);
  if (known == known_.end()) {
    ++fresh_;
  } else if (known->second.checksum == checksum) {
    known->second.state = State::kSame;
    ++same_;
  } else {
    known->second.state = State::kChanged;
    ++changed_;
  }
}

bool ShopTable::has(const std::string& key) const {
  const auto known = known_.find(key);
  return known != known_.end() && known->second.state == State::kSame;
}

void ShopTable::erase(const std::vector<std::string>& keys) {
  (void)database_.ask(fmt::format("DELETE FROM {} WHERE key = ANY($1::text[])", table_),
                      {array_of(keys)});
}

void ShopTable::erase_all_but_same() {
  std::vector<std::string> keys;
  for (const auto& [key, known] : known_) {
    if (known.state == State::kSame) continue;
    keys.push_back(key);
    if (keys.size() < kKeysAtOnce) continue;
    erase(keys);
    keys.clear();
  }
  if (!keys.empty()) erase(keys);
}

void ShopTable::send(CopyRows& rows, std::vector<std::string>& keys) {
  if (keys.empty()) return;
  rows.end();
  try {
    database_.copy(
        fmt::format("COPY {}(key, shop, {}) FROM STDIN (FORMAT binary)", table_, columns_.names),
        rows.bytes());
  } catch (const PostgresError& error) {
    if (error.state() != "23505") throw;
    name_taken(keys, error);
  }
  rows = CopyRows();
  keys.clear();
}

// By another connection, for this one's transaction has failed.
void ShopTable::name_taken(const std::vector<std::string>& keys, const PostgresError& error) {
  Postgres other = database_.again();
  const auto taken =
      other.ask(fmt::format("SELECT key, name FROM {} JOIN likeness.shop s ON s.id = shop "
                            "WHERE key = ANY($1::text[]) AND shop <> {} ORDER BY key LIMIT 1",
                            table_, shop_),
                {array_of(keys)});
  if (taken.rows() == 0) throw error;
  throw Error(Error::Kind::kInput,
              fmt::format("{}: is published from the shop {} already, and a key stands in a "
                          "database once: remove it from one of them",
                          taken.text(0, 0), taken.text(0, 1)));
}

void ShopTable::write(const Work& work, const std::string& unit,
                      const std::function<void(const Send&)>& visit) {
  erase_all_but_same();
  if (sent() == 0) return;
  Progress progress(work, "publishing", unit, sent());
  std::vector<std::string> keys;
  CopyRows rows;
  visit([&](const std::string& key, const Fill& fill) {
    if (has(key)) return;
    rows.begin_row(static_cast<std::uint16_t>(columns_.count + 2));
    rows.text(key);
    rows.integer(shop_);
    fill(rows);
    keys.push_back(key);
    if (keys.size() < kKeysAtOnce && rows.bytes().size() < kMostBytes) return;
    stop_if_asked(work.stop);
    progress.advance(keys.size());
    send(rows, keys);
  });
  progress.advance(keys.size());
  send(rows, keys);
}

}  // namespace likeness
