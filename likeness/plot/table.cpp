#include "likeness/plot/table.hpp"

#include <algorithm>
#include <cassert>

#include "likeness/plot/canvas.hpp"

namespace likeness {
namespace {

constexpr int kTitleSize = 16;
constexpr int kHeadingSize = 13;
constexpr int kSmallSize = 11;
constexpr int kTitleLine = 24;
constexpr int kLine = 17;
constexpr const char* kGrey = "#555555";

template <typename Has>
bool any_tile(std::span<const TableRow> rows, const Has& has) {
  return std::ranges::any_of(
      rows, [&](const TableRow& row) { return std::ranges::any_of(row.tiles, has); });
}

// Where things lie, from above: title, headings, rows.
class TableLayout {
 public:
  TableLayout(std::span<const TableRow> rows, const TableOptions& options)
      : picture_(options.picture),
        lines_(options.lines_width),
        rows_(static_cast<int>(rows.size())) {
    std::size_t columns = options.headings.size();
    for (const TableRow& row : rows) columns = std::max(columns, row.tiles.size());
    columns_ = static_cast<int>(columns);
    title_ = options.title.empty()
                 ? 0
                 : kTitleLine + kLine * (static_cast<int>(options.title.size()) - 1);
    std::size_t heading_lines = 0;
    for (const auto& heading : options.headings) {
      heading_lines = std::max(heading_lines, heading.size());
    }
    headings_ = kLine * static_cast<int>(heading_lines);
    if (any_tile(rows, [](const Tile& tile) { return !tile.title.empty(); })) above_ = kTileTitle;
    if (any_tile(rows, [](const Tile& tile) { return !tile.caption.empty(); })) {
      below_ = kTileCaption;
    }
  }

  [[nodiscard]] Size table() const {
    return {.width = left_of(columns_), .height = top_of(rows_) + kTileGap / 2};
  }
  [[nodiscard]] Box title(std::size_t line) const {
    const int i = static_cast<int>(line);
    return {
        .left = kTileGap,
        .top = kTileGap / 2 + (i == 0 ? 0 : kTitleLine + (i - 1) * kLine),
        .size = {.width = table().width - 2 * kTileGap, .height = i == 0 ? kTitleLine - 2 : kLine}};
  }
  [[nodiscard]] Box heading(std::size_t column, std::size_t line) const {
    return {.left = left_of(static_cast<int>(column)) - kTileGap / 2 + 1,
            .top = kTileGap / 2 + title_ + static_cast<int>(line) * kLine,
            .size = {.width = picture_.width + kTileGap - 2, .height = kLine}};
  }
  [[nodiscard]] Box picture(std::size_t row, std::size_t column) const {
    return {.left = left_of(static_cast<int>(column)),
            .top = top_of(static_cast<int>(row)) + above_,
            .size = picture_};
  }
  // Before a row's pictures, from the first one's upper edge on.
  [[nodiscard]] Box line(std::size_t row, std::size_t line) const {
    return {.left = kTileGap,
            .top = picture(row, 0).top + static_cast<int>(line) * kLine,
            .size = {.width = lines_, .height = kLine}};
  }
  [[nodiscard]] std::size_t most_lines() const {
    return static_cast<std::size_t>(picture_.height + below_) / kLine;
  }

 private:
  [[nodiscard]] int left_of(int column) const {
    return kTileGap + (lines_ > 0 ? lines_ + kTileGap : 0) + column * (picture_.width + kTileGap);
  }
  [[nodiscard]] int top_of(int row) const {
    return kTileGap / 2 + title_ + headings_ + kTileGap / 2 +
           row * (above_ + picture_.height + below_ + kTileGap);
  }

  Size picture_;
  int lines_;
  int rows_;
  int columns_ = 0;
  int title_ = 0;  // heights
  int headings_ = 0;
  int above_ = 0;
  int below_ = 0;
};

// The first of some lines is set off from those below it.
TextLine styled(const std::string& text, std::size_t line, int first_size) {
  if (line == 0) {
    return {.text = text, .size = first_size, .weight = TextLine::Weight::kBold};
  }
  return {.text = text, .size = kSmallSize + 1, .colour = kGrey};
}

std::string svg_of(std::span<const TableRow> rows, const TableOptions& options,
                   const TableLayout& layout) {
  std::string svg;
  for (std::size_t i = 0; i < options.title.size(); ++i) {
    svg += svg_of(styled(options.title[i], i, kTitleSize), layout.title(i));
  }
  for (std::size_t column = 0; column < options.headings.size(); ++column) {
    const auto& heading = options.headings[column];
    for (std::size_t i = 0; i < heading.size(); ++i) {
      svg += svg_of(styled(heading[i], i, kHeadingSize), layout.heading(column, i));
    }
  }
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto& [lines, tiles] = rows[row];
    for (std::size_t i = 0; i < std::min(lines.size(), layout.most_lines()); ++i) {
      TextLine line = styled(lines[i], i, kHeadingSize);
      line.anchor = TextLine::Anchor::kStart;
      svg += svg_of(line, layout.line(row, i));
    }
    for (std::size_t column = 0; column < tiles.size(); ++column) {
      svg += svg_of(tiles[column], layout.picture(row, column));
    }
  }
  return svg;
}

}  // namespace

Image draw_table(std::span<const TableRow> rows, const TableOptions& options) {
  assert(!rows.empty() && any_tile(rows, [](const Tile&) { return true; }));
  const TableLayout layout(rows, options);
  Image table = draw_canvas(layout.table(), svg_of(rows, options, layout));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t column = 0; column < rows[row].tiles.size(); ++column) {
      put_fitted(rows[row].tiles[column].picture, layout.picture(row, column), table);
    }
  }
  return table;
}

}  // namespace likeness
