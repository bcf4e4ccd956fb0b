// The page as HTML: escaped, ordered, whole.
#include "likeness/plot/page.hpp"

#include <gtest/gtest.h>

#include "likeness/base/file.hpp"
#include "likeness/plot/space_data.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/text.hpp"

namespace likeness {
namespace {

TEST(Page, EscapesEveryText) {
  const std::string bad = "<b>\"'&";
  Page page{.title = bad, .summary = bad, .sections = {}, .missing = {}, .footer = bad};
  page.sections.push_back(
      {.id = "a", .title = bad, .paragraphs = {bad}, .facts = {{.name = bad, .value = bad}}});
  PageSection& section = page.sections.front();
  section.tables.push_back({.caption = bad, .header = {bad, bad}, .rows = {{bad, bad}}});
  section.figures.push_back(
      {.title = bad,
       .reading = bad,
       .alternative = bad,
       .file = "x.png",
       .frames = {{.name = bad, .file = "x.png"}, {.name = bad, .file = "y.png"}}});
  section.commands = {bad};
  page.missing.push_back({.picture = bad, .needs = bad});
  const std::string html = to_html(page);
  EXPECT_FALSE(contains(html, "<b>\""));
  EXPECT_FALSE(contains(html, "\"'&"));
}

TEST(Page, LoadsThePlotOnlyWhereThereIsOne) {
  Page page{.title = "t", .summary = "", .sections = {}, .missing = {}, .footer = ""};
  page.sections.push_back({.id = "a", .title = "A"});
  EXPECT_FALSE(contains(to_html(page), "three.min.js"));
  page.sections.front().plot = true;
  EXPECT_TRUE(contains(to_html(page), "<script src=\"three.min.js\">"));
}

TEST(Page, SetsColumnsOfNumbersToTheRight) {
  Page page{.title = "t", .summary = "", .sections = {}, .missing = {}, .footer = ""};
  page.sections.push_back({.id = "a", .title = "A"});
  page.sections.front().tables.push_back({.caption = "c",
                                          .header = {"n", "x", "y"},
                                          .rows = {{"1", "1,200", "wide"}, {"2", "", "0"}}});
  const std::string html = to_html(page);
  EXPECT_TRUE(contains(html, "<td class=\"number\">1,200</td><td>wide</td>"));
}

TEST(Page, ComesWithItsFilesAndTheLicenceOfWhatIsNotOurs) {
  const TemporaryFolder folder;
  write_page_files(folder.path());
  const auto text = [&](const char* name) {
    const auto bytes = read_file(folder.path() / name);
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  EXPECT_TRUE(contains(text("report.js"), "class SpacePlot"));
  EXPECT_TRUE(contains(text("report.css"), "prefers-color-scheme: dark"));
  EXPECT_TRUE(contains(text("three.min.js"), "WebGLRenderer"));
  EXPECT_TRUE(contains(text("three.min.js.licence.txt"), "Permission is hereby granted"));
  EXPECT_EQ(three_revision().substr(0, 10), "three.js r");
}

TEST(SpaceData, IsAScriptThatSetsAConstant) {
  SpaceData data{.axes = {"latent 1"},
                 .dimensions = 1,
                 .components = {0.5F, -1234.5678F},
                 .keys = {"a\"b", "</script>"},
                 .tags = {"", "\xE2\x80\xA8"},
                 .colourings = {},
                 .thumbnails = "t.webp",
                 .thumbnail = {.width = 3, .height = 4},
                 .thumbnail_columns = 2};
  data.colourings.push_back({.name = "cluster",
                             .values = {"0"},
                             .legend = {"0 (1)"},
                             .colours = {"#000000"},
                             .of_item = {0, -1}});
  const std::string script = to_script(data);
  EXPECT_TRUE(script.starts_with("const likenessSpace = {"));
  EXPECT_TRUE(contains(script, "\"components\":[0.5,-1235]"));
  EXPECT_TRUE(contains(script, "\"keys\":[\"a\\\"b\",\"</script>\"]"));
  EXPECT_TRUE(contains(script, "\"of_item\":[0,-1]"));
}

TEST(ThumbnailSheet, PutsPicturesRowByRow) {
  const auto grey = [](std::uint8_t level) {
    return Image{.size = {.width = 1, .height = 2}, .pixels = std::vector<std::uint8_t>(6, level)};
  };
  const Image sheet = thumbnail_sheet({grey(1), grey(2), grey(3)}, 2);
  EXPECT_EQ(sheet.size, (Size{.width = 2, .height = 4}));
  const std::vector<std::uint8_t> firsts{sheet.pixels[0], sheet.pixels[3], sheet.pixels[12],
                                         sheet.pixels[15]};
  EXPECT_EQ(firsts, (std::vector<std::uint8_t>{1, 2, 3, 255}));
  EXPECT_TRUE(thumbnail_sheet({}, 2).pixels.empty());
}

}  // namespace
}  // namespace likeness
