// What the keys of a shop are made of, and which files are read again.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "likeness/base/file.hpp"
#include "likeness/shop/verify.hpp"
#include "tests/shop/small_shop.hpp"

namespace likeness {
namespace {

class Keys : public SmallShop {
 protected:
  PackOutcome packed(const std::vector<std::string>& folders, PackRequest request = {}) {
    request.files = files();
    request.size = Size{.width = 24, .height = 32};
    for (const std::string& folder : folders) request.pictures.emplace_back(path(folder));
    return pack(request, work_);
  }
  static PackRequest with_keys(KeysFrom keys) {
    PackRequest request;
    request.keys = keys;
    return request;
  }
  [[nodiscard]] std::vector<std::string> keys() const {
    std::vector<std::string> keys;
    const Store now = open_store(files());
    for (const Item& item : now.items()) keys.push_back(item.key);
    std::ranges::sort(keys);
    return keys;
  }
};
using Texts = std::vector<std::string>;

TEST_F(Keys, AreNamesWhereNamesDoNotRepeat) {
  draw("shop of mine/shirts/1.jpg", 1);
  draw("shop of mine/shoes/2.jpg", 2);
  const PackOutcome outcome = packed({"shop of mine"});
  EXPECT_EQ(keys(), (Texts{"1", "2"}));
  EXPECT_EQ(outcome.keys, KeysFrom::kNames);
  EXPECT_TRUE(outcome.keys_are_new);
}

TEST_F(Keys, ArePathsWhereNamesRepeatAndStaySo) {
  draw("all/shirts/1.jpg", 1);
  draw("all/shoes/1.jpg", 2);
  draw("all/3.jpg", 3);
  const PackOutcome first = packed({"all"});
  EXPECT_EQ(keys(), (Texts{"3", "shirts/1", "shoes/1"}));
  EXPECT_EQ(first.keys, KeysFrom::kPaths);
  EXPECT_TRUE(first.report.skipped.empty());
  draw("all/hats/summer/9.jpg", 9);
  const PackOutcome second = packed({"all"});
  EXPECT_FALSE(second.keys_are_new);
  EXPECT_EQ(second.report.unchanged, 3U);
  EXPECT_EQ(keys(), (Texts{"3", "hats/summer/9", "shirts/1", "shoes/1"}));
  EXPECT_TRUE(verify(files(), work_).sound());
}

TEST_F(Keys, ANameThatOnlySidecarsAndOtherFormatsShareIsNoRepetition) {
  draw("all/a/1.jpg", 1);
  write_file(path("all/b.txt"), std::string_view("notes"));
  std::filesystem::create_directories(path("all/c"));
  write_file(path("all/c/1.txt"), std::string_view("notes"));
  (void)packed({"all"});
  EXPECT_EQ(keys(), Texts{"1"});
}

TEST_F(Keys, AreDecidedByHandOnce) {
  draw("all/a/1.jpg", 1);
  draw("all/b/2.jpg", 2);
  (void)packed({"all"}, with_keys(KeysFrom::kPaths));
  EXPECT_EQ(keys(), (Texts{"a/1", "b/2"}));
  EXPECT_EQ(error_of([&] { return packed({"all"}, with_keys(KeysFrom::kNames)); }).kind(),
            Error::Kind::kInput);
  (void)packed({"all"}, with_keys(KeysFrom::kPaths));
}

TEST_F(Keys, OfAFileThatIsKnownStayFromWhateverFolderItIsFound) {
  draw("all/a/1.jpg", 1);
  draw("all/b/1.jpg", 2);
  (void)packed({"all"});
  draw("all/a/2.jpg", 3);
  const PackOutcome again = packed({"all/a"});  // below which it would be "1"
  EXPECT_EQ(again.report.unchanged, 1U);
  EXPECT_EQ(keys(), (Texts{"2", "a/1", "b/1"}));
}

TEST_F(Keys, OfAListAreItsOwn) {
  draw("all/a/1.jpg", 1);
  draw("all/b/1.jpg", 2);
  PackRequest request;
  request.listed = {{.path = path("all/a/1.jpg"), .key = "SKU 1"},
                    {.path = path("all/b/1.jpg"), .key = "SKU/2"},
                    {.path = path("all/b"), .key = "no file"},
                    {.path = path("all/b/1.jpg"), .key = "line\nend"},
                    {.path = path("all/none.jpg"), .key = "none"}};
  const PackOutcome outcome = packed({}, request);
  EXPECT_EQ(keys(), (Texts{"SKU 1", "SKU/2"}));
  EXPECT_EQ(outcome.report.skipped.size(), 3U);
  EXPECT_FALSE(outcome.keys.has_value());
  EXPECT_EQ(packed({"all"}).report.unchanged, 2U);  // whose keys stay
  EXPECT_EQ(keys(), (Texts{"SKU 1", "SKU/2"}));
}

class Stamps : public Keys {
 protected:
  // Old enough for its time of change to be trusted.
  static void let_settle() { std::this_thread::sleep_for(std::chrono::milliseconds(3100)); }
};

TEST_F(Stamps, AFileThatDidNotChangeIsNotReadAgain) {
  draw("all/1.jpg", 1);
  let_settle();
  (void)packed({"all"});
  const Store before = open_store(files());
  const FileStamp stamp = before.find_item("1")->stamp;
  EXPECT_TRUE(stamp.is_known());
  EXPECT_EQ(stamp.bytes, std::filesystem::file_size(path("all/1.jpg")));
  {
    // A digest that only who reads the file can tell is wrong.
    Store shop = open_store(files(), OpenMode::kExisting);
    auto transaction = shop.begin();
    Item item = *shop.find_item("1");
    item.digest = {.high = 1, .low = 2};
    shop.update_items(std::span(&item, 1));
    transaction.commit();
  }
  EXPECT_EQ(packed({"all"}).report.unchanged, 1U);
  EXPECT_EQ(open_store(files()).find_item("1")->digest.high, 1U);
  PackRequest of_all;
  of_all.read_all = true;
  EXPECT_EQ(packed({"all"}, of_all).report.unchanged, 1U);
  EXPECT_NE(open_store(files()).find_item("1")->digest.high, 1U);
}

TEST_F(Stamps, OtherPixelsOfTheSameSizeAndAgeAreFound) {
  draw("all/1.jpg", 1);
  let_settle();
  (void)packed({"all"});
  const auto age = std::filesystem::last_write_time(path("all/1.jpg"));
  const auto size = std::filesystem::file_size(path("all/1.jpg"));
  draw("all/1.jpg", 2);
  std::filesystem::resize_file(path("all/1.jpg"), size);
  std::filesystem::last_write_time(path("all/1.jpg"), age);  // as a program may that copies
  EXPECT_EQ(packed({"all"}).report.unchanged, 0U);
}

TEST_F(Stamps, OfAFileThatJustChangedAreNotTrusted) {
  draw("all/1.jpg", 1);
  (void)packed({"all"});
  EXPECT_FALSE(open_store(files()).find_item("1")->stamp.is_known());
}

}  // namespace
}  // namespace likeness
