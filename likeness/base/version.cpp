#include "likeness/base/version.hpp"

namespace likeness {

const char* version() noexcept { return LIKENESS_VERSION; }

}  // namespace likeness
