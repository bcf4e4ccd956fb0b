#include "likeness/web/keys.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <stdexcept>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/utf8.hpp"

namespace likeness {
namespace {

constexpr std::array kScopes{Scope::kRead, Scope::kWrite, Scope::kAdmin, Scope::kMetrics};
constexpr std::string_view kPrefix = "likeness_";  // tells what a key that was lost is one of
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kMostFileBytes = std::size_t{1} << 20U;
constexpr std::size_t kMostNameBytes = 100;
constexpr std::string_view kNever = "-";

void require_sodium() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot begin");
}

Day today() { return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()); }

std::array<std::uint8_t, 32> digest_of(std::string_view secret) {
  static_assert(crypto_hash_sha256_BYTES == 32);
  std::array<std::uint8_t, 32> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(secret.data()),
                     secret.size());
  return digest;
}

std::string random_secret() {
  std::array<unsigned char, kSecretBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(kSecretBytes, kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kVariant);
  text.pop_back();  // the zero at its end
  return std::string(kPrefix) + text;
}

std::string hex_of(const std::array<std::uint8_t, 32>& digest) {
  std::string text;
  for (const std::uint8_t byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

std::optional<std::array<std::uint8_t, 32>> digest_from(std::string_view hex) {
  std::array<std::uint8_t, 32> digest{};
  if (hex.size() != 2 * digest.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const char* end = hex.data() + 2 * i + 2;
    const auto [stop, wrong] = std::from_chars(end - 2, end, digest[i], 16);
    if (wrong != std::errc() || stop != end) return std::nullopt;
  }
  return digest;
}

std::string text_of(const Day& day) {
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::optional<Day> day_from(std::string_view text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  const auto number = [&](std::size_t at, std::size_t size, auto& into) {
    const char* end = text.data() + at + size;
    const auto [stop, wrong] = std::from_chars(text.data() + at, end, into);
    return wrong == std::errc() && stop == end;
  };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (!number(0, 4, year) || !number(5, 2, month) || !number(8, 2, day)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  return date.ok() ? std::optional<Day>(date) : std::nullopt;
}

std::string scopes_text(const std::vector<Scope>& scopes) {
  std::string text;
  for (const Scope scope : scopes) text += (text.empty() ? "" : ",") + std::string(name_of(scope));
  return text;
}

std::vector<std::string_view> split(std::string_view text, char by, std::size_t most) {
  std::vector<std::string_view> parts;
  while (parts.size() + 1 < most && text.find(by) != std::string_view::npos) {
    parts.push_back(text.substr(0, text.find(by)));
    text.remove_prefix(text.find(by) + 1);
  }
  parts.push_back(text);
  return parts;
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kMostNameBytes && !find_invalid_utf8(name) &&
         !has_control_character(name);
}

// Nothing if the line is none.
std::optional<Key> key_from(std::string_view line) {
  const auto parts = split(line, ':', 4);
  if (parts.size() != 4 || !is_name(parts[3])) return std::nullopt;
  Key key{.name = std::string(parts[3]), .scopes = {}, .expires = {}};
  const auto digest = digest_from(parts[0]);
  if (!digest) return std::nullopt;
  key.digest = *digest;
  for (const std::string_view name : split(parts[1], ',', kScopes.size() + 1)) {
    const auto scope = scope_named(name);
    if (!scope) return std::nullopt;
    key.scopes.push_back(*scope);
  }
  if (parts[2] == kNever) return key;
  key.expires = day_from(parts[2]);
  return key.expires ? std::optional(key) : std::nullopt;
}

// One command at a time: the new file is locked from before the old one is read.
class Changing {
 public:
  explicit Changing(std::filesystem::path file) : file_(std::move(file)), next_(file_) {
    if (std::filesystem::exists(file_)) keys_ = read_keys(file_);
  }

  [[nodiscard]] std::vector<Key>& keys() noexcept { return keys_; }

  void commit() {
    std::string text;
    for (const Key& key : keys_) {
      text += line_of(key) + "\n";
    }
    next_.write(std::as_bytes(std::span(text)));
    next_.commit();
    using std::filesystem::perms;
    std::filesystem::permissions(file_, perms::owner_read | perms::owner_write);
  }

 private:
  std::filesystem::path file_;
  AtomicFile next_;
  std::vector<Key> keys_;
};

}  // namespace

const char* name_of(Scope scope) noexcept {
  switch (scope) {
    case Scope::kRead: return "read";
    case Scope::kWrite: return "write";
    case Scope::kAdmin: return "admin";
    case Scope::kMetrics: return "metrics";
  }
  return "";
}

std::optional<Scope> scope_named(std::string_view name) noexcept {
  for (const Scope scope : kScopes) {
    if (name == name_of(scope)) return scope;
  }
  return std::nullopt;
}

bool Key::may(Scope scope) const noexcept {
  const auto has = [this](Scope one) { return std::ranges::find(scopes, one) != scopes.end(); };
  return has(scope) || has(Scope::kAdmin) || (scope == Scope::kRead && has(Scope::kWrite));
}

std::vector<Key> read_keys(const std::filesystem::path& file) {
  const auto bytes = read_file(file, kMostFileBytes);
  return keys_in({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, file.string());
}

std::vector<Key> keys_in(std::string_view text, const std::string& source) {
  std::vector<Key> keys;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.empty() || line.starts_with('#')) continue;
    auto key = key_from(line);
    if (!key) {
      throw Error(
          Error::Kind::kInput,
          fmt::format("{}: line {} is no key (SHA256:SCOPES:EXPIRES:NAME): mend it, or make "
                      "another by `likeness key new`",
                      source, number));
    }
    keys.push_back(*std::move(key));
  }
  return keys;
}

std::string line_of(const Key& key) {
  return fmt::format("{}:{}:{}:{}", hex_of(key.digest), scopes_text(key.scopes),
                     key.expires ? text_of(*key.expires) : std::string(kNever), key.name);
}

NewKey make_key(const NewKeyRequest& request) {
  require_sodium();
  if (!is_name(request.name)) {
    throw Error(Error::Kind::kInput, "a key's name is to be one line of 1 to 100 bytes");
  }
  if (request.scopes.empty()) throw RequestError("scopes", "names none: give read, for instance");
  constexpr std::uint64_t kMostDays = 36'500;
  if (request.days && (*request.days < 1 || *request.days > kMostDays)) {
    throw RequestError("days", fmt::format("{} is out of range: give a number from 1 to {}",
                                           *request.days, kMostDays));
  }
  Changing changing(request.file);
  if (std::ranges::find(changing.keys(), request.name, &Key::name) != changing.keys().end()) {
    throw Error(Error::Kind::kInput,
                request.name + ": is the name of another key: give a free one, or revoke that");
  }
  NewKey made{.key = {.name = request.name, .scopes = request.scopes, .expires = {}},
              .secret = random_secret()};
  if (request.days) made.key.expires = today() + std::chrono::days(*request.days);
  made.key.digest = digest_of(made.secret);
  changing.keys().push_back(made.key);
  changing.commit();
  return made;
}

void revoke_key(const std::filesystem::path& file, const std::string& name) {
  (void)read_keys(file);  // nothing is made where there is no such file
  Changing changing(file);
  if (std::erase_if(changing.keys(), [&](const Key& key) { return key.name == name; }) == 0) {
    throw Error(Error::Kind::kNotFound, name + ": there is no such key in " + file.string());
  }
  changing.commit();
}

Json to_json(const Key& key) {
  Json::Array scopes;
  for (const Scope scope : key.scopes) scopes.emplace_back(name_of(scope));
  return Json::Object{{"name", key.name},
                      {"scopes", std::move(scopes)},
                      {"expires", key.expires ? Json(text_of(*key.expires)) : Json()},
                      {"valid", Json(key.is_valid(today()))}};
}

KeyRing::KeyRing(std::filesystem::path file)
    : file_(std::move(file)), looked_(std::chrono::steady_clock::now()) {
  require_sodium();
  stamp_ = stamp_of(file_);
  keys_ = read_keys(file_);
}

std::optional<Key> KeyRing::find(std::string_view secret) {
  const auto digest = digest_of(secret);
  const Day day = today();
  const std::scoped_lock lock(mutex_);
  look_again();
  std::optional<Key> found;
  for (const Key& key : keys_) {
    const bool is_it = sodium_memcmp(key.digest.data(), digest.data(), digest.size()) == 0;
    if (is_it && key.is_valid(day)) found = key;
  }
  return found;
}

std::optional<std::string> KeyRing::problem() {
  const std::scoped_lock lock(mutex_);
  look_again();
  return problem_;
}

// Where the file cannot be read nobody has a key.
void KeyRing::look_again() {
  constexpr std::chrono::milliseconds kPause{500};
  const auto now = std::chrono::steady_clock::now();
  if (now - looked_ < kPause) return;
  looked_ = now;
  const FileStamp stamp = stamp_of(file_);
  if (stamp.is_known() && stamp == stamp_) return;
  problem_.reset();
  try {
    keys_ = read_keys(file_);
    stamp_ = stamp;
  } catch (const Error& error) {
    keys_.clear();
    problem_ = error.what();
  }
}

}  // namespace likeness
