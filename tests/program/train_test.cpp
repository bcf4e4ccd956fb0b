// likeness train, embed and export, run as a person would: what they print, write and survive.
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/encoder/initial.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/encoder/safetensors.hpp"
#include "likeness/store/store.hpp"
#include "tests/program/program.hpp"
#include "tests/support/older_shop.hpp"

namespace likeness {
namespace {

class TrainTest : public ProgramTest {
 protected:
  TrainTest() {
    draw_pictures(24);
    EXPECT_EQ(run({"pack", "shop", "pictures", "--size", "12x16"}).exit_code, 0);
  }

  // Few threads and f32, so that every machine gives the same bytes as itself.
  [[nodiscard]] std::vector<std::string> train(const std::string& name, int epochs) const {
    return {"train",      "shop", "--name",      name, "--epochs", std::to_string(epochs),
            "--threads",  "1",    "--latent",    "3",  "--batch",  "8",
            "--patience", "100",  "--precision", "f32"};
  }
};

// What would be written could not be read again, and a loss of 0 would be none.
TEST_F(TrainTest, RefusesSeedsAndSharesThatMakeNoModel) {
  for (const char* seed : {"9223372036854775808", "18446744073709551615"}) {
    EXPECT_NE(complaint(2, {"train", "shop", "--seed", seed}).find("9223372036854775807"),
              std::string::npos);
  }
  const std::string line = complaint(
      1, {"train", "shop", "--epochs", "1", "--validation", "0.99", "--threads", "1", "--quiet"});
  EXPECT_NE(line.find("only 1 is left to learn from by contrast"), std::string::npos) << line;
  EXPECT_EQ(run({"train", "shop", "--name", "x", "--epochs", "1", "--latent", "3", "--threads", "1",
                 "--seed", "9223372036854775807"})
                .exit_code,
            0);
  EXPECT_EQ(run({"embed", "shop"}).exit_code, 0);
}

TEST_F(TrainTest, TellsWhatItTrained) {
  const Json result = run_json(train("a", 2));
  EXPECT_EQ(result.at("model").text(), "a");
  EXPECT_EQ(result.at("network").text(), "compact");
  EXPECT_EQ(result.at("latent").integer(), 3);
  EXPECT_GT(result.at("parameters").integer(), 1000);
  EXPECT_GT(result.at("multiply_adds").integer(), 1000);
  EXPECT_EQ(result.at("precision").text(), "f32");
  ASSERT_EQ(result.at("epochs").array().size(), 2U);
  const Json& epoch = result.at("epochs").array()[1];
  EXPECT_EQ(epoch.at("epoch").integer(), 2);
  for (const char* name : {"train_mse", "train_mae", "validation_mse", "validation_mae",
                           "images_per_second", "seconds"}) {
    EXPECT_GT(epoch.at(name).number(), 0.0) << name;
  }
  EXPECT_GE(result.at("best_epoch").integer(), 1);
  EXPECT_GT(result.at("validation_mae").number(), 0.0);
  EXPECT_GT(result.at("images_per_second").number(), 0.0);
  EXPECT_TRUE(exists("shop/models/a.safetensors"));
  EXPECT_TRUE(exists("shop/runs/a/epoch-0002.pack"));
  const std::string history = read("shop/runs/a/history.jsonl");
  EXPECT_EQ(std::ranges::count(history, '\n'), 2);
  // Untrained and after both epochs, animated, and the losses.
  const auto& pictures = result.at("pictures").array();
  EXPECT_EQ(pictures.size(), 7U);
  for (const Json& picture : pictures) EXPECT_TRUE(exists(picture.text())) << picture.text();
  EXPECT_TRUE(exists("shop/runs/a/reconstruction-0002.png"));
  EXPECT_TRUE(exists("shop/runs/a/evolution.webp"));
  EXPECT_TRUE(exists("shop/runs/a/losses.svg"));
  EXPECT_TRUE(run_json({"verify", "shop"}).at("ok").boolean());
}

TEST_F(TrainTest, IsNotLostForAPictureThatCannotBeDrawn) {
  auto words = train("a", 1);
  ASSERT_EQ(run(words).exit_code, 0);
  std::filesystem::remove(path("shop/runs/a/epoch-0001.pack"));  // left out
  write("shop/runs/a/epoch-0000.pack", "damaged");
  words.emplace_back("--resume");
  const auto result = run(words);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_NE(result.err.find("picture left out: "), std::string::npos) << result.err;
  EXPECT_NE(result.out.find("losses.png"), std::string::npos) << result.out;
}

TEST_F(TrainTest, ResumedAfterAKillGivesTheBytesOfAnUninterruptedTraining) {
  ASSERT_EQ(run(train("whole", 6)).exit_code, 0);
  const Model whole = read_model(path("shop/models/whole.safetensors"));
  auto resumed = train("killed", 6);
  Running running(resumed, path("."), "");
  while (!exists("shop/runs/killed/epoch-0002.pack") && !running.ended()) {
  }
  running.send(SIGKILL);
  running.wait();
  EXPECT_TRUE(run_json({"verify", "shop"}).at("ok").boolean());
  resumed.emplace_back("--resume");
  ASSERT_EQ(run(resumed).exit_code, 0);
  const Model killed = read_model(path("shop/models/killed.safetensors"));
  EXPECT_EQ(whole.parameters, killed.parameters);
  EXPECT_EQ(whole.history.size(), killed.history.size());
}

// No file may grow beyond so many bytes while this lives, in programs started meanwhile, too: the
// same to them as a disk that is full.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
    set({.rlim_cur = bytes, .rlim_max = before_.rlim_max});
  }
  ~FileSizeLimit() {
    set(before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  FileSizeLimit(FileSizeLimit&&) = delete;
  FileSizeLimit& operator=(FileSizeLimit&&) = delete;

 private:
  static void set(const rlimit& limit) { EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0); }

  rlimit before_{};
  void (*handler_)(int) = std::signal(SIGXFSZ, SIG_IGN);
};

TEST_F(TrainTest, GoesOnAfterADiskThatWasFull) {
  ASSERT_EQ(run(train("whole", 3)).exit_code, 0);
  const auto checkpoint = path("shop/runs/whole/checkpoint.safetensors");
  const auto model = path("shop/models/whole.safetensors");
  auto words = train("full", 3);
  {
    // Enough for the model, too little for the checkpoint.
    const FileSizeLimit limit((file_size(checkpoint) + file_size(model)) / 2);
    const std::string line = complaint(1, words);
    EXPECT_NE(line.find("checkpoint.safetensors: cannot be written"), std::string::npos) << line;
  }
  EXPECT_TRUE(run_json({"verify", "shop"}).at("ok").boolean());
  EXPECT_EQ(read_model(path("shop/models/full.safetensors")).history.size(), 1U);  // none is lost
  words.emplace_back("--resume");
  EXPECT_NE(complaint(1, words).find("under another name"), std::string::npos);
  words.pop_back();
  words[3] = "again";
  ASSERT_EQ(run(words).exit_code, 0);
  EXPECT_EQ(read_model(path("shop/models/again.safetensors")).parameters,
            read_model(model).parameters);
}

// runs/ is as hostile as anything else.
TEST_F(TrainTest, RefusesToGoOnFromWhatNoTrainingOfThisShopLeft) {
  ASSERT_EQ(run(train("a", 2)).exit_code, 0);
  ASSERT_EQ(run({"embed", "shop"}).exit_code, 0);
  ASSERT_EQ(run({"pack", "larger", "pictures", "--size", "24x32"}).exit_code, 0);
  auto larger = train("a", 2);
  larger[1] = "larger";
  ASSERT_EQ(run(larger).exit_code, 0);
  const auto file = path("shop/runs/a/checkpoint.safetensors");
  const std::string own = read("shop/runs/a/checkpoint.safetensors");
  auto words = train("a", 2);
  words.emplace_back("--resume");
  const auto refused = [&] {
    const std::string line = complaint(1, words);
    EXPECT_NE(line.find("checkpoint.safetensors: "), std::string::npos) << line;
    EXPECT_FALSE(run({"verify", "shop"}).exit_code == 0);
    EXPECT_EQ(run({"report", "shop", "--quiet"}).exit_code, 0);
    EXPECT_EQ(run({"recommend", "shop", "--item", "0001"}).exit_code, 0);
  };
  write("shop/runs/a/checkpoint.safetensors", read("larger/runs/a/checkpoint.safetensors"));
  refused();
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, own.size() / 2}) {
    write("shop/runs/a/checkpoint.safetensors", own.substr(0, size));
    refused();
  }
  write("shop/runs/a/checkpoint.safetensors", own);
  TensorFile halved = read_tensors(file);
  for (NamedTensor& tensor : halved.tensors) {
    tensor.dimensions[0] /= 2;
    tensor.values.resize(tensor.dimensions[0]);
  }
  write_tensors(file, halved);
  refused();
  // Pictures of another shop among the reconstructions.
  write("shop/runs/a/checkpoint.safetensors", own);
  write("shop/runs/a/epoch-0001.pack", read("larger/runs/a/epoch-0001.pack"));
  EXPECT_EQ(run({"report", "shop", "--quiet"}).exit_code, 0);
  EXPECT_EQ(run(words).exit_code, 0);
}

