// CSV by RFC 4180, from people's spreadsheets: nothing in the text is trusted, and every complaint
// names the file and the line.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace likeness {

// A longer field is an unclosed quote or no table at all.
inline constexpr std::size_t kMaxCsvFieldBytes = 1U << 20U;

struct CsvRow {
  std::size_t line = 0;  // where the row begins, counted from 1
  std::vector<std::string> fields;
};

// Reads a table row by row: UTF-8, a byte order mark at the start is dropped, lines end with LF or
// CR LF, the first row names the columns, and lines that hold nothing are skipped. All errors are
// Error::kInput.
class CsvReader {
 public:
  // `text` must live as long as the reader; `source` is the name that errors show.
  CsvReader(std::string_view text, std::string source);

  // No name is empty and none occurs twice.
  [[nodiscard]] const std::vector<std::string>& header() const noexcept { return header_.fields; }
  // Where in a row the column is.
  [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const;
  // Fills `row`, whose memory is used again, with as many fields as the header has; false at the
  // end.
  [[nodiscard]] bool read(CsvRow& row);
  // For what a caller finds wrong in a row: "SOURCE: line LINE: complaint".
  [[noreturn]] void fail(std::size_t line, std::string_view complaint) const;

 private:
  enum class After { kField, kRow };

  void check_text() const;
  void check_header() const;
  bool read_fields(CsvRow& row);
  After read_field(std::string& field);
  void read_plain(std::string& field);
  void read_quoted(std::string& field);
  After read_separator();
  void check_field(std::size_t bytes, std::size_t line) const;
  [[nodiscard]] bool at_line_end() const noexcept;
  [[nodiscard]] std::size_t line_of(std::size_t position) const;

  std::string_view text_;
  std::string source_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  CsvRow header_;
};

// One row with its line end (LF, as Unix tools expect); fields are quoted where they must be.
[[nodiscard]] std::string csv_line(std::span<const std::string> fields);

}  // namespace likeness
