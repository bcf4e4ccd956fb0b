// Keys of the service: who may ask what. A key is 32 random bytes; its file has of each only the
// SHA-256, so that who reads the file cannot ask.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/base/file.hpp"
#include "likeness/base/json.hpp"

namespace likeness {

enum class Scope : std::uint8_t { kRead, kWrite, kAdmin, kMetrics };
[[nodiscard]] const char* name_of(Scope scope) noexcept;  // "read"
[[nodiscard]] std::optional<Scope> scope_named(std::string_view name) noexcept;

using Day = std::chrono::sys_days;

struct Key {
  std::string name;
  std::vector<Scope> scopes;
  std::optional<Day> expires;  // from the beginning of this day on it is none, in UTC
  std::array<std::uint8_t, 32> digest{};

  // Who administers may do everything, who writes may read.
  [[nodiscard]] bool may(Scope scope) const noexcept;
  [[nodiscard]] bool is_valid(Day today) const noexcept { return !expires || today < *expires; }
};

// A line a key, "SHA256:SCOPE,SCOPE:EXPIRES:NAME" with a day such as 2027-01-31 or -; empty lines
// and those that begin with # say nothing. Error::kInput, naming the line, for anything else.
[[nodiscard]] std::vector<Key> read_keys(const std::filesystem::path& file);
[[nodiscard]] std::vector<Key> keys_in(std::string_view text, const std::string& source);
[[nodiscard]] std::string line_of(const Key& key);

struct NewKeyRequest {
  std::filesystem::path file;  // made if it is not there
  std::string name;
  std::vector<Scope> scopes;
  std::optional<std::uint64_t> days;  // until it expires
};
struct NewKey {
  Key key;
  std::string secret;  // told once
};
// Error::kInput for a name that is taken or none; RequestError, naming the field.
[[nodiscard]] NewKey make_key(const NewKeyRequest& request);
// Error::kNotFound if there is none of this name.
void revoke_key(const std::filesystem::path& file, const std::string& name);

[[nodiscard]] Json to_json(const Key& key);

// The keys of a file as it is now: one that was revoked counts no more a second later. For any
// number of threads.
class KeyRing {
 public:
  // Errors as of read_keys().
  explicit KeyRing(std::filesystem::path file);
  // The key whose secret this is, if it is valid. All are compared, each in the same time.
  [[nodiscard]] std::optional<Key> find(std::string_view secret);
  // Why the file cannot be read now; then no key is valid.
  [[nodiscard]] std::optional<std::string> problem();

 private:
  void look_again();

  const std::filesystem::path file_;
  std::mutex mutex_;  // of what follows
  std::vector<Key> keys_;
  FileStamp stamp_;
  std::optional<std::string> problem_;
  std::chrono::steady_clock::time_point looked_;
};

}  // namespace likeness
