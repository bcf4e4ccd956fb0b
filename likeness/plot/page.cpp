#include "likeness/plot/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "likeness/base/file.hpp"
#include "likeness/base/json.hpp"
#include "likeness/plot/page_files.hpp"
#include "likeness/plot/svg_text.hpp"

namespace likeness {
namespace {

constexpr int kNarrow = 480;  // two pictures no wider stand side by side where there is room

// A text of the page. What HTML cannot hold becomes a space, as in SVG.
std::string text(std::string_view words) { return escape_xml(words); }

// Of a file beside the page. Its name is ours, so that it needs no escapes of its own.
std::string address(std::string_view file) { return escape_xml(file); }

bool is_number(const std::string& cell) {
  return !cell.empty() && cell.find_first_not_of("0123456789.,+-% x") == std::string::npos;
}

// Numbers are set to the right, so that their places stand below one another.
bool is_numeric(const PageTable& table, std::size_t column) {
  return column > 0 && !table.rows.empty() && std::ranges::all_of(table.rows, [&](const auto& row) {
           return row[column].empty() || is_number(row[column]);
         });
}

std::string to_html(const PageTable& table) {
  const auto style = [&](std::size_t column) {
    return is_numeric(table, column) ? " class=\"number\"" : "";
  };
  std::string html = fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\">\n<table>\n"
      "<caption>{0}</caption>\n<thead><tr>",
      text(table.caption));
  for (std::size_t c = 0; c < table.header.size(); ++c) {
    html += fmt::format("<th scope=\"col\"{}>{}</th>", style(c), text(table.header[c]));
  }
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    html += fmt::format("<tr><th scope=\"row\">{}</th>", text(row[0]));
    for (std::size_t c = 1; c < row.size(); ++c) {
      html += fmt::format("<td{}>{}</td>", style(c), text(row[c]));
    }
    html += "</tr>\n";
  }
  return html + "</tbody>\n</table>\n</div>\n";
}

std::string frames_of(const PageFigure& figure) {
  if (figure.frames.size() < 2) return {};
  Json::Array frames;
  for (const PageFrame& frame : figure.frames) {
    frames.emplace_back(Json::Object{{"name", frame.name}, {"file", frame.file}});
  }
  return " data-frames=\"" + text(Json(frames).dump()) + "\"";
}

std::string picture_of(const PageFigure& figure) {
  std::string size;
  if (figure.size.width > 0) {
    size = fmt::format(R"( width="{}" height="{}")", figure.size.width, figure.size.height);
  }
  std::string image = fmt::format(R"(<img src="{}" alt="{}"{} decoding="async">)",
                                  address(figure.file), text(figure.alternative), size);
  if (figure.still.empty()) return image;
  return fmt::format(
      "<picture><source media=\"(prefers-reduced-motion: reduce)\" srcset=\"{}\">{}"
      "</picture>",
      address(figure.still), image);
}

std::string to_html(const PageFigure& figure) {
  std::string html = fmt::format(
      "<figure{}{}>\n<figcaption><h3>{}</h3>{}</figcaption>\n"
      "<div class=\"picture\"><a href=\"{}\">{}</a></div>\n",
      figure.size.width > 0 && figure.size.width <= kNarrow ? " class=\"narrow\"" : "",
      frames_of(figure), text(figure.title), text(figure.reading), address(figure.file),
      picture_of(figure));
  if (!figure.vector_file.empty()) {
    html += fmt::format("<div class=\"formats\">Also as <a href=\"{}\">SVG</a>.</div>\n",
                        address(figure.vector_file));
  }
  return html + "</figure>\n";
}

