// Any bytes as CSV: rows of the header's width or one Error, and what was read survives a
// round trip through the writer.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/csv.hpp"
#include "likeness/catalogue/tags.hpp"

namespace {

using Rows = std::vector<std::vector<std::string>>;

struct Read {
  Rows rows;  // the header is the first
  std::size_t bad = 0;
};

Read read_all(std::string_view text) {
  likeness::CsvReader reader(text, "fuzz.csv");
  Read read{.rows = {reader.header()}};
  for (likeness::CsvRow row; reader.read(row);) read.rows.push_back(row.fields);
  read.bad = reader.bad_rows().count;
  return read;
}

void check(std::string_view text) {
  const auto [rows, bad] = read_all(text);
  std::string written;
  for (const auto& row : rows) {
    if (row.size() != rows[0].size()) std::abort();
    written += likeness::csv_line(row);
  }
  if (read_all(written).rows != rows) std::abort();
  const auto table = likeness::parse_tags(text, "fuzz.csv", rows[0][0]);
  if (table.rows.size() + table.repeated.size() + table.bad.count != rows.size() - 1 + bad) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  try {
    check({reinterpret_cast<const char*>(bytes), size});
  } catch (const likeness::Error&) {
    return 0;
  }
  return 0;
}
