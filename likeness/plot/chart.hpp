// Charts by gnuplot: a chart is a text, made by a pure function, and a child process that draws it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/catalogue/image.hpp"

namespace likeness {

// Commands and data for gnuplot, without terminal and output: the same for every form of the chart.
struct ChartScript {
  Size size{.width = 900, .height = 560};  // pixels, and the SVG's units
  std::string commands;
};

struct Chart {
  std::vector<std::byte> png;
  std::string svg;  // in the font that the reader's system calls sans-serif
};

// Runs gnuplot, found in PATH, in a temporary folder and without a shell. Error::kUnavailable,
// which names the package, if there is none; with gnuplot's own words if it fails.
[[nodiscard]] Chart draw_chart(const ChartScript& script);

// Where that gnuplot is; none if there is none.
[[nodiscard]] std::optional<std::filesystem::path> find_gnuplot();

// A text in gnuplot's single quotes, made from any bytes: controls and what is no UTF-8 become
// spaces. All charts switch enhanced text off, so _ ^ { } @ & and \ stand for themselves.
[[nodiscard]] std::string gnuplot_text(std::string_view text);
// The same for a tic's label, in which gnuplot reads % as the start of a format.
[[nodiscard]] std::string gnuplot_label(std::string_view text);

}  // namespace likeness
