// Learning by contrast: what it starts from, that it learns, and that it goes on where it stopped.
#include "likeness/encoder/contrast.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/descriptors.hpp"
#include "likeness/encoder/compact.hpp"
#include "likeness/encoder/initial.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/parts.hpp"
#include "likeness/encoder/trainer.hpp"
#include "likeness/neighbours/search.hpp"
#include "tests/encoder/bars.hpp"
#include "tests/encoder/train_all.hpp"

namespace likeness {
namespace {

std::vector<std::size_t> all_positions(std::size_t count) {
  std::vector<std::size_t> positions(count);
  std::iota(positions.begin(), positions.end(), std::size_t{0});
  return positions;
}

std::vector<std::size_t> every_other_position(std::size_t count) {
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < count; i += 2) positions.push_back(i);
  return positions;
}

Model model_of(const Network& network, const std::vector<float>& parameters) {
  Model model;
  model.network = network;
  model.parameters = parameters;
  return model;
}

TEST(ContrastStart, FindsWhatIsAlike) {
  ThreadPool pool(2);
  const Bars bars(400);
  // Only every other picture is to be looked at, and places count among those.
  const auto positions = every_other_position(bars.pictures.size());
  const auto start =
      start_contrast(parts_network(kBarsPicture, part_sizes(16)),
                     {.pictures = bars.pictures, .positions = positions}, {}, 1, pool);
  EXPECT_EQ(start.alike, 2U);
  ASSERT_EQ(start.neighbours.size(), positions.size() * start.alike);
  std::size_t others = 0;
  std::size_t right = 0;
  for (std::size_t i = 0; i < start.neighbours.size(); ++i) {
    const std::size_t place = i / start.alike;
    ASSERT_LT(start.neighbours[i], positions.size());
    if (start.neighbours[i] == place) continue;  // one that does not think the same of it
    ++others;
    right += bars.slopes[positions[place]] == bars.slopes[positions[start.neighbours[i]]] ? 1U : 0U;
  }
  EXPECT_GT(others, start.neighbours.size() / 2);
  EXPECT_GT(right, others * 9 / 10);
}

// Whether places and neighbours are of the same of five kinds: of a picture's position, which
// nobody can see.
std::size_t of_one_kind(const ContrastStart& start, std::span<const std::size_t> positions) {
  std::size_t same = 0;
  for (std::size_t i = 0; i < start.neighbours.size(); ++i) {
    const std::size_t place = i / start.alike;
    const std::size_t neighbour = start.neighbours[i];
    if (neighbour == place) continue;
    same += positions[place] % 5 == positions[neighbour] % 5 ? 1U : 0U;
  }
  return same;
}

TEST(ContrastStart, FindsWhatIsAlikeToItsTeacher) {
  ThreadPool pool(2);
  const Bars bars(600);
  const auto positions = every_other_position(bars.pictures.size());
  ContrastOptions options;
  const auto start = [&] {
    return start_contrast(parts_network(kBarsPicture, part_sizes(16)),
                          {.pictures = bars.pictures, .positions = positions}, options, 1, pool);
  };
  const auto alone = start();
  options.teacher = [](std::span<const std::size_t> looked_at) {
    std::vector<float> rows(looked_at.size() * 5, 0.0F);
    for (std::size_t i = 0; i < looked_at.size(); ++i) rows[i * 5 + looked_at[i] % 5] = 7.0F;
    return rows;
  };
  const auto taught = start();
  EXPECT_LT(of_one_kind(alone, positions), alone.neighbours.size() / 3);
  EXPECT_GT(of_one_kind(taught, positions), taught.neighbours.size() / 2);
  EXPECT_EQ(taught.parameters, alone.parameters);
}

TEST(ContrastStart, SaysThatPicturesAreTooFewForATeacher) {
  ThreadPool pool(2);
  const Bars bars(99);
  const auto positions = all_positions(99);
  ContrastOptions options;
  options.teacher = [](std::span<const std::size_t> looked_at) {
    return std::vector<float>(looked_at.size(), 1.0F);
  };
  EXPECT_THROW(
      (void)start_contrast(parts_network(kBarsPicture, part_sizes(16)),
                           {.pictures = bars.pictures, .positions = positions}, options, 1, pool),
      Error);
}

TEST(ContrastStart, PutsPrincipalComponentsIntoTheColourPart) {
  ThreadPool pool(2);
  const Bars bars(60);
  const Network network = parts_network(kBarsPicture, part_sizes(24));
  const auto positions = all_positions(60);
  const auto start =
      start_contrast(network, {.pictures = bars.pictures, .positions = positions}, {}, 1, pool);
  Network to_components = network;  // before they get length 1
  to_components.latent = parts_layers(network).colours;
  const auto rows =
      embed(model_of(to_components, start.parameters), bars.pictures, Precision::kF32, 2);
  const std::size_t components = to_components.latent_size();
  double before = INFINITY;
  for (std::size_t d = 0; d < components; ++d) {
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t i = 0; i < 60; ++i) {
      const auto value = static_cast<double>(rows[i * components + d]);
      sum += value;
      squares += value * value;
    }
    EXPECT_NEAR(sum / 60.0, 0.0, 1e-4) << d;
    EXPECT_LT(squares, before * 1.001) << d;  // the most variance comes first
    before = squares;
  }
}

