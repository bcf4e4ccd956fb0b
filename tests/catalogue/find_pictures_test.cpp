#include "likeness/catalogue/find_pictures.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

namespace fs = std::filesystem;

class FindPictures : public testing::Test {
 protected:
  void touch(const fs::path& name) const {
    fs::create_directories((root() / name).parent_path());
    std::ofstream(root() / name) << "x";
  }

  [[nodiscard]] fs::path root() const { return fs::canonical(folder_.path()); }

  [[nodiscard]] FoundPictures find(const std::vector<fs::path>& names,
                                   const fs::path& except = {}) const {
    std::vector<fs::path> paths;
    std::ranges::transform(names, std::back_inserter(paths),
                           [&](const fs::path& name) { return root() / name; });
    return find_pictures(paths, except);
  }

  static std::vector<std::string> keys_of(const FoundPictures& found) {
    std::vector<std::string> keys;
    std::ranges::transform(found.sources, std::back_inserter(keys), &PictureSource::key);
    return keys;
  }

 private:
  TemporaryFolder folder_;
};

using Keys = std::vector<std::string>;

TEST_F(FindPictures, LooksThroughFoldersAndSortsByKey) {
  touch("b/2.jpg");
  touch("a/deep/er/3.PNG");
  touch("1.0.webp");
  touch("without extension");
  const auto found = find({""});
  EXPECT_EQ(keys_of(found), (Keys{"1.0", "2", "3", "without extension"}));
  EXPECT_EQ(found.sources[1].path, root() / "b/2.jpg");
  EXPECT_TRUE(found.skipped.empty());
}

TEST_F(FindPictures, IgnoresWhatIsHiddenOrPlainlyNoPicture) {
  for (const char* name :
       {"a.jpg", ".hidden.jpg", ".git/b.jpg", "tags.csv", "Thumbs.DB", "x.TXT"}) {
    touch(name);
  }
  const auto found = find({""});
  EXPECT_EQ(keys_of(found), (Keys{"a"}));
  EXPECT_EQ(found.ignored, 5U);
  EXPECT_TRUE(found.skipped.empty());
  EXPECT_EQ(keys_of(find({".hidden.jpg", "tags.csv"})), (Keys{".hidden", "tags"})) << "as named";
}

TEST_F(FindPictures, KeepsTheFirstByPathOfEachKeyAndNamesIt) {
  touch("b/1.jpg");
  touch("a/1.png");
  touch("a/1.jpg");
  const auto found = find({"b", "a"});
  ASSERT_EQ(keys_of(found), (Keys{"1"}));
  EXPECT_EQ(found.sources[0].path, root() / "a/1.jpg");
  ASSERT_EQ(found.skipped.size(), 2U);
  EXPECT_EQ(found.skipped[1].path, (root() / "b/1.jpg").string());
  EXPECT_EQ(found.skipped[1].reason,
            "has the key \"1\" of " + (root() / "a/1.jpg").string() + ", which is kept");
}

TEST_F(FindPictures, CountsAFileThatIsNamedTwiceOnce) {
  touch("a/1.jpg");
  const auto found = find({"a", "a/1.jpg", "", "a/../a/", "a/1.jpg"});
  EXPECT_EQ(keys_of(found), (Keys{"1"}));
  EXPECT_TRUE(found.skipped.empty());
}

TEST_F(FindPictures, FollowsLinksButNeverInCircles) {
  touch("a/1.jpg");
  fs::create_directory_symlink(root(), root() / "a/loop");
  fs::create_directory_symlink("b", root() / "a/nowhere");
  fs::create_symlink(root() / "a/1.jpg", root() / "a/2.jpg");
  fs::create_symlink("itself.jpg", root() / "itself.jpg");
  const auto found = find({""});
  EXPECT_EQ(keys_of(found), (Keys{"1", "2"}));
  ASSERT_EQ(found.skipped.size(), 2U);
  EXPECT_TRUE(found.skipped[0].path.ends_with("a/nowhere"));
  EXPECT_TRUE(found.skipped[1].path.ends_with("itself.jpg"));
}

TEST_F(FindPictures, SaysWhyAPathIsOfNoUse) {
  ASSERT_EQ(::mkfifo((root() / "pipe.jpg").c_str(), 0600), 0);
  touch("line\nbreak.jpg");
  touch("latin\xe9.jpg");
  const auto found = find({"", "absent.jpg"});
  EXPECT_TRUE(found.sources.empty());
  ASSERT_EQ(found.skipped.size(), 4U);
  EXPECT_EQ(found.skipped[0].reason, "cannot be read: No such file or directory");
  EXPECT_TRUE(found.skipped[1].path.ends_with("latin?.jpg"));
  EXPECT_EQ(found.skipped[1].reason, "its name is not UTF-8");
  EXPECT_TRUE(found.skipped[2].path.ends_with("line?break.jpg"));
  EXPECT_EQ(found.skipped[2].reason, "its name holds a control character");
  EXPECT_EQ(found.skipped[3].reason, "is not a regular file");
}

TEST_F(FindPictures, LeavesTheExceptedFolderAlone) {
  touch("1.jpg");
  touch("shop/report/2.png");
  EXPECT_EQ(keys_of(find({""}, root() / "shop")), (Keys{"1"}));
}

}  // namespace
}  // namespace likeness