TEST_F(TrainTest, AShopOfVersion1AnswersAsBefore) {
  ASSERT_EQ(run(train("a", 2)).exit_code, 0);
  ASSERT_EQ(run({"embed", "shop"}).exit_code, 0);
  ASSERT_EQ(run({"cluster", "shop", "--clusters", "3"}).exit_code, 0);
  const std::string before = run({"recommend", "shop", "--item", "0001", "--json"}).out;
  make_version_1({.folder = path("shop")});
  EXPECT_EQ(run({"recommend", "shop", "--item", "0001", "--json"}).out, before);
  EXPECT_TRUE(run_json({"verify", "shop"}).at("ok").boolean());
  EXPECT_FALSE(std::filesystem::exists(path("shop/latents")));         // nothing was written yet
  EXPECT_EQ(run_json({"embed", "shop"}).at("embedded").integer(), 0);  // and says by which weights
  EXPECT_EQ(run({"recommend", "shop", "--item", "0001", "--json"}).out, before);
  const Store store(path("shop/shop.db"), OpenMode::kExisting);
  EXPECT_EQ(store.active_model()->weights, read_model(path("shop/models/a.safetensors")).checksum);
}

// A model of a few kilobytes that describes a layer of 36 million numbers.
TEST_F(TrainTest, ABadModelStopsNothingButItself) {
  ASSERT_EQ(run(train("a", 1)).exit_code, 0);
  ASSERT_EQ(run({"embed", "shop"}).exit_code, 0);
  ASSERT_EQ(run(train("b", 1)).exit_code, 0);
  NetworkBuilder b("huge", {.c = 3, .h = 16, .w = 12});
  (void)b.upsampling(b.upsampling(0, 60), 4);
  const auto latent = b.dense(b.reshape(0, {.c = std::size_t{3} * 16 * 12}), 1);
  (void)b.upsampling(b.reshape(b.dense(latent, 36), {.c = 3, .h = 4, .w = 3}), 4);
  const Network network = std::move(b).finish(latent);
  write_model(path("shop/models/b.safetensors"), {.name = "b",
                                                  .network = network,
                                                  .parameters = initial_parameters(network, 1),
                                                  .program = "test",
                                                  .history = {}});
  const std::string line = complaint(1, {"embed", "shop", "--model", "b"});
  EXPECT_NE(line.find("far larger than its pictures"), std::string::npos) << line;
  const Outcome verified = run({"verify", "shop"});
  EXPECT_EQ(verified.exit_code, 1);
  EXPECT_NE(verified.out.find("1 problems"), std::string::npos) << verified.out;
  EXPECT_EQ(run({"report", "shop", "--quiet"}).exit_code, 0);
  EXPECT_EQ(run({"recommend", "shop", "--item", "0001"}).exit_code, 0);
}

