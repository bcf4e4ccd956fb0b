#include "likeness/sample/sample.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/resize.hpp"
#include "likeness/catalogue/tags.hpp"
#include "likeness/catalogue/vips_image.hpp"
#include "likeness/sample/fabric.hpp"
#include "likeness/sample/item.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

using Digests = std::map<std::string, Digest>;

Digests digests_of(const std::filesystem::path& folder) {
  Digests digests;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    digests[entry.path().filename().string()] = digest(read_file(entry.path()));
  }
  return digests;
}

// Mean absolute difference per channel, 0 to 255, both at 60x80.
double difference(const SampleItem& a, const SampleItem& b) {
  const Size size{.width = 60, .height = 80};
  const Image first = resize(render_svg(a.svg, a.size), size, Fit::kStretch);
  const Image second = resize(render_svg(b.svg, b.size), size, Fit::kStretch);
  double sum = 0.0;
  for (std::size_t i = 0; i < first.pixels.size(); ++i) {
    sum += std::abs(first.pixels[i] - second.pixels[i]);
  }
  return sum / static_cast<double>(first.pixels.size());
}

std::string complaint_about(const std::filesystem::path& folder, const SampleOptions& options) {
  try {
    (void)draw_sample(folder, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "no complaint";
}

TEST(Sample, SameSeedGivesTheSameBytesForAnyNumberOfThreads) {
  const TemporaryFolder folder;
  (void)draw_sample(folder.path() / "a", {.count = 24, .seed = 5, .threads = 1});
  (void)draw_sample(folder.path() / "b", {.count = 24, .seed = 5, .threads = 3});
  (void)draw_sample(folder.path() / "c", {.count = 24, .seed = 6, .threads = 3});
  const Digests first = digests_of(folder.path() / "a");
  EXPECT_EQ(first.size(), 25U);
  EXPECT_EQ(first, digests_of(folder.path() / "b"));
  EXPECT_NE(first, digests_of(folder.path() / "c"));
}

TEST(Sample, EveryCategoryColourAndPatternOccursAndEveryCategoryHasSeveralCuts) {
  std::map<std::string_view, std::set<std::string_view>> cuts;
  std::set<std::string_view> colours;
  std::set<std::string_view> patterns;
  for (std::size_t i = 0; i < 700; ++i) {
    const SampleItem item = sample_item(1, i);
    cuts[item.category].insert(item.cut);
    colours.insert(item.colour);
    patterns.insert(item.pattern);
  }
  EXPECT_EQ(cuts.size(), sample_categories().size());
  EXPECT_GE(cuts.size(), 10U);
  for (const auto& [category, names] : cuts) EXPECT_GE(names.size(), 2U) << category;
  EXPECT_EQ(colours.size(), colour_names().size());
  EXPECT_EQ(colours.size(), 12U);
  EXPECT_EQ(patterns.size(), pattern_names().size());
  EXPECT_EQ(patterns.size(), 5U);
}

TEST(Sample, TagsNameExactlyThePicturesThereAre) {
  const TemporaryFolder folder;
  const auto report = draw_sample(folder.path(), {.count = 40, .seed = 2});
  EXPECT_EQ(report.pictures, 40U);
  std::vector<std::string> keys;
  for (const auto& [name, digest] : digests_of(folder.path())) {
    if (name != "tags.csv") keys.push_back(std::filesystem::path(name).stem().string());
  }
  const TagTable table = read_tags(folder.path() / "tags.csv", "key");
  const TagMatch match = match_tags(table, keys);
  EXPECT_EQ(match.matched, 40U);
  EXPECT_TRUE(match.rows_without_picture.empty());
  EXPECT_TRUE(match.pictures_without_row.empty());
  EXPECT_EQ(table.names[1], "category");
  EXPECT_EQ(table.rows[7].tags[0].value, sample_item(2, 7).category);
}

TEST(Sample, DuplicatesAreWhatTheTagsSay) {
  std::map<Duplicate, int> seen;
  for (std::size_t i = 0; i < 600; ++i) {
    const SampleItem copy = sample_item(1, i);
    ++seen[copy.duplicate];
    if (copy.duplicate == Duplicate::kNone) continue;
    ASSERT_LT(*copy.duplicate_of, i);
    const SampleItem original = sample_item(1, *copy.duplicate_of);
    EXPECT_EQ(original.duplicate, Duplicate::kNone);
    EXPECT_EQ(copy.cut, original.cut);
    const bool same_file =
        copy.svg == original.svg && copy.size == original.size && copy.quality == original.quality;
    EXPECT_EQ(same_file, copy.duplicate == Duplicate::kExact);
    EXPECT_LT(difference(copy, original), copy.duplicate == Duplicate::kCropped ? 15.0 : 2.0);
  }
  EXPECT_EQ(seen.size(), 5U);
  EXPECT_GT(seen[Duplicate::kNone], 500);
}

TEST(Sample, ItemsThatAreNoDuplicatesDiffer) {
  std::set<std::string> drawings;
  std::size_t originals = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    const SampleItem item = sample_item(3, i);
    if (item.duplicate != Duplicate::kNone) continue;
    ++originals;
    drawings.insert(item.svg);
  }
  EXPECT_EQ(drawings.size(), originals);
}

TEST(Sample, ExactDuplicatesAreTheSameFile) {
  std::size_t copy = 0;
  while (sample_item(4, copy).duplicate != Duplicate::kExact) ++copy;
  const TemporaryFolder folder;
  (void)draw_sample(folder.path(), {.count = copy + 1, .seed = 4});
  const Digests digests = digests_of(folder.path());
  const auto original = *sample_item(4, copy).duplicate_of;
  EXPECT_EQ(digests.at(sample_key(copy) + ".jpg"), digests.at(sample_key(original) + ".jpg"));
}

TEST(Sample, ReplacesAnEarlierSampleAndLeavesOtherFilesAlone) {
  const TemporaryFolder folder;
  (void)draw_sample(folder.path(), {.count = 6, .seed = 1});
  write_file(folder.path() / "notes.txt", "mine");
  const auto report = draw_sample(folder.path(), {.count = 4, .seed = 2});
  EXPECT_EQ(report.removed, 2U);
  EXPECT_EQ(digests_of(folder.path()).size(), 6U);  // 4 pictures, tags.csv, notes.txt
  EXPECT_EQ(read_tags(folder.path() / "tags.csv", "key").rows.size(), 4U);
}

TEST(Sample, RefusesAFolderWithOtherThingsInItAndChangesNothing) {
  const TemporaryFolder folder;
  write_file(folder.path() / "tags.csv", "id,colour\n1,red\n");
  const Digests before = digests_of(folder.path());
  EXPECT_EQ(
      complaint_about(folder.path(), {.count = 2}),
      folder.path().string() + ": is not empty and holds no sample catalogue; name a new folder");
  EXPECT_EQ(digests_of(folder.path()), before);
}

TEST(Sample, RefusesACountThatItCannotDraw) {
  const TemporaryFolder folder;
  for (const std::size_t count : {std::size_t{0}, std::size_t{1'000'000}}) {
    EXPECT_EQ(
        complaint_about(folder.path() / "a", {.count = count}),
        "count " + std::to_string(count) + " is out of range: give a number from 1 to 999999");
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "a"));
}

TEST(Sample, FillsThePictureButStaysInside) {
  for (std::size_t i = 0; i < 60; ++i) {
    const SampleItem item = sample_item(7, i);
    if (item.duplicate == Duplicate::kCropped) continue;
    const Image image = render_svg(item.svg, item.size);
    const auto white = [&](int x, int y) {
      const auto at =
          3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(image.size.width) +
               static_cast<std::size_t>(x));
      return image.pixels[at] > 220;
    };
    int border = 0;
    for (int x = 0; x < image.size.width; ++x) {
      border += white(x, 0) && white(x, image.size.height - 1) ? 0 : 1;
    }
    for (int y = 0; y < image.size.height; ++y) {
      border += white(0, y) && white(image.size.width - 1, y) ? 0 : 1;
    }
    EXPECT_EQ(border, 0) << item.key << ' ' << item.category << ' ' << item.cut;
  }
}

}  // namespace
}  // namespace likeness