// A bar's slope is what does not change between its views; where it lies and how dark it is does.
TEST(ContrastStart, FitsTheShapePartToWhatViewsHaveInCommon) {
  ThreadPool pool(2);
  const Bars bars(300);
  const Network network = parts_network(kBarsPicture, part_sizes(16));
  const auto positions = all_positions(300);
  const auto start =
      start_contrast(network, {.pictures = bars.pictures, .positions = positions}, {}, 1, pool);
  const auto rows = embed(model_of(network, start.parameters), bars.pictures, Precision::kF32, 2);
  const Part part = parts_of(network)[1];
  const auto shape = [&](std::size_t i) {
    return std::span(rows).subspan(i * 16 + part.begin, part.size);
  };
  std::size_t right = 0;
  for (std::size_t i = 0; i < 300; ++i) {
    EXPECT_NEAR(std::inner_product(shape(i).begin(), shape(i).end(), shape(i).begin(), 0.0), 1.0,
                1e-4);
    std::size_t nearest = i;
    double most = -1.0;
    for (std::size_t j = 0; j < 300; ++j) {
      const double along =
          std::inner_product(shape(i).begin(), shape(i).end(), shape(j).begin(), 0.0);
      if (j == i || along <= most) continue;
      most = along;
      nearest = j;
    }
    right += bars.slopes[i] == bars.slopes[nearest] ? 1U : 0U;
  }
  EXPECT_GT(right, 300U * 9 / 10);
}

// 88 directions fitted to 300 pictures: the last of them would tell noise.
TEST(ContrastStart, TakesFewerDirectionsOfFewPictures) {
  ThreadPool pool(2);
  Random random(3);
  std::vector<std::vector<std::uint8_t>> noise(300);
  for (auto& picture : noise) {
    for (std::size_t i = 0; i < kBarsPicture.size(); ++i) {
      picture.push_back(static_cast<std::uint8_t>(random.below(256)));
    }
  }
  const Pictures pictures(noise.begin(), noise.end());
  const PartSizes sizes = trained_sizes(16);
  const Network network = parts_network(kBarsPicture, sizes);
  const auto positions = all_positions(300);
  const auto start =
      start_contrast(network, {.pictures = pictures, .positions = positions}, {}, 1, pool);
  const auto rows = embed(model_of(network, start.parameters), pictures, Precision::kF32, 2);
  const auto along = [&](std::size_t direction) {
    double squares = 0.0;
    for (std::size_t i = sizes.learned + direction; i < rows.size(); i += network.latent_size()) {
      squares += static_cast<double>(rows[i]) * static_cast<double>(rows[i]);
    }
    return squares;
  };
  EXPECT_GT(along(51), 0.0);
  EXPECT_EQ(along(52), 0.0);
  EXPECT_EQ(along(87), 0.0);
}

TEST(ContrastStart, TellsOftenHowManyPicturesItHasRead) {
  ThreadPool pool(2);
  const Bars bars(300);
  std::size_t read = 0;
  const auto on_read = [&](std::size_t count) {
    EXPECT_LE(count, 128U);
    read += count;
  };
  const auto positions = all_positions(300);
  (void)start_contrast(parts_network(kBarsPicture, part_sizes(16)),
                       {.pictures = bars.pictures, .positions = positions, .on_read = on_read}, {},
                       1, pool);
  EXPECT_EQ(read, 1200U);  // for colours, directions, views, neighbours
}

TEST(ContrastStart, LooksForNoNeighboursAmongFew) {
  ThreadPool pool(2);
  const Bars bars(20);
  const auto positions = all_positions(20);
  const auto start =
      start_contrast(parts_network(kBarsPicture, part_sizes(16)),
                     {.pictures = bars.pictures, .positions = positions}, {}, 1, pool);
  EXPECT_EQ(start.alike, 0U);
}

