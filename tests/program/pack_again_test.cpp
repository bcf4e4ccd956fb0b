// likeness pack run again after pictures were moved, edited, deleted and replaced: what becomes of
// the items, their tags, latents and clusters.
#include <filesystem>
#include <functional>
#include <vector>

#include "likeness/catalogue/pack.hpp"
#include "tests/program/line_shop.hpp"

namespace likeness {
namespace {

namespace fs = std::filesystem;

// With another byte in its first `part`.
std::string damaged(std::string bytes, const std::string& part) {
  char& byte = bytes.at(bytes.find(part) + part.size() / 2);
  byte = static_cast<char>(~byte);
  return bytes;
}

class PackAgain : public LineShop {
 protected:
  PackAgain() {
    Store store(path("shop/shop.db"), OpenMode::kExisting);
    auto transaction = store.begin();
    StoredClusters clusters{.dimensions = 2, .centroids = {3, 0, 9, 0}, .items = {}, .cluster = {}};
    for (std::int64_t i = 1; i <= 12; ++i) {
      clusters.items.push_back(i);
      clusters.cluster.push_back(i <= 6 ? 0U : 1U);
    }
    store.put_clusters(1, clusters);
    transaction.commit();
  }

  // Other bytes, other digest, the same pixels: as a program that writes a comment does.
  void edit_metadata(const std::string& name, const std::string& comment = "edited") const {
    const std::string jpeg = read(name);
    std::string segment = "\xff\xfe";
    segment += '\0';
    segment += static_cast<char>(comment.size() + 2);
    write(name, jpeg.substr(0, 2) + segment + comment + jpeg.substr(2));
  }

