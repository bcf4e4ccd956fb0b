// The shop of twelve items on a line (tests/program/line_shop.hpp), and a database of its own for
// each test on the server that LIKENESS_POSTGRES names.
#pragma once

#include <string>

#include "likeness/postgres/postgres.hpp"
#include "tests/program/line_shop.hpp"

namespace likeness {

// The one that LIKENESS_POSTGRES names.
[[nodiscard]] std::string server_address();
// The address of an empty database on a server.
[[nodiscard]] std::string new_database(const std::string& server = server_address());

class DatabaseShop : public LineShop {
 protected:
  DatabaseShop();

  // The test's database.
  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  // As put_model(), but of weights that are known, as what is published must be.
  void put_known_model(const std::string& name, const StoredLatents& latents,
                       const std::string& weights) const;
  // {"published","removed","unchanged"} as "12 0 0".
  [[nodiscard]] std::string publish(const std::string& shop = "shop") const;
  [[nodiscard]] std::string publish(const std::string& shop, const std::string& address) const;
  // What the active model's table has: "0001:blue,shirt 0002:..." by key, with the tags' values.
  [[nodiscard]] std::string rows() const;
  // The first value of a query's first row.
  [[nodiscard]] std::int64_t number(const std::string& sql) const;

 private:
  std::string address_;
};

}  // namespace likeness