TrainingOptions short_contrast_training(std::size_t epochs) {
  return {.batch = 8,
          .epochs = epochs,
          .validation_share = 0.2,
          .learning_rate = {.peak = 4e-3},
          .contrast = ContrastOptions{}};
}

class ContrastPrecisions : public testing::TestWithParam<Precision> {
 protected:
  void SetUp() override {
    if (GetParam() == Precision::kBf16 && !has_fast_bf16())
      GTEST_SKIP() << "this processor multiplies no BF16";
  }
};

// Of the ten nearest of each picture by one matrix of rows, the share that are so by the other.
double share_in_common(const Rows& left, const Rows& right) {
  constexpr std::size_t kNearest = 10;
  const auto nearest_by = [&](const Rows& rows) {
    const Search search(rows, {.method = SearchOptions::Method::kExact, .threads = 2});
    return search.nearest(rows, {.count = kNearest + 1, .threads = 2});  // itself, too
  };
  const auto by_left = nearest_by(left);
  const auto by_right = nearest_by(right);
  std::size_t common = 0;
  for (std::size_t i = 0; i < left.count(); ++i) {
    for (const Neighbour& neighbour : by_left[i]) {
      const bool both =
          neighbour.item != i &&
          std::ranges::find(by_right[i], neighbour.item, &Neighbour::item) != by_right[i].end();
      common += both ? 1U : 0U;
    }
  }
  return static_cast<double>(common) / static_cast<double>(kNearest * left.count());
}

// Each half is one of 24 patterns of squares, and somewhat noisy. Of whoever looks at one half only
// the other is white.
struct Halves {
  std::vector<std::vector<std::uint8_t>> memory;
  Pictures pictures;
  std::vector<std::vector<std::uint8_t>> lower_memory;
  Pictures lower;

  explicit Halves(std::size_t count) {
    Random random(8);
    for (std::size_t i = 0; i < count; ++i) {
      const auto above = random.below(24);
      memory.push_back(draw(random, above, random.below(24)));
      lower_memory.push_back(memory.back());
      std::fill_n(lower_memory.back().begin(), memory.back().size() / 2, 255);
    }
    pictures.assign(memory.begin(), memory.end());
    lower.assign(lower_memory.begin(), lower_memory.end());
  }

  static std::vector<std::uint8_t> draw(Random& random, std::size_t above, std::size_t below) {
    std::vector<std::uint8_t> picture;
    for (std::size_t y = 0; y < kBarsPicture.h; ++y) {
      Random pattern(y < kBarsPicture.h / 2 ? 100 + above : 200 + below);
      const auto squares = pattern.below(1U << 24U);
      const std::size_t row = y % (kBarsPicture.h / 2) / 4;
      for (std::size_t x = 0; x < kBarsPicture.w; ++x) {
        const bool dark = (squares >> (row * 6 + x / 4) & 1U) != 0;
        const double level = (dark ? 60.0 : 190.0) + random.uniform(-40.0, 40.0);
        picture.insert(picture.end(), 3, static_cast<std::uint8_t>(level));
      }
    }
    return picture;
  }
};

// What a network sees as it was drawn, and of the lower half only: the student learns to see that.
TEST(ContrastTraining, StudentsNeighboursBecomeTheTeachers) {
  const Halves halves(300);
  const Network teacher = compact_network(kBarsPicture, 16);
  const auto seen =
      embed(model_of(teacher, initial_parameters(teacher, 9)), halves.lower, Precision::kF32, 2);
  const Rows of_teacher(seen, 16);
  auto options = short_contrast_training(10);
  options.contrast->teacher = [&](std::span<const std::size_t> positions) {
    std::vector<float> rows;
    for (const std::size_t position : positions) {
      rows.insert(rows.end(), of_teacher.row(position).begin(), of_teacher.row(position).end());
    }
    return rows;
  };
  Network learned = parts_network(kBarsPicture, part_sizes(32));
  Trainer trainer(learned, halves.pictures, options);
  learned.latent = parts_layers(learned).learned;
  const auto share = [&] {
    const auto rows =
        embed(model_of(learned, trainer.parameters()), halves.pictures, Precision::kF32, 2);
    return share_in_common(Rows(rows, learned.latent_size()), of_teacher);
  };
  const double before = share();
  train_all(trainer);
  const double after = share();
  EXPECT_GT(after, before + 0.1) << before;
}

