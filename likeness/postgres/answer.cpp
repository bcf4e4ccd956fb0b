#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>

#include "likeness/postgres/copy_rows.hpp"
#include "likeness/postgres/postgres.hpp"

namespace likeness {
namespace {

[[noreturn]] void fail(std::string_view expected) {
  throw Error(Error::Kind::kCorrupt,
              fmt::format("PostgreSQL: answers with something else than {}", expected));
}

// Numbers of a binary value, most significant byte first.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] std::uint32_t next(std::size_t bytes, std::string_view expected) {
    if (rest_.size() < bytes) fail(expected);
    std::uint32_t number = 0;
    for (const char byte : rest_.substr(0, bytes)) {
      number = number << 8 | static_cast<unsigned char>(byte);
    }
    rest_.remove_prefix(bytes);
    return number;
  }
  [[nodiscard]] std::size_t left() const noexcept { return rest_.size(); }

 private:
  std::string_view rest_;
};

}  // namespace

bool is_postgres_address(std::string_view word) noexcept {
  return word.starts_with("postgresql://") || word.starts_with("postgres://");
}

std::vector<std::string> postgres_addresses(const std::string& words) {
  std::vector<std::string> addresses;
  for (std::size_t begin = 0; begin <= words.size();) {
    std::size_t end = words.find(',', begin);
    while (end != std::string::npos &&
           !is_postgres_address(std::string_view(words).substr(end + 1)))
      end = words.find(',', end + 1);
    end = std::min(end, words.size());
    addresses.push_back(words.substr(begin, end - begin));
    if (!is_postgres_address(addresses.back())) {
      throw Error(Error::Kind::kInput,
                  "the address is none: give postgresql://USER@HOST:PORT/DATABASE");
    }
    begin = end + 1;
  }
  return addresses;
}

bool Answer::is_null(std::size_t row, std::size_t column) const {
  assert(row < rows_.size() && column < rows_[row].size());
  return !rows_[row][column].has_value();
}

const std::string& Answer::text(std::size_t row, std::size_t column) const {
  assert(row < rows_.size() && column < rows_[row].size());
  const auto& value = rows_[row][column];
  if (!value) fail("a value");
  return *value;
}

std::int64_t Answer::integer(std::size_t row, std::size_t column) const {
  const std::string& bytes = text(row, column);
  if (bytes.size() != 2 && bytes.size() != 4 && bytes.size() != 8) fail("a whole number");
  std::uint64_t number = (static_cast<unsigned char>(bytes.front()) & 0x80) != 0 ? ~0ULL : 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(number);
}

bool Answer::boolean(std::size_t row, std::size_t column) const {
  const std::string& bytes = text(row, column);
  if (bytes.size() != 1) fail("true or false");
  return bytes.front() != 0;
}

// Dimensions, whether there are NULLs, the type; of each dimension its length and first index; then
// each element with its length.
std::vector<std::int32_t> Answer::integers(std::size_t row, std::size_t column) const {
  constexpr std::string_view kExpected = "an array of whole numbers";
  Reader reader(text(row, column));
  const auto dimensions = reader.next(4, kExpected);
  (void)reader.next(4, kExpected);
  (void)reader.next(4, kExpected);
  if (dimensions == 0) return {};
  const auto count = reader.next(4, kExpected);
  (void)reader.next(4, kExpected);
  if (dimensions != 1 || reader.left() != std::size_t{8} * count) fail(kExpected);
  std::vector<std::int32_t> numbers;
  numbers.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (reader.next(4, kExpected) != 4) fail(kExpected);
    numbers.push_back(static_cast<std::int32_t>(reader.next(4, kExpected)));
  }
  return numbers;
}

std::vector<float> Answer::halves(std::size_t row, std::size_t column) const {
  constexpr std::string_view kExpected = "a halfvec";
  Reader reader(text(row, column));
  const auto count = reader.next(2, kExpected);
  (void)reader.next(2, kExpected);
  if (reader.left() != std::size_t{2} * count) fail(kExpected);
  std::vector<float> numbers;
  numbers.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    numbers.push_back(float_of_half(static_cast<std::uint16_t>(reader.next(2, kExpected))));
  }
  return numbers;
}

PostgresTransaction::PostgresTransaction(Postgres& database, const std::string& begin)
    : database_(database) {
  database_.execute(begin);
}

PostgresTransaction::~PostgresTransaction() {
  if (!open_) return;
  try {
    database_.execute("ROLLBACK");
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): it ends with the connection
  }
}

void PostgresTransaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

std::string array_of(std::span<const std::string> texts) {
  std::string array = "{";
  for (const std::string& text : texts) {
    if (array.size() > 1) array += ',';
    array += '"';
    for (const char letter : text) {
      if (letter == '"' || letter == '\\') array += '\\';
      array += letter;
    }
    array += '"';
  }
  return array + '}';
}

std::string array_of(std::span<const std::int32_t> numbers) {
  return fmt::format("{{{}}}", fmt::join(numbers, ","));
}

}  // namespace likeness
