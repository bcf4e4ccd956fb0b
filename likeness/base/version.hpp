// Which likeness this is.
#pragma once

namespace likeness {

// "0.1.0"
[[nodiscard]] const char* version() noexcept;

}  // namespace likeness
