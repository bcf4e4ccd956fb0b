// The report as one page: what it says as plain data, and the HTML, style and script that it
// becomes. Texts may hold any bytes: keys and tags come from strangers.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "likeness/catalogue/image.hpp"

namespace likeness {

struct PageFact {
  std::string name;
  std::string value;
};

struct PageTable {
  std::string caption;
  std::vector<std::string> header;             // the first column names the row
  std::vector<std::vector<std::string>> rows;  // as long as the header
};

// One picture of a row of them, such as the sheet of an epoch.
struct PageFrame {
  std::string name;
  std::string file;
};

struct PageFigure {
  std::string title = {};
  std::string reading = {};            // one sentence: how to read it
  std::string alternative = {};        // what it shows, for who cannot see it
  std::string file = {};               // beside the page: a name relative to it
  Size size = {};                      // of the picture; 0x0: unknown
  std::string vector_file = {};        // the same as SVG, if there is one
  std::string still = {};              // of an animation, for who wants nothing to move
  std::vector<PageFrame> frames = {};  // a slider goes through them; `file` is the last
};

struct PageSection {
  std::string id = {};
  std::string title = {};
  std::vector<std::string> paragraphs = {};
  std::vector<PageFact> facts = {};
  std::vector<PageTable> tables = {};
  std::vector<PageFigure> figures = {};
  bool plot = false;                       // the latent space to turn goes here, see space_data.hpp
  std::vector<std::string> commands = {};  // in the order in which they are given
};

struct PageMissing {
  std::string picture;
  std::string needs;  // the command that makes it possible
};

struct Page {
  std::string title;
  std::string summary;
  std::vector<PageSection> sections;
  std::vector<PageMissing> missing;
  std::string footer;
};

// Whole, without anything from outside: style, scripts and pictures lie beside it.
[[nodiscard]] std::string to_html(const Page& page);

// "three.js r111", the one that is embedded.
[[nodiscard]] std::string three_revision();

// The style, the scripts and their licence, as files in `folder`.
void write_page_files(const std::filesystem::path& folder);

}  // namespace likeness
