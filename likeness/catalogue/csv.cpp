#include "likeness/catalogue/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/utf8.hpp"

namespace likeness {
namespace {

constexpr std::string_view kNamesSeparator = "sep=";  // Excel's first line
constexpr std::string_view kSeparators = ",;\t|";

// A byte order mark that is part of a field must not look like the file's, nor a field like a line
// that names the separator.
bool needs_quotes(std::string_view field) noexcept {
  return field.find_first_of(",;\t|\"\r\n") != std::string_view::npos ||
         field.starts_with(kByteOrderMark) || field.starts_with(kNamesSeparator);
}

std::string_view without_blanks(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

bool is_blank(std::string_view field) { return without_blanks(field).empty(); }

const char* name_of(char separator) {
  switch (separator) {
    case ';': return "semicolons";
    case '\t': return "tabs";
    case '|': return "bars";
    default: return "commas";
  }
}

// The separators that the first row has outside quotes, the most frequent first.
std::string separators_in(std::string_view text) {
  std::array<std::size_t, kSeparators.size()> counts{};
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n') break;
    const auto kind = kSeparators.find(c);
    if (kind != std::string_view::npos) ++counts.at(kind);
  }
  std::string found;
  for (std::size_t kind = 0; kind < counts.size(); ++kind) {
    if (counts.at(kind) > 0) found += kSeparators[kind];
  }
  // A bar separates only where nothing else does: names have some, as in "size (S|M|L)".
  if (found.size() > 1) std::erase(found, '|');
  std::ranges::stable_sort(found, std::greater(),
                           [&counts](char c) { return counts.at(kSeparators.find(c)); });
  return found.empty() ? "," : found;
}

}  // namespace

// Where to go on is the next line behind `resume`.
struct CsvReader::WrongRow {
  std::string complaint;
  Place resume;
};

void BadRows::add(std::size_t line, std::string complaint) {
  ++count;
  if (first.size() < kNamed) first.push_back({.line = line, .complaint = std::move(complaint)});
}

void BadRows::add(const BadRows& others) {
  count += others.count;
  first.insert(first.end(), others.first.begin(), others.first.end());
  std::ranges::stable_sort(first, {}, &BadRow::line);
  if (first.size() > kNamed) first.resize(kNamed);
}

CsvReader::CsvReader(std::string_view text, std::string source, std::string_view wanted)
    : text_(text), source_(std::move(source)) {
  check_text();
  if (text_.starts_with(kByteOrderMark)) at_.position = kByteOrderMark.size();
  if (!take_named_separator()) find_separator(wanted);
  take_header(read_first_row());
}

std::optional<std::size_t> CsvReader::column(std::string_view name) const {
  const auto found = std::ranges::find(names_, name);
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

bool CsvReader::read(CsvRow& row) {
  for (;;) {
    try {
      if (!read_fields(row)) return false;
    } catch (const WrongRow& wrong) {
      bad_.add(wrong.resume.line, wrong.complaint);
      resume_behind(wrong);
      continue;
    }
    if (std::ranges::all_of(row.fields, is_blank)) {
      ++empty_rows_;
    } else if (has_width(row)) {
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i] != i) std::swap(row.fields[i], row.fields[columns_[i]]);
      }
      row.fields.resize(columns_.size());
      if (!std::ranges::all_of(row.fields, is_blank)) return true;
      ++empty_rows_;  // but for columns without a name, such as a counter
    } else {
      bad_.add(row.line, fmt::format("has {} fields where the header has {}; quote fields that "
                                     "contain {}",
                                     row.fields.size(), width_, name_of(separator_)));
    }
  }
}

// Spreadsheets end rows with empty fields that the header does not have.
bool CsvReader::has_width(const CsvRow& row) const {
  if (row.fields.size() < width_) return false;
  return std::ranges::all_of(std::span(row.fields).subspan(width_), is_blank);
}

// The line behind the wrong one may be right.
void CsvReader::resume_behind(const WrongRow& wrong) {
  at_ = wrong.resume;
  const auto end = text_.find('\n', at_.position);
  at_.position = end == std::string_view::npos ? text_.size() : end + 1;
  ++at_.line;
}

void CsvReader::fail(std::size_t line, std::string_view complaint) const {
  throw Error(Error::Kind::kInput, fmt::format("{}: line {}: {}", source_, line, complaint));
}

void CsvReader::check_text() const {
  if (text_.starts_with("\xFF\xFE") || text_.starts_with("\xFE\xFF")) {
    fail(1, "is UTF-16; save the file as UTF-8 (Excel: \"CSV UTF-8\")");
  }
  if (const auto nul = text_.find('\0'); nul != std::string_view::npos) {
    fail(line_of(nul), "contains a zero byte; this is no CSV text, or UTF-16: save it as UTF-8");
  }
  if (const auto wrong = find_invalid_utf8(text_)) {
    fail(line_of(*wrong), "is not UTF-8; save the file as UTF-8 (Excel: \"CSV UTF-8\")");
  }
}

