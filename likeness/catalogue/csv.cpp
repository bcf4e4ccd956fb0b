#include "likeness/catalogue/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/utf8.hpp"

namespace likeness {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// A byte order mark that is part of a field must not look like the file's.
bool needs_quotes(std::string_view field) noexcept {
  return field.find_first_of(",\"\r\n") != std::string_view::npos ||
         field.starts_with(kByteOrderMark);
}

bool ends_plain_field(char c) noexcept { return c == ',' || c == '\n' || c == '\r' || c == '"'; }

}  // namespace

CsvReader::CsvReader(std::string_view text, std::string source)
    : text_(text), source_(std::move(source)) {
  check_text();
  if (text_.starts_with(kByteOrderMark)) position_ = kByteOrderMark.size();
  if (!read_fields(header_)) fail(1, "has no header row; the first row must name the columns");
  check_header();
}

std::optional<std::size_t> CsvReader::column(std::string_view name) const {
  const auto found = std::ranges::find(header_.fields, name);
  if (found == header_.fields.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header_.fields.begin());
}

bool CsvReader::read(CsvRow& row) {
  if (!read_fields(row)) return false;
  if (row.fields.size() == header_.fields.size()) return true;
  fail(row.line,
       fmt::format("has {} fields where the header has {}; quote fields that contain commas",
                   row.fields.size(), header_.fields.size()));
}

void CsvReader::fail(std::size_t line, std::string_view complaint) const {
  throw Error(Error::Kind::kInput, fmt::format("{}: line {}: {}", source_, line, complaint));
}

void CsvReader::check_text() const {
  if (text_.starts_with("\xFF\xFE") || text_.starts_with("\xFE\xFF")) {
    fail(1, "is UTF-16; save the file as UTF-8");
  }
  if (const auto nul = text_.find('\0'); nul != std::string_view::npos) {
    fail(line_of(nul), "contains a zero byte; this is no CSV text");
  }
  if (const auto wrong = find_invalid_utf8(text_)) {
    fail(line_of(*wrong), "is not UTF-8; save the file as UTF-8");
  }
}

void CsvReader::check_header() const {
  auto names = header_.fields;
  std::ranges::sort(names);
  if (names.front().empty()) fail(header_.line, "has a column without a name; give it one");
  if (const auto twice = std::ranges::adjacent_find(names); twice != names.end()) {
    fail(header_.line, fmt::format("names the column '{}' twice; rename one", *twice));
  }
}

bool CsvReader::read_fields(CsvRow& row) {
  while (position_ < text_.size() && at_line_end()) (void)read_separator();  // empty lines
  if (position_ == text_.size()) return false;
  row.line = line_;
  for (std::size_t count = 0;; ++count) {
    if (count == row.fields.size()) row.fields.emplace_back();
    if (read_field(row.fields[count]) == After::kField) continue;
    row.fields.resize(count + 1);
    return true;
  }
}

CsvReader::After CsvReader::read_field(std::string& field) {
  if (position_ < text_.size() && text_[position_] == '"') {
    read_quoted(field);
  } else {
    read_plain(field);
  }
  return read_separator();
}

void CsvReader::read_plain(std::string& field) {
  const auto rest = text_.substr(position_);
  const auto length =
      static_cast<std::size_t>(std::ranges::find_if(rest, ends_plain_field) - rest.begin());
  if (length < rest.size() && rest[length] == '"') {
    fail(line_, "has a quote inside a field without quotes; quote the field and double the quote");
  }
  check_field(length, line_);
  field.assign(rest.substr(0, length));
  position_ += length;
}

void CsvReader::read_quoted(std::string& field) {
  const std::size_t opened = line_;
  field.clear();
  for (;;) {
    ++position_;  // past the opening quote, or past the second one of a doubled quote
    const auto quote = text_.find('"', position_);
    if (quote == std::string_view::npos) fail(opened, "has a quote that is never closed");
    const auto piece = text_.substr(position_, quote - position_);
    check_field(field.size() + piece.size(), opened);
    field += piece;
    line_ += static_cast<std::size_t>(std::ranges::count(piece, '\n'));
    position_ = quote + 1;
    if (position_ == text_.size() || text_[position_] != '"') return;
    field += '"';
  }
}

CsvReader::After CsvReader::read_separator() {
  if (position_ == text_.size()) return After::kRow;
  if (at_line_end()) {
    position_ += text_[position_] == '\r' ? 2 : 1;
    ++line_;
    return After::kRow;
  }
  const char c = text_[position_];
  if (c == '\r') fail(line_, "has a carriage return without a line feed; end lines with LF");
  if (c != ',') fail(line_, "has text after a closing quote; double quotes inside a quoted field");
  ++position_;
  return After::kField;
}

void CsvReader::check_field(std::size_t bytes, std::size_t line) const {
  if (bytes <= kMaxCsvFieldBytes) return;
  fail(line,
       fmt::format("has a field of more than {} bytes; is a quote not closed?", kMaxCsvFieldBytes));
}

bool CsvReader::at_line_end() const noexcept {
  const auto rest = text_.substr(position_, 2);
  return rest.starts_with('\n') || rest == "\r\n";
}

std::size_t CsvReader::line_of(std::size_t position) const {
  return 1 + static_cast<std::size_t>(std::ranges::count(text_.substr(0, position), '\n'));
}

std::string csv_line(std::span<const std::string> fields) {
  // A row of one empty field would be an empty line, which readers skip.
  if (fields.size() == 1 && fields[0].empty()) return "\"\"\n";
  std::string line;
  for (const auto& field : fields) {
    if (&field != fields.data()) line += ',';
    if (!needs_quotes(field)) {
      line += field;
      continue;
    }
    line += '"';
    for (const char c : field) line.append(c == '"' ? 2 : 1, c);
    line += '"';
  }
  return line + '\n';
}

}  // namespace likeness