TEST_F(TrainTest, EndsCleanlyWhenInterrupted) {
  const auto words = train("a", 100000);
  Running running(words, path("."), "");
  while (!exists("shop/runs/a/epoch-0001.pack") && !running.ended()) {
  }
  running.send(SIGINT);
  const Outcome outcome = running.wait();
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(outcome.err.find("interrupted"), std::string::npos) << outcome.err;
  EXPECT_TRUE(run_json({"verify", "shop"}).at("ok").boolean());
}

TEST_F(TrainTest, RefusesWhatCannotBe) {
  EXPECT_NE(complaint(1, {"train", "none"}).find("no such shop"), std::string::npos);
  for (const auto& wrong : std::vector<std::vector<std::string>>{{"--latent", "0"},
                                                                 {"--latent", "x"},
                                                                 {"--network", "huge"},
                                                                 {"--minutes", "0"},
                                                                 {"--epochs", "0"},
                                                                 {"--precision", "f64"},
                                                                 {"--validation", "1"},
                                                                 {"--schedule", "none"},
                                                                 {"--learning-rate", "-1"},
                                                                 {"--augment", "turn"},
                                                                 {"--name", "../a"},
                                                                 {"--resume"},
                                                                 {"--objective", "magic"}}) {
    std::vector<std::string> words{"train", "shop"};
    words.insert(words.end(), wrong.begin(), wrong.end());
    EXPECT_NE(complaint(2, words), "") << wrong[0];
  }
  ASSERT_EQ(run(train("a", 1)).exit_code, 0);
  EXPECT_NE(complaint(1, train("a", 1)).find("--resume"), std::string::npos);
  auto other = train("a", 2);
  other.emplace_back("--resume");
  EXPECT_NE(complaint(1, other).find("other options"), std::string::npos);
}