// A first line such as `sep=;`.
bool CsvReader::take_named_separator() {
  const std::string_view rest = text_.substr(at_.position);
  constexpr std::size_t kLength = kNamesSeparator.size();
  if (!rest.starts_with(kNamesSeparator) || rest.size() == kLength) return false;
  const auto behind = rest.substr(kLength + 1);
  const bool alone = behind.empty() || behind.starts_with('\n') || behind.starts_with("\r\n");
  if (!alone || kSeparators.find(rest[kLength]) == std::string_view::npos) return false;
  separator_ = rest[kLength];
  at_.position += kLength + 1;
  if (at_.position < text_.size()) (void)read_separator();
  return true;
}

void CsvReader::find_separator(std::string_view wanted) {
  while (at_.position < text_.size() && at_line_end()) (void)read_separator();
  const Place begin = at_;
  const std::string found = separators_in(text_.substr(at_.position));
  separator_ = found[0];
  if (wanted.empty() || found.size() == 1) return;
  for (const char separator : found) {
    separator_ = separator;
    const CsvRow row = read_first_row();
    at_ = begin;
    const auto is_wanted = [wanted](std::string_view name) {
      return without_blanks(name) == wanted;
    };
    if (std::ranges::any_of(row.fields, is_wanted)) return;
  }
  separator_ = found[0];
}

// That holds anything.
CsvRow CsvReader::read_first_row() {
  CsvRow row;
  try {
    do {
      if (!read_fields(row)) fail(1, "has no header row; the first row must name the columns");
    } while (std::ranges::all_of(row.fields, is_blank));
  } catch (const WrongRow& wrong) {
    fail(wrong.resume.line, wrong.complaint);
  }
  return row;
}

void CsvReader::take_header(CsvRow row) {
  width_ = row.fields.size();
  for (std::size_t i = 0; i < width_; ++i) {
    if (is_blank(row.fields[i])) continue;
    names_.emplace_back(without_blanks(row.fields[i]));
    columns_.push_back(i);
  }
  auto names = names_;
  std::ranges::sort(names);
  if (const auto twice = std::ranges::adjacent_find(names); twice != names.end()) {
    fail(row.line, fmt::format("names the column '{}' twice; rename one", *twice));
  }
}

bool CsvReader::read_fields(CsvRow& row) {
  while (at_.position < text_.size() && at_line_end()) (void)read_separator();  // empty lines
  row.line = at_.line;
  if (at_.position == text_.size()) return false;
  for (std::size_t count = 0;; ++count) {
    if (count == kMaxCsvColumns) {
      throw WrongRow{.complaint = fmt::format("has more than {} fields, which is no row of a table",
                                              kMaxCsvColumns),
                     .resume = at_};
    }
    if (count == row.fields.size()) row.fields.emplace_back();
    if (read_field(row.fields[count]) == After::kField) continue;
    row.fields.resize(count + 1);
    return true;
  }
}

CsvReader::After CsvReader::read_field(std::string& field) {
  if (at_.position < text_.size() && text_[at_.position] == '"') {
    read_quoted(field);
  } else {
    read_plain(field);
  }
  return read_separator();
}

void CsvReader::read_plain(std::string& field) {
  const auto rest = text_.substr(at_.position);
  const auto ends_field = [this](char c) {
    return c == separator_ || c == '\n' || c == '\r' || c == '"';
  };
  const auto length =
      static_cast<std::size_t>(std::ranges::find_if(rest, ends_field) - rest.begin());
  if (length < rest.size() && rest[length] == '"') {
    throw WrongRow{.complaint =
                       "has a quote inside a field without quotes; quote the field and "
                       "double the quote",
                   .resume = at_};
  }
  check_field(length, at_);
  field.assign(rest.substr(0, length));
  at_.position += length;
}

void CsvReader::read_quoted(std::string& field) {
  const Place opened = at_;
  field.clear();
  for (;;) {
    ++at_.position;  // past the opening quote, or past the second one of a doubled quote
    const auto most = kMaxCsvFieldBytes + 1 - field.size();
    const auto quote = text_.substr(at_.position, most).find('"');
    const auto piece = text_.substr(at_.position, std::min(quote, most));
    check_field(field.size() + piece.size(), opened);
    if (quote == std::string_view::npos) {
      throw WrongRow{.complaint = "has a quote that is never closed", .resume = opened};
    }
    field += piece;
    at_.line += static_cast<std::size_t>(std::ranges::count(piece, '\n'));
    at_.position += quote + 1;
    if (at_.position == text_.size() || text_[at_.position] != '"') return;
    field += '"';
  }
}

CsvReader::After CsvReader::read_separator() {
  if (at_.position == text_.size()) return After::kRow;
  if (at_line_end()) {
    at_.position += text_[at_.position] == '\r' ? 2 : 1;
    ++at_.line;
    return After::kRow;
  }
  const char c = text_[at_.position];
  if (c == separator_) {
    ++at_.position;
    return After::kField;
  }
  throw WrongRow{.complaint = c == '\r' ? "has a carriage return without a line feed; end lines "
                                          "with LF"
                                        : "has text after a closing quote; double quotes inside a "
                                          "quoted field",
                 .resume = at_};
}

void CsvReader::check_field(std::size_t bytes, const Place& opened) const {
  if (bytes <= kMaxCsvFieldBytes) return;
  throw WrongRow{
      .complaint = fmt::format("has a field of more than {} bytes; is a quote not closed?",
                               kMaxCsvFieldBytes),
      .resume = opened};
}

bool CsvReader::at_line_end() const noexcept {
  const auto rest = text_.substr(at_.position, 2);
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
