#include "likeness/postgres/model_parts.hpp"

#include <filesystem>
#include <string>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/json.hpp"
#include "likeness/encoder/model.hpp"

namespace likeness {
namespace {

std::string json_of(std::span<const Part> parts) {
  Json::Array all;
  for (const Part& part : parts) {
    all.emplace_back(Json::Object{{"name", part.name}, {"size", part.size}});
  }
  return Json(std::move(all)).dump();
}

// Of `dimensions` numbers in all.
std::vector<Part> parts_of(const Json& json, std::size_t dimensions) {
  std::vector<Part> parts;
  std::size_t begin = 0;
  for (const Json& one : json.array()) {
    const std::int64_t size = one.at("size").integer();
    if (size < 1 || static_cast<std::uint64_t>(size) > dimensions - begin) break;
    parts.push_back(
        {.name = one.at("name").text(), .begin = begin, .size = static_cast<std::size_t>(size)});
    begin += static_cast<std::size_t>(size);
  }
  if (parts.size() == json.array().size() && (parts.empty() || begin == dimensions)) return parts;
  throw Error(Error::Kind::kCorrupt,
              "PostgreSQL: the parts of the model are not those of its "
              "latents");
}

}  // namespace

std::optional<std::vector<Part>> model_parts(const ShopFiles& files, const StoredModel& model) {
  const auto file = files.models() / model.file;
  if (!std::filesystem::exists(file)) return std::nullopt;
  std::vector<Part> parts;
  for (Part& part : read_model(file).parts) {
    if (!parts.empty() && parts.back().name == part.name) {
      parts.back().size += part.size;
    } else {
      parts.push_back(std::move(part));
    }
  }
  return parts;
}

std::optional<PublishedParts> published_parts(Postgres& database, const PublishedModel& model) {
  const auto table = database.ask("SELECT to_regclass('likeness.parts') IS NOT NULL");
  if (!table.boolean(0, 0)) return std::nullopt;
  const auto found =
      database.ask("SELECT parts::text, have_graphs FROM likeness.parts WHERE model = $1",
                   {std::to_string(model.id)});
  if (found.rows() == 0) return std::nullopt;
  return PublishedParts{
      .parts = parts_of(parse_json(found.text(0, 0), database.name()), model.dimensions),
      .have_graphs = found.boolean(0, 1)};
}

bool active_parts_have_graphs(Postgres& database) {
  return database
      .ask(
          "SELECT EXISTS (SELECT FROM likeness.parts p JOIN likeness.model m ON m.id = p.model "
          "WHERE m.state = 'active' AND p.have_graphs)")
      .boolean(0, 0);
}

void put_parts(Postgres& database, const PublishedModel& model, std::span<const Part> parts) {
  (void)database.ask(
      "INSERT INTO likeness.parts(model, parts) VALUES ($1, $2::jsonb) ON CONFLICT DO NOTHING",
      {std::to_string(model.id), json_of(parts)});
}

void say_that_parts_have_graphs(Postgres& database, const PublishedModel& model) {
  (void)database.ask("UPDATE likeness.parts SET have_graphs = true WHERE model = $1",
                     {std::to_string(model.id)});
}

}  // namespace likeness
