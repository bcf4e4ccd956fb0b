// Any bytes as a list: lines that hold something and no line end, or one Error; with keys, too.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/list.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  try {
    std::size_t total = 0;
    for (const std::string& line : likeness::parse_list(text, "fuzz list")) {
      if (line.empty() || line.find('\n') != std::string::npos) std::abort();
      if (line.find('\0') != std::string::npos) std::abort();
      total += line.size();
    }
    if (total > size) std::abort();
    for (const auto& [path, key] : likeness::parse_keyed_list(text, "fuzz list")) {
      if (path.empty() || (key && key->empty())) std::abort();
    }
  } catch (const likeness::Error&) {
    return 0;
  }
  return 0;
}
