// Trainings and embeddings that are killed, interrupted, or run at once: a model that answers goes
// on answering, latents are those of the weights that the shop says, and what was committed stays.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>

#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/random.hpp"
#include "likeness/base/words.hpp"
#include "likeness/catalogue/pack.hpp"
#include "likeness/catalogue/pack_writer.hpp"
#include "likeness/encoder/initial.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/shop/latent_files.hpp"
#include "tests/program/program.hpp"

namespace likeness {
namespace {

using Words = std::vector<std::string>;

class TrainingKill : public ProgramTest {
 protected:
  [[nodiscard]] static Words train(int epochs, const std::string& name = "a") {
    return {"train",       "shop", "--name",   name, "--epochs", std::to_string(epochs),
            "--threads",   "1",    "--latent", "3",  "--batch",  "8",
            "--precision", "f32"};
  }
  [[nodiscard]] static Words resumed(Words words) {
    words.emplace_back("--resume");
    return words;
  }

  [[nodiscard]] Store store() const { return {path("shop/shop.db"), OpenMode::kExisting}; }

  void copy(const std::string& from, const std::string& to) const {
    std::filesystem::remove_all(path(to));
    std::filesystem::copy(path(from), path(to), std::filesystem::copy_options::recursive);
  }

  // A shop whose model "a" answers, and whose training goes on for some epochs if it is resumed.
  void make_shop_in_training(int epochs) {
    draw_pictures(24);
    ASSERT_EQ(run({"pack", "shop", "pictures", "--size", "12x16"}).exit_code, 0);
    {
      Running running(train(epochs), path("."), "");
      while (!exists("shop/runs/a/epoch-0002.pack") && !running.ended()) {
      }
      running.send(SIGKILL);
      ASSERT_EQ(running.wait().signal, SIGKILL);
    }
    ASSERT_EQ(run({"embed", "shop", "--threads", "1"}).exit_code, 0);
  }

  // The latents that count are the ones that the model's own file gives.
  void expect_latents_of_their_weights() const {
    const Store now = store();
    const auto active = now.active_model();
    ASSERT_TRUE(active);
    EXPECT_FALSE(active->successor);
    const Model model = read_model(path("shop/models/" + active->file));
    EXPECT_EQ(model.checksum, active->weights);
    const Pack pack(path("shop/packs/000001.pack"));
    Pictures pictures;
    for (const Item& item : now.items()) pictures.push_back(pack.record(item.record));
    const auto expected =
        embed(model, pictures, has_fast_bf16() ? Precision::kBf16 : Precision::kF32, 1);
    const auto latents = all_latents(now, {.folder = path("shop")}, *active);
    ASSERT_EQ(latents.values.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(latents.values[i], expected[i], 1e-4 * (1.0 + std::abs(expected[i])));
    }
  }

