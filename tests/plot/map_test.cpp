#include "likeness/plot/map.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "likeness/plot/animation.hpp"
#include "tests/plot/stored_picture.hpp"

namespace likeness {
namespace {

TEST(Map, GivesEachPointAPlaceOfItsOwn) {
  for (const std::size_t count : {1U, 2U, 7U, 100U, 997U}) {
    const MapGrid grid = map_grid(count, {.width = 36, .height = 48});
    std::vector<float> positions(2 * count, 1.0F);  // all at one place but one
    positions[0] = -5.0F;
    const auto places = map_places(positions, grid);
    const std::set<std::size_t> different(places.begin(), places.end());
    EXPECT_EQ(different.size(), count);
    EXPECT_LT(*different.rbegin(), grid.columns * grid.rows);
    EXPECT_GE(count + grid.columns, grid.columns * grid.rows);
  }
}

TEST(Map, KeepsTheOrderAlongBothDirections) {
  // y is upwards, and the first row is the highest.
  const std::vector<float> corners = {0, 0, 9, 0, 0, 9, 9, 9};
  EXPECT_EQ(map_places(corners, {.columns = 2, .rows = 2}), (std::vector<std::size_t>{2, 3, 0, 1}));
}

TEST(Map, LooksLikeTheStoredOne) {
  const std::vector<std::size_t> places = {0, 3, 2};
  const Image map = draw_map(places, {.columns = 2, .rows = 2}, [](std::size_t point) {
    if (point == 2) return Image{};  // its file is gone
    return plain_picture({.width = 30, .height = 10}, 200, static_cast<std::uint8_t>(90 * point),
                         0);
  });
  EXPECT_EQ(map.size, (Size{.width = 78, .height = 102}));
  expect_like_stored(map, "map");
}

TEST(Animation, ShowsAllFramesOfAShortTrainingAndAsManyOfALongOne) {
  EXPECT_EQ(frames_to_show(3), (std::vector<std::size_t>{0, 1, 2}));
  const auto some = frames_to_show(1001);
  EXPECT_EQ(some.size(), kMostFrames);
  EXPECT_EQ(some.front(), 0);
  EXPECT_EQ(some.back(), 1000);
  EXPECT_LT(some[1], 1000 - some[some.size() - 2]);  // denser at the beginning
}

// The bytes of both formats name their frames: a GIF has a control block, a WebP a chunk for each.
std::size_t count(const std::vector<std::byte>& bytes, std::string_view mark) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::size_t found = 0;
  for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    ++found;
  }
  return found;
}

TEST(Animation, HoldsTheLastFrame) {
  std::vector<Image> frames;
  for (const std::uint8_t level : std::vector<std::uint8_t>{0, 100, 250}) {
    frames.push_back(plain_picture({.width = 20, .height = 30}, level, level, 90));
  }
  using namespace std::string_view_literals;
  const auto gif = animated_gif(frames);
  EXPECT_EQ(count(gif, "GIF89a"), 1);
  EXPECT_EQ(count(gif, "\x0C\0"sv), 2);  // hundredths of a second
  EXPECT_EQ(count(gif, "\xC8\0"sv), 1);
  const auto webp = animated_webp(frames);
  EXPECT_EQ(count(webp, "ANMF"), 3);
  EXPECT_EQ(count(webp, "\x78\0\0"sv), 2);  // milliseconds
  EXPECT_EQ(count(webp, "\xD0\x07\0"sv), 1);
  EXPECT_EQ(count(animated_gif(std::span(frames).first(1)), "GIF89a"), 1);
}

}  // namespace
}  // namespace likeness
