// One rule for every colour space, profile and way of decoding: a JPEG is damaged if the decoder
// had to invent pixels, and a warning that loses nothing does not count.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/decode.hpp"
#include "tests/catalogue/picture_files.hpp"
#include "tests/catalogue/pictures.hpp"

namespace likeness {
namespace {

using File = std::vector<std::byte>;

struct Kind {
  std::string name;
  File file;
};

std::vector<Kind> all_kinds() {
  const Image image = scene_image({.width = 120, .height = 160});
  std::vector<Kind> kinds;
  for (const char* suffix : {".jpg[Q=90]", ".jpg[Q=90,interlace]", ".jpg[Q=90,subsample_mode=off]",
                             ".jpg[Q=90,optimize_coding]", ".jpg[Q=90,restart_interval=3]"}) {
    kinds.push_back({suffix, picture_file(image, {.suffix = suffix})});
    for (const char* profile : {"p3", "cmyk"}) {
      kinds.push_back({std::string(suffix) + " " + profile,
                       picture_file(image, {.suffix = suffix, .profile = profile})});
    }
    kinds.push_back(
        {std::string(suffix) + " grey", picture_file(image, {.suffix = suffix, .grey = true})});
  }
  return kinds;
}

// Behind the marker ff `code`, which is looked for from the front.
std::size_t behind_marker(const File& file, unsigned code) {
  for (std::size_t i = 2; i + 4 <= file.size();) {
    const auto length =
        static_cast<std::size_t>(file[i + 2]) << 8U | static_cast<std::size_t>(file[i + 3]);
    if (file[i + 1] == std::byte{static_cast<unsigned char>(code)}) return i + 2;
    i += 2 + length;
  }
  ADD_FAILURE() << "no marker " << code;
  return 0;
}

std::size_t scan_begin(const File& file) {
  const std::size_t scan = behind_marker(file, 0xda);
  return scan +
         (static_cast<std::size_t>(file[scan]) << 8U | static_cast<std::size_t>(file[scan + 1]));
}

// Not by one insert(), of which GCC 14 warns without a reason.
File with(const File& file, std::size_t place, const File& bytes) {
  File longer(file.size() + bytes.size());
  const auto rest = file.begin() + static_cast<std::ptrdiff_t>(place);
  auto to = std::copy(file.begin(), rest, longer.begin());
  to = std::ranges::copy(bytes, to).out;
  std::copy(rest, file.end(), to);
  return longer;
}

// Full size, planes at a reduced scale, and RGB that is then resized.
std::vector<std::vector<std::uint8_t>> every_way(const File& file) {
  return {decode_image(file).pixels,
          decode_resized(file, {.width = 12, .height = 16}, Fit::kStretch).pixels,
          decode_resized(file, {.width = 90, .height = 110}, Fit::kCrop).pixels};
}

std::string reason_for(const std::function<void()>& decode) {
  try {
    decode();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

void expect_damaged(const File& file, const std::string& what) {
  const auto is_damaged = [&](const std::function<void()>& decode) {
    EXPECT_TRUE(reason_for(decode).starts_with("is a damaged or truncated JPEG"))
        << what << ": " << reason_for(decode);
  };
  is_damaged([&] { (void)decode_image(file); });
  is_damaged([&] { (void)decode_resized(file, {.width = 12, .height = 16}, Fit::kStretch); });
  is_damaged([&] { (void)decode_resized(file, {.width = 90, .height = 110}, Fit::kCrop); });
}

TEST(JpegDamage, IsNotWhatLosesNoPixels) {
  for (const auto& [name, file] : all_kinds()) {
    const auto whole = every_way(file);
    const std::size_t end = file.size() - 2;
    EXPECT_TRUE(every_way(with(file, end, File(1, std::byte{0x11}))) == whole) << name;
    EXPECT_TRUE(every_way(with(file, end, File(252, std::byte{0x11}))) == whole) << name;
    EXPECT_TRUE(every_way(File(file.begin(), file.end() - 1)) == whole) << name;
    EXPECT_TRUE(every_way(File(file.begin(), file.end() - 2)) == whole)
        << name << " without an end";
    EXPECT_TRUE(every_way(with(file, file.size(), File(5000, std::byte{0}))) == whole) << name;
    EXPECT_TRUE(every_way(with(file, behind_marker(file, 0xdb) - 2, File(7, std::byte{0x22}))) ==
                whole)
        << name << " junk in head";
    const File table(file.begin() + static_cast<std::ptrdiff_t>(behind_marker(file, 0xdb)) - 2,
                     file.begin() + static_cast<std::ptrdiff_t>(behind_marker(file, 0xdb)) + 67);
    EXPECT_TRUE(every_way(with(file, 2, table)) == whole) << name << " a table too many";
  }
}

// Ss, Se, Ah and Al of a sequential scan are always 0, 63, 0 and 0; Samsung's cameras write others.
TEST(JpegDamage, IsNotAScansWrongParameter) {
  for (const auto& [name, file] : all_kinds()) {
    if (name.find("interlace") != std::string::npos) continue;  // there they mean something
    File samsung = file;
    samsung[scan_begin(file) - 2] = std::byte{0};
    EXPECT_TRUE(every_way(samsung) == every_way(file)) << name;
  }
}

TEST(JpegDamage, IsEveryPartOfTheScanThatIsGone) {
  for (const auto& [name, file] : all_kinds()) {
    const std::size_t begin = scan_begin(file);
    const std::size_t end = file.size() - 2;
    const auto at = [](std::size_t i) { return static_cast<std::ptrdiff_t>(i); };
    const std::size_t half = (begin + end) / 2;
    File zeros = file;
    std::fill(zeros.begin() + at(half), zeros.end() - 2, std::byte{0});
    expect_damaged(zeros, name + ": second half zero");
    std::fill(zeros.end() - 2, zeros.end(), std::byte{0});
    expect_damaged(zeros, name + ": second half zero up to the end");
    expect_damaged(File(file.begin(), file.begin() + at(half)), name + ": cut");
    File closed(file.begin(), file.begin() + at(half));
    closed.insert(closed.end(), {std::byte{0xff}, std::byte{0xd9}});
    if (name.find("interlace") == std::string::npos) expect_damaged(closed, name + ": cut, closed");
    expect_damaged(File(file.begin(), file.begin() + at(begin)), name + ": no scan");
  }
}

TEST(JpegDamage, IsAProgressivePicturesMissingScan) {
  const auto file =
      picture_file(scene_image({.width = 120, .height = 160}), {.suffix = ".jpg[Q=90,interlace]"});
  std::vector<std::size_t> scans;
  for (std::size_t i = 2; i + 1 < file.size(); ++i) {
    if (file[i] == std::byte{0xff} && file[i + 1] == std::byte{0xda}) scans.push_back(i);
  }
  ASSERT_GT(scans.size(), 5U);
  for (const std::size_t scan : scans) {
    expect_damaged(File(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(scan)),
                   "cut between scans");
  }
}

TEST(JpegDamage, IsAMissingRestart) {
  const auto file = picture_file(scene_image({.width = 120, .height = 160}),
                                 {.suffix = ".jpg[Q=90,restart_interval=3]"});
  const auto is_restart = [](std::byte first, std::byte second) {
    return first == std::byte{0xff} && (second & std::byte{0xf8}) == std::byte{0xd0};
  };
  const auto begin = file.begin() + static_cast<std::ptrdiff_t>(scan_begin(file));
  const auto restart = std::adjacent_find(begin, file.end(), is_restart);
  const auto next = std::adjacent_find(restart + 2, file.end(), is_restart);
  ASSERT_NE(next, file.end());
  File without(file.begin(), restart);
  without.insert(without.end(), next, file.end());
  expect_damaged(without, "a restart is missing");
}

TEST(JpegDamage, IsEveryCutThatChangesAPixel) {
  const Image image = scene_image({.width = 24, .height = 32});
  for (const char* suffix : {".jpg", ".jpg[interlace]"}) {
    for (const char* profile : {static_cast<const char*>(nullptr), "p3"}) {
      const auto file = picture_file(image, {.suffix = suffix, .profile = profile});
      const auto whole = every_way(file);
      for (std::size_t length = 0; length < file.size(); ++length) {
        const File cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length));
        try {
          EXPECT_TRUE(decode_image(cut).pixels == whole[0]) << suffix << length;
          EXPECT_TRUE(every_way(cut) == whole) << suffix << length;
        } catch (const Error& error) {
          EXPECT_EQ(error.kind(), Error::Kind::kInput);
        }
      }
    }
  }
}

TEST(JpegDamage, DoesNotSpoilTheNextPicture) {
  const auto file = picture_file(noise_image({.width = 12, .height = 16}, 1), {.suffix = ".jpg"});
  const Image whole = decode_image(file);
  for (std::size_t length = 0; length + 2 < file.size(); ++length) {
    EXPECT_THROW((void)decode_image(std::span(file).first(length)), Error) << length;
    EXPECT_EQ(decode_image(file).pixels, whole.pixels) << "after one cut to " << length;
  }
}

}  // namespace
}  // namespace likeness
