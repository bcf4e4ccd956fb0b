// A pipe or a device in the place of any file: an error, never a program that waits for ever.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/program/line_shop.hpp"

namespace likeness {
namespace {

class IrregularFiles : public LineShop {
 protected:
  IrregularFiles() { make_pipe("pipe"); }

  void make_pipe(const std::string& name) const {
    std::filesystem::create_directories(path(name).parent_path());
    std::filesystem::remove(path(name));
    ASSERT_EQ(::mkfifo(path(name).c_str(), 0600), 0) << name;
  }

  // One line that names the file, and exit code 1.
  void expect_refused(const std::string& name, const std::vector<std::string>& words) const {
    const std::string line = complaint(1, words);
    EXPECT_NE(line.find(name + ": is not a regular file"), std::string::npos) << line;
  }

  [[nodiscard]] bool is_pipe(const std::string& name) const {
    return std::filesystem::is_fifo(path(name));
  }
};

TEST_F(IrregularFiles, AsPicturesAreSkipped) {
  make_pipe("pictures/pipe.jpg");
  std::filesystem::create_symlink("/dev/zero", path("pictures/zeros.jpg"));
  EXPECT_EQ(run_json({"pack", "shop", "pictures"}).at("items").integer(), 12);
  (void)complaint(1, {"pack", "other", "pictures/pipe.jpg"});
  (void)complaint(1, {"pack", "other", "/dev/zero"});
}

TEST_F(IrregularFiles, AsInputAreRefused) {
  for (const std::string name : {"pipe", "/dev/zero"}) {
    expect_refused(name, {"pack", "shop", "pictures", "--tags", name, "--key", "id"});
    expect_refused(name, {"pack", "other", "--dataset", "idx", name, name});
    expect_refused(name, {"recommend", "shop", "--image", name});
  }
}

TEST_F(IrregularFiles, AsOutputAreRefusedAndStay) {
  make_pipe("pipe.npy");
  make_pipe("pipe.png");
  expect_refused("pipe.npy", {"export", "shop", "pipe.npy"});
  expect_refused("pipe.png", {"recommend", "shop", "--item", "0001", "--picture", "pipe.png"});
  (void)complaint(1, {"report", "shop", "-o", "pipe"});
  EXPECT_TRUE(is_pipe("pipe.npy") && is_pipe("pipe.png") && is_pipe("pipe"));
}

TEST_F(IrregularFiles, InThePlaceOfTheShopsOwnFilesAreRefused) {
  make_pipe("shop/models/line.safetensors");
  expect_refused("line.safetensors", {"info", "shop", "--network"});
  EXPECT_EQ(run({"verify", "shop"}).exit_code, 1);
  make_pipe("shop/lock");
  expect_refused("lock", {"remove", "shop", "0001"});
  make_pipe("shop/lock.training");
  expect_refused("lock.training", {"train", "shop", "--epochs", "1"});
  make_pipe("shop/packs/000001.pack");
  expect_refused("000001.pack", {"duplicates", "shop"});
  make_pipe("shop/shop.db-wal");
  expect_refused("shop.db-wal", {"info", "shop"});
  make_pipe("shop/shop.db");
  expect_refused("shop.db", {"info", "shop"});
}

}  // namespace
}  // namespace likeness