  void expect_sound() const {
    const Json verified = run_json({"verify", "shop"});
    EXPECT_TRUE(verified.at("ok").boolean()) << verified.dump();
  }
};

TEST_F(TrainingKill, NeverTakesTheModelThatAnswersOffLine) {
  constexpr int kEpochs = 16;
  make_shop_in_training(kEpochs);
  expect_latents_of_their_weights();
  copy("shop", "saved");
  const auto duration = time_of(resumed(train(kEpochs)));
  const auto end = store();
  const auto trained = end.find_successor("a");
  ASSERT_TRUE(trained);  // further than what answers, which still does
  EXPECT_TRUE(end.active_model());

  Random random(4);
  int killed = 0;
  for (int round = 0; round < 4; ++round) {
    copy("saved", "shop");
    for (const Words& words :
         {resumed(train(kEpochs)), Words{"embed", "shop", "--quiet", "--threads", "1"}}) {
      const auto time = random.below(static_cast<std::uint64_t>(duration.count()));
      const Outcome outcome = run_for(std::chrono::microseconds(time), SIGKILL, words);
      killed += outcome.signal == SIGKILL ? 1 : 0;
      expect_sound();
      expect_latents_of_their_weights();
    }
    EXPECT_EQ(run({"recommend", "shop", "--item", "0001"}).exit_code, 0);
    ASSERT_EQ(run(resumed(train(kEpochs))).exit_code, 0);
    ASSERT_EQ(run({"embed", "shop", "--threads", "1"}).exit_code, 0);
    expect_latents_of_their_weights();
    EXPECT_EQ(store().active_model()->weights, trained->weights);  // as if it had never been killed
    EXPECT_TRUE(run_json({"verify", "shop"}).at("notes").array().empty());
  }
  EXPECT_GT(killed, 2);  // else the test has tried nothing
}

TEST_F(TrainingKill, EmbeddingWhileTheSameModelIsTrainedNeverMixesTheirLatents) {
  make_shop_in_training(100'000);
  Running running(resumed(train(100'000)), path("."), "");
  for (int round = 0; round < 6; ++round) {
    const Outcome outcome = run({"embed", "shop", "--threads", "1"});
    EXPECT_TRUE(outcome.exit_code == 0 || outcome.exit_code == 1) << outcome.err;
    expect_latents_of_their_weights();
    expect_sound();
  }
  EXPECT_FALSE(running.ended());
  running.send(SIGTERM);
  const Outcome outcome = running.wait();
  EXPECT_NE(outcome.err.find("--name a --resume"), std::string::npos) << outcome.err;
  EXPECT_EQ(run({"embed", "shop", "--threads", "1"}).exit_code, 0);
  expect_latents_of_their_weights();
  expect_sound();
}

TEST_F(TrainingKill, BeforeItsFirstEpochLeavesItsNameFree) {
  draw_pictures(24);
  ASSERT_EQ(run({"pack", "shop", "pictures", "--size", "12x16"}).exit_code, 0);
  // What a training leaves that is killed before its model is in the database.
  write("shop/runs/a/epoch-0000.pack", "half");
  write("shop/runs/a/checkpoint.safetensors.tmp", "half");
  write("shop/models/a.safetensors", "whole");
  write("shop/models/a.safetensors.tmp", "half");
  const Json verified = run_json({"verify", "shop"});
  EXPECT_TRUE(verified.at("ok").boolean());
  std::vector<std::string> named;
  for (const Json& note : verified.at("notes").array()) named.push_back(note.at("where").text());
  EXPECT_EQ(named, (std::vector<std::string>{"models/a.safetensors.tmp", "runs/a",
                                             "models/a.safetensors"}));
  EXPECT_EQ(run_json(train(2)).at("model").text(), "a");
  EXPECT_TRUE(run_json({"verify", "shop"}).at("notes").array().empty());
  EXPECT_FALSE(exists("shop/models/a.safetensors.tmp"));

  write("shop/runs/compact-3/epoch-0000.pack", "half");
  write("shop/runs/compact-3/notes.txt", "mine");
  auto unnamed = train(1);
  unnamed.erase(unnamed.begin() + 2, unnamed.begin() + 4);
  EXPECT_EQ(run_json(unnamed).at("model").text(), "compact-3");
  EXPECT_EQ(read("shop/runs/compact-3/notes.txt"), "mine");
}

TEST_F(TrainingKill, InterruptedBeforeItsFirstEpochKeepsNothing) {
  draw_pictures(200);
  ASSERT_EQ(run({"pack", "shop", "pictures", "--size", "60x80"}).exit_code, 0);
  auto words = train(3);
  words.insert(words.end(), {"--network", "xception"});
  Running running(words, path("."), "");
  while (!exists("shop/runs/a/epoch-0000.pack") && !running.ended()) {
  }
  running.send(SIGINT);
  const Outcome outcome = running.wait();
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(outcome.err.find("nothing is kept"), std::string::npos) << outcome.err;
  EXPECT_FALSE(exists("shop/runs/a"));
}

// Weights that somebody else put in the place of those that answer.
TEST_F(TrainingKill, LatentsOfOtherWeightsAreNotUsed) {
  draw_pictures(24);
  ASSERT_EQ(run({"pack", "shop", "pictures", "--size", "12x16"}).exit_code, 0);
  ASSERT_EQ(run(train(1, "a")).exit_code, 0);
  ASSERT_EQ(run({"embed", "shop", "--threads", "1"}).exit_code, 0);
  ASSERT_EQ(run(train(2, "b")).exit_code, 0);
  std::filesystem::copy_file(path("shop/models/b.safetensors"), path("shop/models/a.safetensors"),
                             std::filesystem::copy_options::overwrite_existing);
  const Outcome verified = run({"verify", "shop"});
  EXPECT_EQ(verified.exit_code, 1);
  EXPECT_NE(verified.out.find("other weights"), std::string::npos) << verified.out;
  for (const Words& words : {Words{"recommend", "shop", "--item", "0001"}, Words{"cluster", "shop"},
                             Words{"export", "shop", "a.npy"}}) {
    EXPECT_NE(complaint(1, words).find("likeness embed shop --model a"), std::string::npos);
  }
  EXPECT_EQ(run({"report", "shop", "--quiet"}).exit_code, 0);  // of all else
  EXPECT_EQ(run_json({"embed", "shop", "--model", "a"}).at("embedded").integer(), 24);
  expect_latents_of_their_weights();
  expect_sound();
}

// Many items without the work of decoding them, and a model that is not trained.
class EmbedKill : public TrainingKill {
 protected:
  static constexpr std::size_t kPackItems = 50'000;
  static constexpr std::size_t kItems = 3 * kPackItems;

  EmbedKill() {
    std::filesystem::create_directories(path("shop/packs"));
    std::filesystem::create_directories(path("shop/models"));
    Store made(path("shop/shop.db"), OpenMode::kCreate);
    for (std::int64_t pack = 1; pack <= 3; ++pack) add_pack(made, pack);
    const Network network = compact_network({.c = 3, .h = 8, .w = 8}, 2);
    const std::string weights = write_model(path("shop/models/m.safetensors"),
                                            {.name = "m",
                                             .network = network,
                                             .parameters = initial_parameters(network, 1),
                                             .program = "test",
                                             .history = {}});
    auto transaction = made.begin();
    (void)made.put_model({.name = "m",
                          .file = "m.safetensors",
                          .network = "compact",
                          .dimensions = 2,
                          .weights = weights});
    transaction.commit();
  }

  void add_pack(Store& store, std::int64_t id) const {
    constexpr Size kSize{.width = 8, .height = 8};
    const std::string name = "00000" + std::to_string(id) + ".pack";
    PackWriter pack(path("shop/packs/" + name), kSize, Fit::kStretch);
    std::vector<Item> items;
    std::vector<std::uint8_t> pixels(192);
    Random random(static_cast<std::uint64_t>(id));
    for (std::size_t i = 0; i < kPackItems; ++i) {
      for (auto& level : pixels) level = static_cast<std::uint8_t>(random.below(256));
      const auto bytes = std::as_bytes(std::span(pixels));
      items.push_back({.key = std::to_string(static_cast<std::size_t>(id) * 1'000'000 + i),
                       .source = "drawn",
                       .digest = digest(bytes),
                       .pack = id,
                       .record = i});
      pack.add({.key = items.back().key,
                .source = items.back().source,
                .digest = items.back().digest,
                .checksum = checksum(bytes),
                .pixels = pixels});
    }
    pack.commit();
    auto transaction = store.begin();
    store.add_pack({.id = id,
                    .file = name,
                    .count = kPackItems,
                    .width = kSize.width,
                    .height = kSize.height,
                    .fit = "stretch"});
    store.put_items(items);
    transaction.commit();
  }

  [[nodiscard]] std::size_t stored() const { return store().find_model("m")->latents; }

  // One thread: on a busy machine several wait for one another, and that is not what is tried here.
  static Words embedding() { return {"embed", "shop", "--threads", "1"}; }
};

TEST_F(EmbedKill, KeepsWhatItCommittedSaysSoAndGoesOn) {
  {
    Running running(embedding(), path("."), "");
    while (stored() == 0 && !running.ended()) {
    }
    running.send(SIGKILL);
    ASSERT_EQ(running.wait().signal, SIGKILL);
  }
  std::size_t kept = stored();
  EXPECT_GT(kept, 0U);
  EXPECT_LT(kept, kItems);
  EXPECT_FALSE(store().active_model());  // it cannot answer for all yet

  const Outcome outcome = run_for(std::chrono::milliseconds(300), SIGTERM, embedding());
  if (outcome.exit_code == 1) {  // else it was too fast or too slow to be interrupted
    const std::string made = with_thousands(stored() - kept) + " of " +
                             with_thousands(kItems - kept) + " latents were made and are kept";
    EXPECT_NE(outcome.err.find(made), std::string::npos) << outcome.err;
  }
  kept = stored();
  EXPECT_EQ(run_json(embedding()).at("embedded").integer(),
            static_cast<std::int64_t>(kItems - kept));
  EXPECT_EQ(stored(), kItems);
  EXPECT_EQ(store().active_model()->name, "m");
}

}  // namespace
}  // namespace likeness
