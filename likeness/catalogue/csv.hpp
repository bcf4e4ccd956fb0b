// CSV by RFC 4180, and as people's programs write it: nothing in the text is trusted, and every
// complaint names the file and the line.
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
// More columns are no table of items either.
inline constexpr std::size_t kMaxCsvColumns = 10'000;

struct CsvRow {
  std::size_t line = 0;  // where the row begins, counted from 1
  std::vector<std::string> fields;
};

// A row that cannot be read, and why.
struct BadRow {
  std::size_t line = 0;
  std::string complaint;
};

struct BadRows {
  static constexpr std::size_t kNamed = 10;

  std::size_t count = 0;
  std::vector<BadRow> first;  // of them, kNamed at most

  void add(std::size_t line, std::string complaint);
  void add(const BadRows& others);  // the first of both together are kept
};

// Reads a table row by row: UTF-8, a byte order mark at the start is dropped, lines end with LF or
// CR LF, the first row that holds anything names the columns. Fields are separated by commas,
// semicolons, tabs or bars, as a first line `sep=;` says, else as the header shows. Columns without
// a name and rows without a value (spreadsheets write both) are left out and counted; rows that
// cannot be read are left out and named. What is wrong with the file as a whole is an
// Error::kInput.
class CsvReader {
 public:
  // `text` must live as long as the reader; `source` is the name that errors show. Of several
  // separators that may be meant the one counts that makes a column of the name `wanted`.
  CsvReader(std::string_view text, std::string source, std::string_view wanted = {});

  // Without spaces around them; no name is empty and none occurs twice.
  [[nodiscard]] const std::vector<std::string>& header() const noexcept { return names_; }
  // Where in a row the column is.
  [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const;
  // Fills `row`, whose memory is used again, with as many fields as the header has; false at the
  // end.
  [[nodiscard]] bool read(CsvRow& row);

  [[nodiscard]] const BadRows& bad_rows() const noexcept { return bad_; }  // until now
  [[nodiscard]] std::size_t empty_rows() const noexcept { return empty_rows_; }
  [[nodiscard]] std::size_t nameless_columns() const noexcept { return width_ - names_.size(); }

 private:
  enum class After { kField, kRow };
  struct Place {
    std::size_t position = 0;
    std::size_t line = 1;
  };
  struct WrongRow;  // thrown and caught in here

  [[noreturn]] void fail(std::size_t line, std::string_view complaint) const;
  void check_text() const;
  [[nodiscard]] bool take_named_separator();
  void find_separator(std::string_view wanted);
  CsvRow read_first_row();
  void take_header(CsvRow row);
  bool read_fields(CsvRow& row);
  void resume_behind(const WrongRow& wrong);
  [[nodiscard]] bool has_width(const CsvRow& row) const;
  After read_field(std::string& field);
  void read_plain(std::string& field);
  void read_quoted(std::string& field);
  After read_separator();
  void check_field(std::size_t bytes, const Place& opened) const;
  [[nodiscard]] bool at_line_end() const noexcept;
  [[nodiscard]] std::size_t line_of(std::size_t position) const;

  std::string_view text_;
  std::string source_;
  char separator_ = ',';
  Place at_;
  std::vector<std::string> names_;
  std::vector<std::size_t> columns_;  // where in the file's rows the named ones are
  std::size_t width_ = 0;             // columns of the file
  BadRows bad_;
  std::size_t empty_rows_ = 0;
};

// One row with its line end (LF, as Unix tools expect), separated by commas; fields are quoted
// where they must be.
[[nodiscard]] std::string csv_line(std::span<const std::string> fields);

}  // namespace likeness
