// Connections to one PostgreSQL that are kept for the next who asks. It makes as many as ask at
// once, and so needs no bound of its own: a service asks by a bounded number of threads.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "likeness/postgres/postgres.hpp"

namespace likeness {

// For any number of threads.
class ConnectionPool {
 public:
  explicit ConnectionPool(std::string address) : address_(std::move(address)) {}

  // One connection, for one thread, until it goes.
  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<Postgres> database)
        : pool_(pool), database_(std::move(database)) {}
    ~Lease();
    Lease(Lease&&) = default;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Lease& operator=(Lease&&) = delete;
    [[nodiscard]] Postgres& database() const noexcept { return *database_; }

   private:
    ConnectionPool& pool_;
    std::unique_ptr<Postgres> database_;
  };

  // One that is kept, or a new one; errors as of Postgres().
  [[nodiscard]] Lease take();
  // Ends those that are kept: where one is lost the others are, too, or lead to who answers no
  // more.
  void forget();

 private:
  const std::string address_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Postgres>> kept_;
};

}  // namespace likeness