  // Of an item of a pack, as they lie there.
  [[nodiscard]] std::string pixels_of(const std::string& pack, const std::string& key) const {
    const Pack opened(path(pack));
    const auto pixels = opened.record(opened.find(key).value_or(0));
    return {pixels.begin(), pixels.end()};
  }
  [[nodiscard]] Store store() const { return {path("shop/shop.db"), OpenMode::kExisting}; }
  [[nodiscard]] std::size_t latents() const { return store().models().at(0).latents; }
  [[nodiscard]] std::size_t clustered() const { return store().clusters(1).items.size(); }
  [[nodiscard]] std::string source_of(const std::string& key) const {
    const auto item = store().find_item(key);
    return item ? fs::relative(item->source, fs::canonical(path(""))).string() : "no item";
  }
  void expect_sound() const {
    for (const StoreProblem& problem : store().check()) ADD_FAILURE() << problem.what;
    // The model of this shop has no file; nothing else may be wrong.
    const Json verified = parse_json(run({"verify", "shop", "--json"}).out, "stdout");
    for (const Json& problem : verified.at("problems").array()) {
      EXPECT_EQ(problem.at("where").text(), "models/line.safetensors");
    }
  }
};

TEST_F(PackAgain, MovedPicturesKeepEverythingAndGetTheirNewPath) {
  fs::rename(path("pictures"), path("moved"));
  const Json moved = run_json({"pack", "shop", "moved"});
  EXPECT_EQ(number_in(moved, "unchanged"), 12);
  EXPECT_EQ(number_in(moved, "gone"), 0);
  EXPECT_FALSE(exists("shop/packs/000002.pack"));
  EXPECT_EQ(source_of("0003"), "moved/0003.jpg");
  const Json found = run_json({"recommend", "shop", "--item", "0001", "--count", "1"});
  EXPECT_TRUE(fs::exists(found.at("results").array().at(0).at("path").text()));
  EXPECT_EQ(latents(), 12U);
  EXPECT_EQ(clustered(), 12U);
  expect_sound();
}

TEST_F(PackAgain, EditedMetadataLosesNothingAndIsReadOnlyOnce) {
  for (const char* name : {"0001", "0002", "0003"}) {
    edit_metadata(std::string("pictures/") + name + ".jpg");
  }
  fs::create_directories(path("elsewhere"));
  fs::rename(path("pictures/0003.jpg"), path("elsewhere/0003.jpg"));
  EXPECT_EQ(number_in(run_json({"pack", "shop", "pictures", "elsewhere"}), "unchanged"), 12);
  EXPECT_FALSE(exists("shop/packs/000002.pack"));
  EXPECT_EQ(source_of("0003"), "elsewhere/0003.jpg");
  EXPECT_EQ(latents(), 12U);
  EXPECT_EQ(clustered(), 12U);
  EXPECT_EQ(store().tags_of(1).size(), 2U);
  expect_sound();
  const std::string database = read("shop/shop.db");
  EXPECT_EQ(number_in(run_json({"pack", "shop", "pictures", "elsewhere"}), "unchanged"), 12);
  EXPECT_EQ(read("shop/shop.db"), database) << "path and digest are known now";
}

TEST_F(PackAgain, OtherPixelsUnderTheSamePathAreANewVersion) {
  draw("pictures/0002.jpg", 99);
  const Json packed = run_json({"pack", "shop", "pictures"});
  EXPECT_EQ(number_in(packed, "replaced"), 1);
  EXPECT_EQ(number_in(packed, "unchanged"), 11);
  EXPECT_EQ(latents(), 11U);
  EXPECT_EQ(clustered(), 11U);
  EXPECT_EQ(store().tags_of(2).size(), 2U) << "a new picture of the same thing";
  expect_sound();
}

TEST_F(PackAgain, AnotherFolderWithTheSameNamesReplacesNothing) {
  draw("trousers/0001.jpg", 101);
  draw("trousers/0002.jpg", 102);
  const Json packed = run_json({"pack", "shop", "trousers"});
  EXPECT_EQ(number_in(packed, "replaced"), 0);
  EXPECT_EQ(number_in(packed, "packed"), 0);
  ASSERT_EQ(packed.at("skipped").array().size(), 2U);
  const std::string reason = packed.at("skipped").array()[0].at("reason").text();
  EXPECT_TRUE(contains(reason, "pictures/0001.jpg, which is in the shop")) << reason;
  EXPECT_EQ(source_of("0001"), "pictures/0001.jpg");
  EXPECT_EQ(latents(), 12U);
  draw("a/0001.jpg", 103);  // before the item's own file, by path
  EXPECT_EQ(number_in(run_json({"pack", "shop", "a", "pictures", "trousers"}), "unchanged"), 12);
  EXPECT_EQ(latents(), 12U);
  expect_sound();
}

TEST_F(PackAgain, WhatWasRemovedComesBackOnlyAsANewVersion) {
  (void)run_json({"remove", "shop", "0002"});
  edit_metadata("pictures/0002.jpg");
  EXPECT_EQ(number_in(run_json({"pack", "shop", "pictures"}), "items"), 11);
  fs::create_directories(path("elsewhere"));
  fs::rename(path("pictures/0002.jpg"), path("elsewhere/0002.jpg"));
  edit_metadata("elsewhere/0002.jpg");
  EXPECT_EQ(number_in(run_json({"pack", "shop", "elsewhere"}), "items"), 11);
  draw("others/0002.jpg", 50);
  EXPECT_EQ(number_in(run_json({"pack", "shop", "others"}), "items"), 11) << "its file is there";
  EXPECT_EQ(source_of("0002"), "no item");
  draw("elsewhere/0002.jpg", 51);
  const Json back = run_json({"pack", "shop", "elsewhere"});
  EXPECT_EQ(number_in(back, "packed"), 1);
  EXPECT_EQ(number_in(back, "items"), 12);
  EXPECT_TRUE(store().tags_of(2).empty());
  expect_sound();
}

TEST_F(PackAgain, TheKeyOfARemovedItemIsFreeWhenItsFileIsGone) {
  (void)run_json({"remove", "shop", "0002"});
  fs::remove(path("pictures/0002.jpg"));
  draw("others/0002.jpg", 50);
  EXPECT_EQ(number_in(run_json({"pack", "shop", "others"}), "packed"), 1);
  EXPECT_EQ(source_of("0002"), "others/0002.jpg");
  expect_sound();
}

TEST_F(PackAgain, SaysHowManyFilesAreGoneAndKeepsTheItems) {
  fs::remove(path("pictures/0002.jpg"));
  fs::remove(path("pictures/0005.jpg"));
  const Json packed = run_json({"pack", "shop", "pictures"});
  EXPECT_EQ(number_in(packed, "gone"), 2);
  EXPECT_EQ(number_in(packed, "gone_removed"), 0);
  EXPECT_EQ(number_in(packed, "items"), 12);
  const Outcome text = run({"pack", "shop", "pictures"});
  EXPECT_TRUE(contains(text.out, "2 items have no file any more, such as 0002: they stay"))
      << text.out;
  EXPECT_EQ(number_in(run_json({"pack", "shop", "pictures/0001.jpg", "--gone", "keep"}), "gone"), 2)
      << "all of the shop, not only what is named";
  EXPECT_EQ(latents(), 12U);
}

TEST_F(PackAgain, RemovesWhatIsGoneUntilItIsBack) {
  fs::create_directories(path("aside"));
  fs::rename(path("pictures/0002.jpg"), path("aside/0002.jpg"));
  fs::remove(path("pictures/0005.jpg"));
  const Json removed = run_json({"pack", "shop", "pictures", "--gone", "remove"});
  EXPECT_EQ(number_in(removed, "gone"), 2);
  EXPECT_EQ(number_in(removed, "gone_removed"), 2);
  EXPECT_EQ(number_in(removed, "items"), 10);
  EXPECT_EQ(latents(), 10U);
  EXPECT_EQ(clustered(), 10U);
  EXPECT_EQ(number_in(run_json({"pack", "shop", "pictures"}), "gone"), 0) << "said once";
  expect_sound();
  fs::rename(path("aside/0002.jpg"), path("pictures/0002.jpg"));
  const Json back = run_json({"pack", "shop", "pictures"});
  EXPECT_EQ(number_in(back, "back"), 1);
  EXPECT_EQ(number_in(back, "items"), 11);
  EXPECT_FALSE(exists("shop/packs/000002.pack")) << "its pixels are still there";
  expect_sound();
}

TEST_F(PackAgain, ARemovedItemStaysAwayAlsoWhenItsFileWasGone) {
  (void)run_json({"remove", "shop", "0002"});
  fs::create_directories(path("aside"));
  fs::rename(path("pictures/0002.jpg"), path("aside/0002.jpg"));
  EXPECT_EQ(number_in(run_json({"pack", "shop", "pictures", "--gone", "remove"}), "gone"), 0);
  fs::rename(path("aside/0002.jpg"), path("pictures/0002.jpg"));
  EXPECT_EQ(number_in(run_json({"pack", "shop", "pictures"}), "items"), 11);
}

TEST_F(PackAgain, ANewPictureTakesTheKeyOfOneThatIsGoneOnlyIfAskedTo) {
  fs::remove(path("pictures/0002.jpg"));
  draw("others/0002.jpg", 50);
  const Json kept = run_json({"pack", "shop", "pictures", "others"});
  ASSERT_EQ(kept.at("skipped").array().size(), 1U);
  EXPECT_TRUE(contains(kept.at("skipped").array()[0].at("reason").text(), "whose file is gone"));
  const Json freed = run_json({"pack", "shop", "pictures", "others", "--gone", "remove"});
  EXPECT_EQ(number_in(freed, "packed"), 1);
  EXPECT_EQ(number_in(freed, "items"), 12);
  EXPECT_EQ(source_of("0002"), "others/0002.jpg");
  EXPECT_TRUE(store().tags_of(2).empty()) << "those of another picture";
  EXPECT_EQ(latents(), 11U);
  expect_sound();
}

TEST_F(PackAgain, ADamagedFileLeavesTheItemAsItWas) {
  fs::resize_file(path("pictures/0002.jpg"), 200);
  const Json packed = run_json({"pack", "shop", "pictures"});
  EXPECT_EQ(packed.at("skipped").array().size(), 1U);
  EXPECT_EQ(number_in(packed, "items"), 12);
  EXPECT_EQ(number_in(packed, "gone"), 0);
  EXPECT_EQ(latents(), 12U);
}

TEST_F(PackAgain, WhatIsDamagedInTheShopIsPackedAgainFromItsFile) {
  const std::string pack = "shop/packs/000001.pack";
  write(pack, damaged(read(pack), pixels_of(pack, "0002")));
  EXPECT_EQ(number_in(run_json({"pack", "shop", "pictures"}), "unchanged"), 12);
  const Outcome told = run({"verify", "shop"});
  EXPECT_EQ(told.exit_code, 1);
  EXPECT_TRUE(contains(told.out, "`likeness pack shop PICTURES... --check`")) << told.out;
  const Json packed = run_json({"pack", "shop", "pictures", "--check"});
  EXPECT_EQ(number_in(packed, "replaced"), 1);
  EXPECT_EQ(number_in(packed, "unchanged"), 11);
  const Outcome left = run({"verify", "shop"});
  EXPECT_TRUE(contains(left.out, "`likeness compact shop`")) << left.out;
  EXPECT_FALSE(contains(left.out, "--check")) << left.out;
  (void)run_json({"compact", "shop"});
  expect_sound();
  EXPECT_EQ(number_in(run_json({"pack", "shop", "pictures", "--check"}), "unchanged"), 12);
}

// However a pack is lost: its pictures are packed again from their files, and it goes.
TEST_F(PackAgain, APackThatIsLostIsPackedAgainFromTheFiles) {
  const std::string pack = "shop/packs/000001.pack";
  ASSERT_EQ(run({"remove", "shop", "0012"}).exit_code, 0);
  draw("more/other.jpg", 40);
  ASSERT_EQ(run({"pack", "shop", "more"}).exit_code, 0);
  const std::string sound = read(pack);
  const std::vector<std::function<void()>> losses{
      [&] { fs::remove(path(pack)); }, [&] { write(pack, damaged(sound, "0007")); },
      [&] { write(pack, read("shop/packs/000002.pack")); },
      [&] { fs::resize_file(path(pack), sound.size() / 2); }, [&] { write(pack, ""); }};
  for (const auto& lose : losses) {
    fs::copy(path("shop"), path("kept"), fs::copy_options::recursive);
    lose();
    const Outcome told = run({"verify", "shop"});
    EXPECT_TRUE(contains(told.out, "`likeness pack shop PICTURES... --check`")) << told.out;
    EXPECT_TRUE(contains(complaint(1, {"report", "shop"}), "--check`"));
    const Json packed = run_json({"pack", "shop", "pictures", "--check"});
    EXPECT_EQ(number_in(packed, "replaced"), 11);
    EXPECT_EQ(number_in(packed, "items"), 12);
    EXPECT_EQ(number_in(packed, "lost"), 0);
    expect_sound();
    EXPECT_EQ(number_in(run_json({"pack", "shop", "pictures"}), "items"), 12) << "0012 stays away";
    ASSERT_EQ(run({"compact", "shop"}).exit_code, 0);
    EXPECT_FALSE(fs::exists(path(pack)));
    fs::remove_all(path("shop"));
    fs::rename(path("kept"), path("shop"));
  }
}

TEST_F(PackAgain, APackOfAnotherShopIsReplacedFromTheFiles) {
  for (unsigned i = 1; i <= 12; ++i) draw("twin/" + std::to_string(100 + i) + ".jpg", 50 + i);
  ASSERT_EQ(run({"pack", "twins", "twin"}).exit_code, 0);
  write("shop/packs/000001.pack", read("twins/packs/000001.pack"));
  const Outcome told = run({"verify", "shop"});
  EXPECT_TRUE(contains(told.out, "`likeness pack shop PICTURES... --check`")) << told.out;
  EXPECT_EQ(number_in(run_json({"pack", "shop", "pictures", "--check"}), "replaced"), 12);
  (void)run_json({"compact", "shop"});
  expect_sound();
}

TEST_F(PackAgain, WhatALostPackLeavesWithoutAFileIsTold) {
  draw("more/other.jpg", 40);
  ASSERT_EQ(run({"pack", "shop", "more"}).exit_code, 0);
  fs::remove(path("shop/packs/000001.pack"));
  fs::remove(path("pictures/0003.jpg"));
  const Outcome told = run({"pack", "shop", "pictures", "--check"});
  EXPECT_EQ(told.exit_code, 0);
  EXPECT_TRUE(contains(told.out, "1 items are lost with their pack, such as 0003")) << told.out;
  EXPECT_EQ(number_in(run_json({"pack", "shop", "pictures", "--check"}), "lost"), 1);
  ASSERT_EQ(run({"remove", "shop", "0003"}).exit_code, 0);
  EXPECT_EQ(number_in(run_json({"pack", "shop", "pictures", "--check"}), "lost"), 0);
  expect_sound();
}

TEST_F(PackAgain, TheOnlyPackOfAShopStaysThoughItIsLost) {
  Words remove{"remove", "shop"};
  for (const auto& file : fs::directory_iterator(path("pictures"))) {
    remove.push_back(file.path().stem());
  }
  ASSERT_EQ(run(remove).exit_code, 0);
  fs::remove(path("shop/packs/000001.pack"));
  const Json packed = run_json({"pack", "shop", "pictures", "--check"});
  EXPECT_EQ(number_in(packed, "items"), 0);
  EXPECT_EQ(packed.at("packs").array().size(), 1U);
}

TEST_F(PackAgain, KeysAreOneWhateverTheirSpelling) {
  draw("mac/Hemd gru\u0308n.jpg", 60);
  write("nfc.csv", "id,kind\nHemd gr\u00fcn,shirt\n");
  EXPECT_EQ(
      number_in(run_json({"pack", "shop", "mac", "--tags", "nfc.csv", "--key", "id"}), "packed"),
      1);
  ASSERT_TRUE(store().find_item("Hemd gr\u00fcn"));
  draw("linux/Hemd gr\u00fcn.jpg", 61);
  EXPECT_EQ(run_json({"pack", "shop", "linux"}).at("skipped").array().size(), 1U);
  EXPECT_EQ(number_in(run_json({"remove", "shop", "Hemd gru\u0308n"}), "removed"), 1);
  expect_sound();
}

TEST_F(PackAgain, KeysOfAnOlderShopAreBroughtIntoOneSpelling) {
  {
    Store older = store();
    auto transaction = older.begin();
    Item item = older.items().at(2);
    item.key = "gru\u0308n";
    older.update_items(std::span(&item, 1));
    transaction.commit();
  }
  fs::rename(path("pictures/0003.jpg"), path("pictures/gr\u00fcn.jpg"));
  EXPECT_EQ(number_in(run_json({"pack", "shop", "pictures"}), "unchanged"), 12);
  ASSERT_TRUE(store().find_item("gr\u00fcn"));
  EXPECT_EQ(store().find_item("gr\u00fcn")->id, 3);
  EXPECT_EQ(latents(), 12U);
}

TEST_F(PackAgain, ImpossibleSizesInTheDatabaseAreDamageAndNoBugOfOurs) {
  for (const char* size : {"width = -5", "height = 0", "width = 2000000000", "count = 0"}) {
    const std::string sound = read("shop/shop.db");
    Database(path("shop/shop.db"), OpenMode::kExisting)
        .execute(("UPDATE packs SET " + std::string(size) +
                  "; UPDATE packs SET checksum = row_checksum(id, file, count, width, height, fit)")
                     .c_str());
    for (const Words& words : {Words{"pack", "shop", "pictures"}, Words{"info", "shop"},
                               Words{"report", "shop"}, Words{"duplicates", "shop"}}) {
      EXPECT_TRUE(contains(complaint(1, words), "impossible numbers")) << size << words[0];
    }
    write("shop/shop.db", sound);
  }
}

class PackFolder : public ProgramTest {};

TEST_F(PackFolder, OnlyPicturesTakeKeysAndTheRestIsOneLine) {
  draw("p/1.JPG", 1);
  draw("p/2.JPG", 2);
  draw("p/3.JPG", 3);
  write("p/1.AAE", "<?xml version=\"1.0\"?><plist/>");
  write("p/2.CR2", std::string("II*\0\x10\0\0\0CR\2\0", 12) + std::string(2'000, '\7'));
  write("p/3.JPEG", "");
  write("p/Thumbs.db", "\xd0\xcf\x11\xe0");
  write("p/notes.txt", "words");
  draw("p/@eaDir/1.JPG/SYNOPHOTO_THUMB_M.jpg", 9);
  const Json packed = run_json({"pack", "shop", "p"});
  EXPECT_EQ(number_in(packed, "packed"), 3);
  EXPECT_EQ(number_in(packed, "ignored"), 4);
  ASSERT_EQ(packed.at("skipped").array().size(), 1U);
  EXPECT_TRUE(contains(packed.at("skipped").array()[0].at("path").text(), "3.JPEG"));
  write("p/tags.csv", "id,colour\n1,red\n");
  EXPECT_EQ(
      number_in(run_json({"pack", "shop", "p", "--tags", "p/tags.csv", "--key", "id"}), "ignored"),
      4);
  std::filesystem::remove(path("p/tags.csv"));
  const Outcome text = run({"pack", "shop", "p"});
  EXPECT_TRUE(contains(text.out, "4 files are no pictures by their first bytes, such as "))
      << text.out;
}

TEST_F(PackFolder, AnotherShopBelowIsLeftOutAndSaid) {
  draw("all/other/pictures/1.jpg", 1);
  draw("all/2.jpg", 2);
  (void)run_json({"pack", "all/other/shop", "all/other/pictures"});
  const Json packed = run_json({"pack", "all/shop", "all"});
  EXPECT_EQ(number_in(packed, "packed"), 2);
  ASSERT_EQ(packed.at("skipped").array().size(), 1U);
  EXPECT_TRUE(contains(packed.at("skipped").array()[0].at("reason").text(), "another shop"));
}

TEST_F(PackFolder, AListMayBeginWithAByteOrderMark) {
  draw_pictures(2);
  const Outcome outcome = run({"pack", "shop", "-", "--json"},
                              "\xEF\xBB\xBFpictures/0001.jpg\r\npictures/0002.jpg\r\n");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json packed = parse_json(outcome.out, "stdout");
  EXPECT_EQ(number_in(packed, "packed"), 2);
  EXPECT_TRUE(packed.at("skipped").array().empty());
}

TEST_F(PackFolder, ADataSetOfTheSameNamesReplacesNothing) {
  const auto write_set = [this](const std::string& folder, char level) {
    const std::string head("\0\0\x08\x03\0\0\0\2\0\0\0\2\0\0\0\3", 16);
    write(folder + "/train-images", head + std::string(12, level));
    write(folder + "/train-labels", std::string("\0\0\x08\x01\0\0\0\2\3\4", 10));
  };
  const auto pack_set = [this](const std::string& folder) {
    return run_json(
        {"pack", "shop", "--dataset", "idx", folder + "/train-images", folder + "/train-labels"});
  };
  write_set("digits", '\x10');
  write_set("clothes", '\x20');
  EXPECT_EQ(number_in(pack_set("digits"), "packed"), 2);
  EXPECT_EQ(number_in(pack_set("digits"), "unchanged"), 2);
  const Json other = pack_set("clothes");
  EXPECT_EQ(number_in(other, "replaced"), 0);
  EXPECT_EQ(other.at("skipped").array().size(), 2U);
  write_set("digits", '\x30');
  EXPECT_EQ(number_in(pack_set("digits"), "replaced"), 2);
  fs::rename(path("digits"), path("moved"));
  EXPECT_EQ(number_in(pack_set("moved"), "unchanged"), 2);
  EXPECT_TRUE(run_json({"verify", "shop"}).at("ok").boolean());
}

TEST_F(PackFolder, WhatIsDamagedIsPackedAgainFromItsDataSet) {
  const std::string head("\0\0\x08\x03\0\0\0\2\0\0\0\2\0\0\0\3", 16);
  write("train-images", head + std::string(6, '\x10') + std::string(6, '\x20'));
  write("train-labels", std::string("\0\0\x08\x01\0\0\0\2\3\4", 10));
  Words words{"pack", "shop", "--dataset", "idx", "train-images", "train-labels"};
  (void)run_json(words);
  const std::string pack = "shop/packs/000001.pack";
  write(pack, damaged(read(pack), std::string(18, '\x20')));
  EXPECT_EQ(number_in(run_json(words), "unchanged"), 2);
  words.emplace_back("--check");
  EXPECT_EQ(number_in(run_json(words), "replaced"), 1);
  (void)run_json({"compact", "shop"});
  EXPECT_TRUE(run_json({"verify", "shop"}).at("ok").boolean());
}

TEST_F(PackFolder, GoneIsKeepOrRemove) {
  draw_pictures(1);
  EXPECT_TRUE(
      contains(complaint(2, {"pack", "shop", "pictures", "--gone", "ask"}), "keep or remove"));
}

}  // namespace
}  // namespace likeness
