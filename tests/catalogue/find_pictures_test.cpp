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
  void touch(const fs::path& name, const std::string& content = "x") const {
    fs::create_directories((root() / name).parent_path());
    std::ofstream(root() / name) << content;
  }

  [[nodiscard]] fs::path root() const { return fs::canonical(folder_.path()); }

  [[nodiscard]] FoundPictures find(const std::vector<fs::path>& names,
                                   const std::vector<fs::path>& except = {}) const {
    std::vector<fs::path> paths;
    std::ranges::transform(names, std::back_inserter(paths),
                           [&](const fs::path& name) { return root() / name; });
    return find_pictures(paths, {.except = except});
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

TEST_F(FindPictures, LeavesOutWhatIsHidden) {
  for (const char* name : {"a.jpg", ".hidden.jpg", ".git/b.jpg", ".thumbnails/a.png"}) touch(name);
  const auto found = find({""});
  EXPECT_EQ(keys_of(found), (Keys{"a"}));
  EXPECT_EQ(found.hidden, 3U);
  EXPECT_TRUE(found.skipped.empty());
  EXPECT_EQ(keys_of(find({".hidden.jpg", ".git"})), (Keys{".hidden", "b"})) << "as named";
}

TEST_F(FindPictures, LeavesOutThumbnailsAndWhatWasThrownAway) {
  touch("a.jpg");
  for (const char* folder : {"@eaDir/a.jpg", "#recycle", "__MACOSX", "$RECYCLE.BIN", "$Recycle.Bin",
                             "lost+found", "System Volume Information", "deep/@eaDir"}) {
    touch(fs::path(folder) / "b.jpg");
  }
  const auto found = find({""});
  EXPECT_EQ(keys_of(found), (Keys{"a"}));
  EXPECT_EQ(found.hidden, 8U);
  EXPECT_EQ(keys_of(find({"lost+found"})), (Keys{"b"})) << "as named";
  touch("recycle/c.jpg");
  EXPECT_EQ(keys_of(find({""})), (Keys{"a", "c"}));
}

TEST_F(FindPictures, SkipsAnotherShopAndSaysSo) {
  touch("a.jpg");
  touch("other/shop.db");
  touch("other/packs/000001.pack");
  touch("other/report/b.png");
  const auto found = find({""});
  EXPECT_EQ(keys_of(found), (Keys{"a"}));
  ASSERT_EQ(found.skipped.size(), 1U);
  EXPECT_EQ(found.skipped[0].path, (root() / "other").string());
  EXPECT_EQ(found.skipped[0].reason, "is another shop, whose pictures are left out");
  EXPECT_TRUE(find({""}, {root() / "other"}).skipped.empty()) << "the shop itself";
  EXPECT_EQ(keys_of(find({"other/report"})), (Keys{"b"})) << "as named";
}

TEST_F(FindPictures, GivesAllFilesOfAKeyByPath) {
  touch("b/1.jpg");
  touch("a/1.png");
  touch("a/1.jpg");
  touch("a/0.jpg");
  const auto found = find({"b", "a"});
  ASSERT_EQ(keys_of(found), (Keys{"0", "1", "1", "1"}));
  EXPECT_EQ(found.sources[1].path, root() / "a/1.jpg");
  EXPECT_EQ(found.sources[2].path, root() / "a/1.png");
  EXPECT_EQ(found.sources[3].path, root() / "b/1.jpg");
  EXPECT_TRUE(found.skipped.empty());
}

TEST_F(FindPictures, KeepsKeysInOneSpellingAndPathsAsTheyAre) {
  touch("a/gru\u0308n.jpg");
  touch("b/gr\u00fcn.jpg");
  const auto found = find({""});
  ASSERT_EQ(keys_of(found), (Keys{"gr\u00fcn", "gr\u00fcn"}));
  EXPECT_EQ(found.sources[0].path, root() / "a/gru\u0308n.jpg");
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
  EXPECT_EQ(found.sources[1].path, root() / "a/2.jpg") << "a link is a file of its own name";
  ASSERT_EQ(found.skipped.size(), 2U);
  EXPECT_TRUE(found.skipped[0].path.ends_with("a/nowhere"));
  EXPECT_TRUE(found.skipped[1].path.ends_with("itself.jpg"));
}

TEST_F(FindPictures, TakesPathsAsTheSystemResolvesThem) {
  touch("far/away/1.jpg");
  touch("far/2.jpg");
  touch("2.jpg");
  fs::create_directory_symlink("far/away", root() / "link");
  const auto through_link = find({"link", "link/1.jpg", "link/../2.jpg"});
  ASSERT_EQ(keys_of(through_link), (Keys{"1", "2"}));
  EXPECT_EQ(through_link.sources[0].path, root() / "far/away/1.jpg");
  EXPECT_EQ(through_link.sources[1].path, root() / "far/2.jpg")
      << "and not the one beside the link";
}

TEST_F(FindPictures, SaysWhyAPathIsOfNoUse) {
  ASSERT_EQ(::mkfifo((root() / "pipe.jpg").c_str(), 0600), 0);
  const char* const jpeg = "\xff\xd8\xff\xe0";
  touch("line\nbreak.jpg", jpeg);
  touch("next\u0085line.jpg", jpeg);
  touch("latin\xe9.jpg", jpeg);
  touch("Icon\r", "");
  touch("words\n.txt", "words");
  const auto found = find({"", "absent.jpg"});
  EXPECT_TRUE(found.sources.empty());
  EXPECT_EQ(found.hidden, 2U) << "what is no picture needs no good name";
  ASSERT_EQ(found.skipped.size(), 5U);
  EXPECT_EQ(found.skipped[0].reason, "cannot be read: No such file or directory");
  EXPECT_TRUE(found.skipped[1].path.ends_with("latin?.jpg"));
  EXPECT_EQ(found.skipped[1].reason, "its name is not UTF-8");
  EXPECT_TRUE(found.skipped[2].path.ends_with("line?break.jpg"));
  EXPECT_EQ(found.skipped[2].reason, "its name holds a control character");
  EXPECT_TRUE(found.skipped[3].path.ends_with("next?line.jpg"));
  EXPECT_EQ(found.skipped[3].reason, "its name holds a control character");
  EXPECT_EQ(found.skipped[4].reason, "is not a regular file");
}

TEST_F(FindPictures, RefusesAKeyThatIsTooLongInItsOneSpelling) {
  std::string name;
  for (int i = 0; i < 80; ++i) name += "\u0958";  // one of the few letters that NFC takes apart
  touch(name, "\xff\xd8\xff\xe0");
  const auto found = find({""});
  EXPECT_TRUE(found.sources.empty());
  ASSERT_EQ(found.skipped.size(), 1U);
  EXPECT_EQ(found.skipped[0].reason, "its key is too long");
}

TEST_F(FindPictures, TellsWhatIsCertainlyGone) {
  touch("a/1.jpg");
  EXPECT_FALSE(is_gone(root() / "a/1.jpg"));
  EXPECT_TRUE(is_gone(root() / "a/2.jpg"));
  EXPECT_TRUE(is_gone(root() / "b/1.jpg"));
  EXPECT_TRUE(is_gone(root() / "a/1.jpg/x"));
  fs::create_symlink("nowhere", root() / "a/link.jpg");
  EXPECT_TRUE(is_gone(root() / "a/link.jpg"));
}

TEST_F(FindPictures, LeavesTheExceptedFolderAlone) {
  touch("1.jpg");
  touch("shop/report/2.png");
  EXPECT_EQ(keys_of(find({""}, {root() / "shop"})), (Keys{"1"}));
}

TEST_F(FindPictures, LeavesOutTheFileThatIsExceptedAndNoOtherOfItsName) {
  touch("1.jpg");
  touch("tags.csv");
  touch("deep/tags.csv");
  const auto found = find({""}, {root() / "deep/../tags.csv"});
  EXPECT_EQ(keys_of(found), (Keys{"1", "tags"}));
  EXPECT_EQ(found.sources[1].path, root() / "deep/tags.csv");
}

}  // namespace
}  // namespace likeness
