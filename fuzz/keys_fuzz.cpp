// Any bytes as a file of keys: what comes of them is what such a file would be written as again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "likeness/base/error.hpp"
#include "likeness/web/keys.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  try {
    const auto keys = likeness::keys_in(text, "keys");
    std::string again;
    for (const likeness::Key& key : keys) {
      if (key.name.empty() || key.scopes.empty()) std::abort();
      again += likeness::line_of(key) + "\n";
    }
    std::string repeated;
    for (const likeness::Key& key : likeness::keys_in(again, "again")) {
      repeated += likeness::line_of(key) + "\n";
    }
    if (repeated != again) std::abort();
  } catch (const likeness::Error& error) {
    if (error.kind() != likeness::Error::Kind::kInput) std::abort();
  }
  return 0;
}
