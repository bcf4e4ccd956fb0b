// The verb "publish": a shop's items, with their tags and the active model's latents, into a
// PostgreSQL with pgvector. A model that does not answer there yet grows beside the one that does,
// and takes its place in one transaction; what changed of one that does is changed in one
// transaction. So whoever asks has the old answers until he has all of the new ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/base/work.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

struct PublishRequest {
  ShopFiles files;
  std::string address;           // postgresql://...
  std::uint64_t partitions = 2;  // of a model's table, if it is made now
  std::uint64_t shops = 1;       // a model that does not answer yet does so when it has so many
  // Also a graph of each part of the latents, by which large catalogues are searched where parts
  // count more or less. A model after one that has them has them, too.
  bool part_graphs = false;
  // Also the pictures, so that they can be compared. A shop that published them goes on to.
  bool pictures = false;
};

struct PublishOutcome {
  std::string database;
  std::string model;
  std::size_t published = 0;  // new or changed
  std::size_t removed = 0;
  std::size_t unchanged = 0;
  std::size_t pictures = 0;      // new or changed
  double rows_per_second = 0.0;  // of those that were published, before they are indexed
  double seconds = 0.0;
  // Shops that answer by the model before and were not published by this one yet: until they are,
  // that one answers. None: this one does.
  std::vector<std::string> waits_for;
  // So many more shops are to be published by this model before it is indexed and answers.
  std::size_t missing_shops = 0;
};

// Several shops may be published into one database, if no key is in two of them: Error::kInput that
// names the first such key. RequestError for a number of partitions that is out of range, and for
// graphs of parts where the model has none;
// Error::kNotFound for a shop without latents; errors as of Postgres. Stopped, or killed at any
// time, it can be run again and goes on.
[[nodiscard]] PublishOutcome publish(const PublishRequest& request, const Work& work);

[[nodiscard]] Json to_json(const PublishOutcome& outcome);

}  // namespace likeness
