// A training that learns from what another model sees.
#include "likeness/shop/teacher.hpp"

#include <algorithm>

#include "likeness/base/file.hpp"
#include "likeness/shop/embed.hpp"
#include "likeness/shop/models.hpp"
#include "likeness/shop/train.hpp"
#include "likeness/shop/verify.hpp"
#include "tests/shop/small_shop.hpp"
#include "tests/support/small_encoder.hpp"

namespace likeness {
namespace {

// Which steps were begun, too.
class Steps : public Notes {
 public:
  void begin(const std::string& doing, const std::string& unit, std::size_t total) override {
    Notes::begin(doing, unit, total);
    names.push_back(doing);
  }
  [[nodiscard]] bool began(const std::string& doing) const {
    return std::ranges::find(names, doing) != names.end();
  }

  std::vector<std::string> names;
};

class TeacherTest : public SmallShop {
 protected:
  TeacherTest() {
    for (std::uint64_t i = 13; i <= 130; ++i) {
      draw("pictures/" + std::to_string(1000 + i) + ".jpg", i);
    }
    make();
    work_.status = &steps_;
  }

  // Trained for a moment, and not embedded.
  void train_teacher(const std::string& name) const {
    TrainRequest request;
    request.files = files();
    request.latent_given = 3;
    request.epochs = 1;
    request.name = name;
    (void)train(request, work_);
  }
  [[nodiscard]] TrainRequest student(const std::string& name, const std::string& teacher) const {
    TrainRequest request;
    request.files = files();
    request.epochs = 1;
    request.name = name;
    request.teacher = teacher;
    return request;
  }
  [[nodiscard]] std::vector<std::filesystem::path> looks(const std::string& teacher) const {
    std::vector<std::filesystem::path> found;
    std::error_code none;
    for (const auto& entry :
         std::filesystem::directory_iterator(files().latents() / teacher, none)) {
      if (entry.path().filename().string().starts_with("look-")) found.push_back(entry.path());
    }
    return found;
  }

  Steps steps_;
};

TEST_F(TeacherTest, LooksOnceAndForOtherPicturesAgain) {
  train_teacher("teacher");
  (void)train(student("one", "teacher"), work_);
  EXPECT_TRUE(steps_.began("teacher looks"));
  const auto kept = looks("teacher");
  ASSERT_EQ(kept.size(), 1U);
  steps_.names.clear();
  (void)train(student("two", "teacher"), work_);
  EXPECT_FALSE(steps_.began("teacher looks"));
  EXPECT_EQ(looks("teacher"), kept);
  const VerifyOutcome verified = verify(files(), work_);
  EXPECT_TRUE(verified.sound());
  EXPECT_TRUE(verified.notes.empty());
  TrainRequest of_others = student("three", "teacher");
  of_others.seed = 2;  // which keeps others apart
  (void)train(of_others, work_);
  EXPECT_TRUE(steps_.began("teacher looks"));
  ASSERT_EQ(looks("teacher").size(), 1U);
  EXPECT_NE(looks("teacher"), kept);
  (void)remove_model(files(), "teacher");
  EXPECT_TRUE(looks("teacher").empty());
}

TEST_F(TeacherTest, TakesTheLatentsThatTheShopHas) {
  train_model("teacher", 3);
  draw("pictures/later.jpg", 500);
  make();
  const auto stored = open_store(files()).find_model("teacher");
  ASSERT_TRUE(stored.has_value());
  Shop shop(files().folder);
  const std::vector<std::size_t> positions{5, 0, 99};
  const auto latents = look_of_teacher(shop, "teacher", positions, work_);
  EXPECT_FALSE(steps_.began("teacher looks"));
  EXPECT_TRUE(looks("teacher").empty());
  // Together with one that has none yet they are the same.
  const std::vector<std::size_t> more{5, 0, 99, shop.items().size() - 1};
  const auto with_last = look_of_teacher(shop, "teacher", more, work_);
  EXPECT_TRUE(steps_.began("teacher looks"));
  ASSERT_EQ(with_last.size(), 12U);
  EXPECT_TRUE(std::equal(latents.begin(), latents.end(), with_last.begin()));
  EXPECT_EQ(look_of_teacher(shop, "teacher", more, work_), with_last);
}

TEST_F(TeacherTest, LooksAgainWhereWhatItSawIsDamaged) {
  train_teacher("teacher");
  Shop shop(files().folder);
  const std::vector<std::size_t> positions{1, 2, 3};
  const auto seen = look_of_teacher(shop, "teacher", positions, work_);
  ASSERT_EQ(looks("teacher").size(), 1U);
  const auto file = looks("teacher").front();
  auto bytes = read_file(file, std::size_t{1} << 20U);
  bytes[130] ^= std::byte{1};
  write_file(file, bytes);
  steps_.names.clear();
  EXPECT_EQ(look_of_teacher(shop, "teacher", positions, work_), seen);
  EXPECT_TRUE(steps_.began("teacher looks"));
  ASSERT_FALSE(steps_.messages.empty());
  EXPECT_NE(steps_.messages.back().text.find("looks again"), std::string::npos);
}

TEST_F(TeacherTest, GoesOnWithTheSameTeacherOnly) {
  train_teacher("teacher");
  train_teacher("other");
  (void)train(student("pupil", "teacher"), work_);
  TrainRequest further = student("pupil", "teacher");
  further.resume = true;
  EXPECT_EQ(train(further, work_).history.size(), 1U);
  further.teacher = "other";
  EXPECT_EQ(error_of([&] { return train(further, work_); }).kind(), Error::Kind::kInput);
}

TEST_F(TeacherTest, RefusesWhatCannotTeach) {
  EXPECT_EQ(refused_field([&] { return train(student("pupil", "nobody"), work_); }), "teacher");
  train_teacher("teacher");
  TrainRequest autoencoder = student("pupil", "teacher");
  autoencoder.objective = "reconstruction";
  EXPECT_EQ(refused_field([&] { return train(autoencoder, work_); }), "teacher");
}

TEST_F(TeacherTest, APretrainedEncoderIsImportedOnceAndTeaches) {
  if (const std::string why = why_no_onnx_runtime(); !why.empty()) GTEST_SKIP() << why;
  write_small_encoder(path("small.onnx"), PixelOrder::kPixels, OnnxType::kU8);
  const std::string file = path("small.onnx").string();
  (void)train(student("one", file), work_);
  EXPECT_EQ(looks("small").size(), 1U);
  ASSERT_EQ(list_models(files()).size(), 2U);
  EXPECT_EQ(list_models(files())[0].dimensions, kSmallEncoderNumbers);
  steps_.names.clear();
  (void)train(student("two", file), work_);
  EXPECT_FALSE(steps_.began("fit"));
  EXPECT_FALSE(steps_.began("small looks"));
  // What has to be said is said when it is imported.
  write_small_encoder(path("floats.onnx"), PixelOrder::kPlanes, OnnxType::kF32);
  const Error error =
      error_of([&] { return train(student("three", path("floats.onnx").string()), work_); });
  EXPECT_EQ(error.kind(), Error::Kind::kInput);
  ASSERT_TRUE(error.message().remedy.has_value());
  EXPECT_EQ(error.message().remedy->verb, "model import");
}

}  // namespace
}  // namespace likeness
