// Errors that say which file they are about, also those of what does not know it.
#pragma once

#include <string>
#include <string_view>

#include "likeness/base/error.hpp"

namespace likeness {

// read(), and an Error of it begins with the source's name.
template <typename Read>
auto naming(const std::string& source, const Read& read) {
  try {
    return read();
  } catch (const Error& error) {
    if (std::string_view(error.what()).starts_with(source)) throw;
    throw Error(error.kind(), source + ": " + error.what());
  }
}

}  // namespace likeness
