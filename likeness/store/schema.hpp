// The tables of shop.db and how an older file becomes the present one.
#pragma once

#include <cstddef>
#include <span>

#include "likeness/store/sqlite.hpp"

namespace likeness {

// Migration i makes version i + 1 out of version i, data included. A released one never changes.
[[nodiscard]] std::span<const char* const> shop_migrations() noexcept;

// From this version on each page of the file has a checksum.
inline constexpr std::size_t kVersionWithPageChecksums = 2;

// The first whose models have successors and say what their latents were made by.
inline constexpr std::size_t kVersionWithSuccessors = 3;

// The first whose latents lie in files.
inline constexpr std::size_t kVersionWithLatentFiles = 4;

// 0: of a file that was only just created.
[[nodiscard]] std::size_t schema_version(const Database& database);

// Error::kCorrupt if the database is another program's, kInput if it is of a version after the last
// one known. Only looks.
void check_schema(const Database& database, std::size_t last_version);

// Brings the database to version migrations.size(), each step whole or not at all; a new file
// begins at version 0. Foreign keys are enforced from then on. Throws what check_schema() throws.
void migrate(Database& database, std::span<const char* const> migrations);

}  // namespace likeness