// Filled by the script; each part says what it is for.
constexpr std::string_view kPlot =
    "<noscript><p>The plot to turn needs JavaScript; the pictures show the same from one side."
    "</p></noscript>\n"
    "<div class=\"space\" id=\"space\">\n"
    "<div class=\"stage\"></div>\n"
    "<div class=\"message\" role=\"status\" hidden></div>\n"
    "<div class=\"controls\"></div>\n"
    "<ul class=\"legend\" aria-label=\"Colours: press one to see it alone\"></ul>\n"
    "<div class=\"nearest\"></div>\n"
    "<p class=\"help\">Drag to turn, click into it and use the wheel (or pinch) to zoom, point at "
    "an item to see it, click to select it: distances are then measured from it. Keys: arrows "
    "turn, + and \xe2\x88\x92 zoom, N and P go from item to item, Enter selects, Escape leaves, 0 "
    "resets.</p>\n"
    "<div class=\"skip\" aria-live=\"polite\"></div>\n"
    "</div>\n";

std::string to_html(const PageSection& section) {
  std::string html = fmt::format(
      "<section id=\"{0}\" aria-labelledby=\"{0}-title\">\n"
      "<h2 id=\"{0}-title\">{1}</h2>\n",
      text(section.id), text(section.title));
  for (const std::string& paragraph : section.paragraphs) {
    html += "<p>" + text(paragraph) + "</p>\n";
  }
  if (!section.facts.empty()) {
    html += "<dl class=\"facts\">\n";
    for (const PageFact& fact : section.facts) {
      html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", text(fact.name), text(fact.value));
    }
    html += "</dl>\n";
  }
  for (const PageTable& table : section.tables) html += to_html(table);
  if (section.plot) html += kPlot;
  for (const PageFigure& figure : section.figures) html += to_html(figure);
  if (!section.commands.empty()) {
    html += "<pre><code>";
    for (const std::string& command : section.commands) html += text(command) + "\n";
    html += "</code></pre>\n";
  }
  return html + "</section>\n";
}

std::string missing_of(const Page& page) {
  if (page.missing.empty()) return {};
  std::string html =
      "<section id=\"missing\" aria-labelledby=\"missing-title\">\n"
      "<h2 id=\"missing-title\">What is missing</h2>\n<ul class=\"missing\">\n";
  for (const PageMissing& one : page.missing) {
    html +=
        fmt::format("<li><b>{}</b>: <code>{}</code></li>\n", text(one.picture), text(one.needs));
  }
  return html + "</ul>\n</section>\n";
}

std::string contents_of(const Page& page) {
  std::string html = "<nav aria-label=\"Contents\"><ul>\n";
  for (const PageSection& section : page.sections) {
    html += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", text(section.id), text(section.title));
  }
  if (!page.missing.empty()) html += "<li><a href=\"#missing\">What is missing</a></li>\n";
  return html + "</ul></nav>\n";
}

}  // namespace

std::string to_html(const Page& page) {
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{0}</title>\n<link rel=\"icon\" href=\"data:,\">\n"
      "<link rel=\"stylesheet\" href=\"report.css\">\n</head>\n<body>\n"
      "<a class=\"skip\" href=\"#main\">To the content</a>\n"
      "<header>\n<h1>{0}</h1>\n<p class=\"summary\">{1}</p>\n{2}</header>\n"
      "<main id=\"main\">\n",
      text(page.title), text(page.summary), contents_of(page));
  for (const PageSection& section : page.sections) html += to_html(section);
  html += missing_of(page);
  html += "</main>\n<footer><p>" + text(page.footer) + "</p></footer>\n";
  const bool plot = std::ranges::any_of(page.sections, &PageSection::plot);
  if (plot) html += "<script src=\"space.js\"></script>\n<script src=\"three.min.js\"></script>\n";
  return html + "<script src=\"report.js\"></script>\n</body>\n</html>\n";
}

std::string three_revision() {
  constexpr std::string_view kBefore = "REVISION=\"";
  const std::size_t place = kThreeMinJs.find(kBefore);
  if (place == std::string_view::npos) return "three.js";
  const auto rest = kThreeMinJs.substr(place + kBefore.size(), 8);
  return "three.js r" + std::string(rest.substr(0, rest.find('"')));
}

void write_page_files(const std::filesystem::path& folder) {
  write_file(folder / "report.css", kReportCss);
  write_file(folder / "report.js", kReportJs);
  write_file(folder / "three.min.js", kThreeMinJs);
  write_file(folder / "three.min.js.licence.txt", kThreeLicence);
}

}  // namespace likeness
