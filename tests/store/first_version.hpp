// A database as the first versions made it: the tables of version 1, pages without checksums.
#pragma once

#include <filesystem>

namespace likeness {

// With one tag, "colour", and nothing else.
void make_first_version(const std::filesystem::path& file);

}  // namespace likeness
