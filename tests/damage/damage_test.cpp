// Every file of a shop flipped, cut and mixed up: each command gives the answer of the sound shop
// or a clear error; never another answer, a crash, or more than 2 GB of memory.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/damage/damaged_bytes.hpp"
#include "tests/program/program.hpp"

namespace likeness {
namespace {

using Words = std::vector<std::string>;

constexpr std::size_t kPage = 16384;  // of shop.db
constexpr std::size_t kSector = 4096;
constexpr std::uint64_t kMostMemory = std::uint64_t{2} << 30U;

class Damage : public ProgramTest, public testing::WithParamInterface<unsigned> {
 protected:
  Damage() {
    draw_pictures(12);
    std::filesystem::copy_file(path("pictures/0003.jpg"), path("pictures/0013.jpg"));
    std::string table = "id,colour\n";
    for (int i = 10; i < 13; ++i) table += "00" + std::to_string(i) + ",red\n";
    write("t.csv", table);
    const Words pack{"pack", "shop", "pictures", "--tags", "t.csv", "--key", "id"};
    for (const Words& words :
         {pack, train_, Words{"embed", "shop"}, Words{"cluster", "shop", "--clusters", "2"}}) {
      EXPECT_EQ(run(words).exit_code, 0) << words.front();
    }
  }

  // Some tries of each of the commands, in turns.
  void try_damage(const std::string& file, std::size_t block, std::size_t tries,
                  const std::vector<Words>& commands) const {
    const std::string sound = read(file);
    std::vector<std::string> expected;
    expected.reserve(commands.size());
    for (const Words& words : commands) expected.push_back(answer(words, run_all(words)));
    Random random(GetParam());
    std::size_t told = 0;
    for (std::size_t i = 0; i < std::max<std::size_t>(tries / LIKENESS_DAMAGE_SHARE, 1); ++i) {
      const DamagedBytes damaged = damage(sound, block, random);
      write(file, damaged.bytes);
      const Words& words = commands[i % commands.size()];
      const Outcome outcome = run_all(words);
      SCOPED_TRACE(words.front() + ", " + file + ": " + damaged.what);
      told += check(words, outcome, expected[i % commands.size()]) ? 0 : 1;
      for (const char* beside : {"shop/shop.db-wal", "shop/shop.db-shm"}) {
        std::filesystem::remove(path(beside));
      }
    }
    // Else nothing was damaged; a few tries may all have hit what these commands do not read.
    if (LIKENESS_DAMAGE_SHARE == 1) {
      EXPECT_GT(told, 0U);
    }
    write(file, sound);
  }

  Words train_{"train",   "shop",     "--name", "m",        "--network",
               "compact", "--latent", "3",      "--epochs", "1"};

 private:
  [[nodiscard]] Outcome run_all(Words words) const {
    words.emplace_back("--json");
    words.emplace_back("--quiet");
    return run(words);
  }

  // What a command found, without how long it took and how much lies on the disk.
  [[nodiscard]] std::string answer(const Words& words, const Outcome& outcome) const {
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    Json::Object members;
    const Json document = parse_json(outcome.out, "stdout");
    for (const auto& [name, value] : document.object()) {
      const bool varies =
          name == "seconds" || name == "images_per_second" || name == "epochs" || name == "bytes";
      if (!varies) members.emplace_back(name, value);
    }
    return Json(members).dump() +
           (words.front() == "export" ? read("out.npy") + read("out.keys.txt") : "");
  }

  // Whether there was an answer: the one that is expected, or else a clear error.
  [[nodiscard]] bool check(const Words& words, const Outcome& outcome,
                           const std::string& expected) const {
    EXPECT_EQ(outcome.signal, 0);
    EXPECT_LT(outcome.peak_memory, kMostMemory);
    if (outcome.exit_code == 0) {
      EXPECT_EQ(answer(words, outcome), expected);
      return true;
    }
    EXPECT_EQ(outcome.exit_code, 1) << outcome.err;
    const Json document = parse_json(outcome.out, "stdout");
    if (const Json* problems = document.find("problems")) {
      EXPECT_FALSE(problems->array().empty());
      return false;
    }
    const std::string message = document.at("error").at("message").text();
    EXPECT_EQ(outcome.err, "likeness: " + message + "\n");
    EXPECT_NE(message.find(": "), std::string::npos) << message;
    return false;
  }
};

const std::vector<Words> kOfTheDatabase{
    {"info", "shop"},
    {"recommend", "shop", "--item", "0003"},
    {"recommend", "shop", "--item", "0011", "--by", "clusters", "--where", "colour=red"},
    {"export", "shop", "out.npy"},
    {"verify", "shop"}};
const std::vector<Words> kOfThePixels{{"duplicates", "shop"},
                                      {"recommend", "shop", "--item", "0003", "--distinct"},
                                      {"verify", "shop"}};
const std::vector<Words> kOfTheLatents{{"recommend", "shop", "--item", "0003"},
                                       {"recommend", "shop", "--item", "0003", "--by", "clusters"},
                                       {"export", "shop", "out.npy"},
                                       {"verify", "shop"}};
const std::vector<Words> kOfTheModel{{"info", "shop", "--network"},
                                     {"recommend", "shop", "--image", "pictures/0003.jpg"},
                                     {"verify", "shop"}};

class DamagedDatabase : public Damage {};
TEST_P(DamagedDatabase, IsToldOrChangesNoAnswer) {
  try_damage("shop/shop.db", kPage, 110, kOfTheDatabase);
}
INSTANTIATE_TEST_SUITE_P(Tries, DamagedDatabase, testing::Range(1U, 11U));

class DamagedPack : public Damage {};
TEST_P(DamagedPack, IsToldOrChangesNoAnswer) {
  try_damage("shop/packs/000001.pack", kSector, 75, kOfThePixels);
}
INSTANTIATE_TEST_SUITE_P(Tries, DamagedPack, testing::Range(11U, 17U));

class DamagedLatents : public Damage {};
TEST_P(DamagedLatents, IsToldOrChangesNoAnswer) {
  try_damage("shop/latents/m/000001.latents", 256, 100, kOfTheLatents);
}
INSTANTIATE_TEST_SUITE_P(Tries, DamagedLatents, testing::Values(41U, 42U));

class DamagedModel : public Damage {};
TEST_P(DamagedModel, IsToldOrChangesNoAnswer) {
  try_damage("shop/models/m.safetensors", kSector, 100, kOfTheModel);
}
INSTANTIATE_TEST_SUITE_P(Tries, DamagedModel, testing::Range(21U, 25U));

class DamagedCheckpoint : public Damage {};
TEST_P(DamagedCheckpoint, IsToldOrChangesNoAnswer) {
  auto resume = train_;
  resume.emplace_back("--resume");
  try_damage("shop/runs/m/checkpoint.safetensors", kSector, 25, {resume});
}
INSTANTIATE_TEST_SUITE_P(Tries, DamagedCheckpoint, testing::Values(31U, 32U));

}  // namespace
}  // namespace likeness
