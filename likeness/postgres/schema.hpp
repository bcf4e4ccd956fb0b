// The tables that a catalogue has in a database, all in the schema `likeness`:
//   model      those that items were published by; the active one answers
//   item_N     the items by model N: each has its key, what an answer shows of it, and its latent
//   shop       who published: each shop has its own items, and no key is in two of them
//   published  what else an answer needs of a shop by a model
//   parts      the parts of a model's latents
//   pairs      how far items of a shop lie apart by each part
//   picture    the pictures of items, as small as they are compared
//   pictured   the shops all of whose pictures are there
//   tag        the names and values that the numbers in an item's tags stand for
// A table a model, so that a new one can grow beside the one that answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "likeness/base/work.hpp"
#include "likeness/encoder/parts.hpp"
#include "likeness/postgres/postgres.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

struct PublishedModel {
  std::int32_t id = 0;
  std::string name;
  std::size_t dimensions = 0;
  bool active = false;
  std::string weights = {};  // their checksum
  [[nodiscard]] std::string table() const { return "likeness.item_" + std::to_string(id); }
};

// A server and an extension that can do what is asked of them, and the tables, made if they are not
// there. Error::kUnavailable if they are too old or the extension cannot be had.
void prepare_database(Postgres& database);

// Nothing if no model answers yet. Error::kUnavailable if nothing was ever published there.
[[nodiscard]] std::optional<PublishedModel> active_model_of(Postgres& database);

// The model with these weights, with its table of so many partitions, made if it is not there.
[[nodiscard]] PublishedModel model_in(Postgres& database, const StoredModel& model,
                                      std::size_t partitions);

// Of several that index a model one goes on at a time, until its connection ends.
void lock_indexing(Postgres& database, const PublishedModel& model, const Work& work);

// Of an item the numbers of a part, as SQL: what its graph is made of, and what is to be asked for.
[[nodiscard]] std::string numbers_of(const Part& part);

// Makes the indexes of partitions on this server that have none yet, with a graph of each of these
// parts.
void make_indexes(Postgres& database, const PublishedModel& model, std::span<const Part> parts,
                  const Work& work);

// Has the server count what is in the tags: filters are answered by what is known of them.
void count_values(Postgres& database, const PublishedModel& model, const Work& work);

[[nodiscard]] bool answers(Postgres& database, const PublishedModel& model);
// From now on this one answers, and the one before, with whatever was begun before it, is old.
void switch_to(Postgres& database, const PublishedModel& model);
// Drops the old ones.
void drop_old_models(Postgres& database);

}  // namespace likeness