TEST_F(TrainTest, LetsOnlyOneTrainOnAShop) {
  Running running(train("a", 100000), path("."), "");
  while (!exists("shop/runs/a/epoch-0001.pack") && !running.ended()) {
  }
  EXPECT_NE(complaint(1, train("b", 1)).find("is training on this shop"), std::string::npos);
}

TEST_F(TrainTest, EmbedsOnlyWhatHasNoLatentYet) {
  ASSERT_EQ(run(train("a", 1)).exit_code, 0);
  EXPECT_EQ(run_json({"embed", "shop"}).at("embedded").integer(), 24);
  draw("pictures/new.jpg", 99);
  ASSERT_EQ(run({"pack", "shop", "pictures"}).exit_code, 0);
  const Json again = run_json({"embed", "shop"});
  EXPECT_EQ(again.at("embedded").integer(), 1);
  EXPECT_EQ(again.at("model").text(), "a");
  EXPECT_EQ(again.at("dimensions").integer(), 3);
  EXPECT_EQ(run_json({"info", "shop"}).at("active_model").text(), "a");
  EXPECT_NE(complaint(1, {"embed", "shop", "--model", "b"}).find("no such model"),
            std::string::npos);
}

TEST_F(TrainTest, KeepsSeveralModelsAndSwitchesBetweenThem) {
  ASSERT_EQ(run(train("a", 1)).exit_code, 0);
  ASSERT_EQ(run(train("b", 1)).exit_code, 0);
  EXPECT_EQ(run_json({"embed", "shop"}).at("model").text(), "b");
  EXPECT_EQ(run_json({"embed", "shop", "--model", "a"}).at("model").text(), "a");
  EXPECT_EQ(run_json({"info", "shop"}).at("active_model").text(), "a");
}