TEST_P(ContrastPrecisions, LearnsToTellPicturesApartAndToShowThem) {
  const Bars bars(160);
  auto options = short_contrast_training(30);
  options.precision = GetParam();
  Trainer trainer(parts_network(kBarsPicture, part_sizes(24)), bars.pictures, options);
  const auto history = train_all(trainer);
  // 32 pairs a step: by chance the loss is log(63) = 4.1, and where only the slopes can be told
  // apart, as contrast is blind to colour, log(16) = 2.8.
  EXPECT_LT(history.back().contrast_loss, 3.1);
  EXPECT_LT(history.back().contrast_loss, 0.9 * history.front().contrast_loss);
  EXPECT_LT(history.back().validation_mae, 0.5 * history.front().validation_mae);
  EXPECT_TRUE(trainer.improved());
}

INSTANTIATE_TEST_SUITE_P(Both, ContrastPrecisions,
                         testing::Values(Precision::kF32, Precision::kBf16));

// However pictures, batches and shards divide.
TEST(ContrastTraining, LearnsFromAnyNumberOfPictures) {
  for (const std::size_t count : {8U, 33U, 60U, 81U}) {
    const Bars bars(count);
    for (const std::size_t batch : {8U, 48U, 64U}) {
      auto options = short_contrast_training(1);
      options.batch = batch;
      Trainer trainer(parts_network(kBarsPicture, part_sizes(16)), bars.pictures, options);
      EXPECT_TRUE(std::isfinite(train_all(trainer).back().contrast_loss)) << count << " " << batch;
    }
  }
}

TEST(ContrastTraining, LeavesTheClassicPartsAsTheyWereFitted) {
  const Bars bars(60);
  const Network network = parts_network(kBarsPicture, part_sizes(16));
  Trainer trainer(network, bars.pictures, short_contrast_training(2));
  const auto before = trainer.parameters();
  train_all(trainer);
  const auto after = trainer.parameters();
  const PartsLayers layers = parts_layers(network);
  std::size_t start = 0;
  std::set<std::size_t> moved;
  for (const auto& parameter : parameters_of(network)) {
    if (!std::equal(before.begin() + static_cast<std::ptrdiff_t>(start),
                    before.begin() + static_cast<std::ptrdiff_t>(start + parameter.size()),
                    after.begin() + static_cast<std::ptrdiff_t>(start))) {
      moved.insert(parameter.layer);
    }
    start += parameter.size();
  }
  EXPECT_FALSE(moved.contains(layers.gradients));
  EXPECT_FALSE(moved.contains(layers.colours));
  EXPECT_TRUE(moved.contains(layers.learned - 1));  // the last dense layer that learns
  EXPECT_TRUE(moved.contains(network.latent + 1));  // the first of the decoder
}

TEST(ContrastTraining, GivesTheSameBytesForTheSameSeedAndGoesOnAsIfItHadNeverStopped) {
  const Bars bars(50);
  const Network network = parts_network(kBarsPicture, part_sizes(16));
  Trainer whole(network, bars.pictures, short_contrast_training(3));
  train_all(whole);
  Trainer before(network, bars.pictures, short_contrast_training(3));
  before.run_epoch([](std::size_t, std::size_t) {});
  Trainer after(network, bars.pictures, short_contrast_training(3));
  after.resume(before.state());
  train_all(after);
  EXPECT_EQ(whole.parameters(), after.parameters());
  EXPECT_EQ(whole.state().best_epoch, 3U);
  EXPECT_EQ(after.state().best_epoch, 3U);
}

TEST(ContrastTraining, TrainsOnTheFewestPicturesAndRefusesFewer) {
  const Bars few(kFewestForContrast);
  Trainer trainer(parts_network(kBarsPicture, part_sizes(8)), few.pictures,
                  short_contrast_training(2));
  EXPECT_EQ(train_all(trainer).size(), 2U);
  const Bars fewer(kFewestForContrast - 1);
  EXPECT_THROW(Trainer(parts_network(kBarsPicture, part_sizes(8)), fewer.pictures,
                       short_contrast_training(2)),
               Error);
}

TEST(ContrastTraining, TrainsOnPicturesThatAreAllTheSame) {
  const Bars one(1);
  const Pictures pictures(12, one.pictures.front());
  const Network network = parts_network(kBarsPicture, part_sizes(8));
  Trainer trainer(network, pictures, short_contrast_training(2));
  train_all(trainer);
  Model model = model_of(network, trainer.parameters());
  model.parts = parts_of(network);
  model.parts = measure_parts(model, pictures, Precision::kF32, 2);
  for (const float value : embed(model, pictures, Precision::kF32, 2)) {
    EXPECT_TRUE(std::isfinite(value));
  }
}

}  // namespace
}  // namespace likeness