TEST_F(TrainTest, ExportsWhatNumPyReads) {
  EXPECT_NE(complaint(1, {"export", "shop", "a.npy"}).find("no model"), std::string::npos);
  ASSERT_EQ(run(train("a", 1)).exit_code, 0);
  ASSERT_EQ(run({"embed", "shop"}).exit_code, 0);
  EXPECT_EQ(run_json({"export", "shop", "a.npy"}).at("items").integer(), 24);
  const std::string bytes = read("a.npy");
  EXPECT_EQ(bytes.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  EXPECT_NE(bytes.find("'shape': (24, 3)"), std::string::npos);
  const std::size_t data = bytes.size() - std::size_t{24} * 3 * sizeof(float);
  EXPECT_EQ(data % 64, 0U);
  EXPECT_EQ(bytes[data - 1], '\n');
  const std::string keys = read("a.keys.txt");
  EXPECT_EQ(std::ranges::count(keys, '\n'), 24);
  EXPECT_EQ(complaint(2, {"export", "shop", "a.txt"}).find("a.txt") == std::string::npos, false);
}

TEST_F(TrainTest, EmbedRefusesADamagedModel) {
  ASSERT_EQ(run(train("a", 1)).exit_code, 0);
  std::string bytes = read("shop/models/a.safetensors");
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write("shop/models/a.safetensors", bytes);
  EXPECT_NE(complaint(1, {"embed", "shop"}).find("checksum"), std::string::npos);
}

TEST_F(TrainTest, InfoPrintsTheNetwork) {
  ASSERT_EQ(run(train("a", 1)).exit_code, 0);
  const Outcome outcome = run({"info", "shop", "--network"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_NE(outcome.out.find("multiply-adds"), std::string::npos);
  EXPECT_NE(outcome.out.find("together"), std::string::npos);
}

class ContrastTest : public TrainTest {
 protected:
  [[nodiscard]] static std::vector<std::string> words(const std::string& name, int epochs) {
    return {"train",     "shop", "--name",  name, "--epochs",    std::to_string(epochs),
            "--threads", "1",    "--batch", "8",  "--precision", "f32"};
  }
};

TEST_F(ContrastTest, IsWhatATrainingWithoutOptionsDoes) {
  const Json result = run_json(words("c", 2));
  EXPECT_EQ(result.at("network").text(), "parts");
  EXPECT_EQ(result.at("latent").integer(), 128);
  EXPECT_GT(result.at("epochs").array().at(1).at("contrast_loss").number(), 0.0);
  EXPECT_GT(result.at("validation_mae").number(), 0.0);
  EXPECT_EQ(result.at("best_epoch").integer(), 2);
  EXPECT_TRUE(exists("shop/runs/c/reconstruction-0002.png"));
  const Model model = read_model(path("shop/models/c.safetensors"));
  ASSERT_EQ(model.parts.size(), 2U);
  for (const Part& part : model.parts) EXPECT_GT(part.spread, 0.0F) << part.name;

  EXPECT_EQ(run_json({"embed", "shop"}).at("dimensions").integer(), 128);
  EXPECT_EQ(run_json({"cluster", "shop", "--clusters", "3"}).at("model").text(), "c");
  const Json found = run_json({"recommend", "shop", "--item", "0001", "--weight", "colour=0"});
  EXPECT_EQ(found.at("results").array().size(), 5U);
  EXPECT_EQ(run({"recommend", "shop", "--image", path("pictures/0001.jpg").string(), "--weight",
                 "shape=0"})
                .exit_code,
            0);
  EXPECT_TRUE(run_json({"verify", "shop"}).at("ok").boolean());
}

TEST_F(ContrastTest, ResumedAfterAKillGivesTheBytesOfAnUninterruptedTraining) {
  ASSERT_EQ(run(words("whole", 5)).exit_code, 0);
  auto resumed = words("killed", 5);
  Running running(resumed, path("."), "");
  while (!exists("shop/runs/killed/epoch-0002.pack") && !running.ended()) {
  }
  running.send(SIGKILL);
  running.wait();
  resumed.emplace_back("--resume");
  ASSERT_EQ(run(resumed).exit_code, 0);
  EXPECT_EQ(read_model(path("shop/models/whole.safetensors")).parameters,
            read_model(path("shop/models/killed.safetensors")).parameters);
}

TEST_F(ContrastTest, GivesWayToWhatIsAskedFor) {
  EXPECT_EQ(run_json(train("a", 1)).at("network").text(), "compact");  // by --latent
  auto plain = words("b", 1);
  plain.insert(plain.end(), {"--objective", "reconstruction"});
  const Json reconstruction = run_json(plain);
  EXPECT_EQ(reconstruction.at("network").text(), "compact");
  EXPECT_EQ(reconstruction.at("latent").integer(), 10);
  auto small = words("c", 1);
  small.insert(small.end(), {"--objective", "contrast", "--latent", "16"});
  EXPECT_EQ(run_json(small).at("latent").integer(), 16);
}

TEST_F(ContrastTest, RefusesWhatDoesNotFit) {
  const auto refusal = [&](const std::vector<std::string>& options) {
    auto all = words("a", 1);
    all.insert(all.end(), options.begin(), options.end());
    const auto result = run(all);
    EXPECT_EQ(result.exit_code, 2) << result.err;
    return result.err;
  };
  const auto names = [](const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_TRUE(names(refusal({"--objective", "magic"}), "contrast or reconstruction"));
  EXPECT_TRUE(names(refusal({"--objective", "contrast", "--network", "xception"}), "no parts"));
  EXPECT_TRUE(names(refusal({"--network", "parts"}), "compact or xception"));
  EXPECT_TRUE(names(refusal({"--objective", "contrast", "--latent", "7"}), "from 8 to 4096"));
  EXPECT_TRUE(names(refusal({"--latent", "0"}), "from 1 to 4096"));
  EXPECT_TRUE(names(refusal({"--augment", "flip"}), "draws its own views"));
  EXPECT_TRUE(names(refusal({"--schedule", "constant"}), "--schedule constant"));
}

TEST_F(ContrastTest, SaysThatThereAreTooFewPictures) {
  draw_pictures(5);
  ASSERT_EQ(run({"pack", "few", "pictures/0001.jpg", "pictures/0002.jpg", "pictures/0003.jpg",
                 "--size", "12x16"})
                .exit_code,
            0);
  const auto result = run({"train", "few", "--epochs", "1"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.err.find("too few to learn by contrast"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace likeness
