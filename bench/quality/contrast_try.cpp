// Trains the default network once with other settings than its own and leaves the model in the
// shop, for `likeness embed` and `likeness evaluate` to judge:
//   contrast_try SHOP NAME MINUTES SEED [SETTING=NUMBER]...
// Settings: latent (numbers that are kept); learned, gradients, colours (numbers of each run as it
// is trained); temperature; alike (neighbours that count as views); pairs (of a step, for each
// picture of a batch); decoded (of so many pairs one picture is reconstructed); turn, scale, shift,
// gamma, contrast, flip (of the views); rate (peak of the learning rate); batch; epochs (MINUTES
// being 0).
#include <fmt/core.h>

#include <exception>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include "likeness/encoder/parts.hpp"
#include "likeness/encoder/shape_map.hpp"
#include "likeness/encoder/trainer.hpp"
#include "likeness/shop/model_files.hpp"
#include "likeness/shop/shop.hpp"

namespace {

using namespace likeness;

struct Try {
  std::size_t latent = 128;
  PartSizes sizes = trained_sizes(128);
  TrainingOptions training{};
};

void set(const std::string& word, Try& it) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos) throw std::invalid_argument(word + " is no SETTING=NUMBER");
  const double value = std::stod(word.substr(equals + 1));
  const auto whole = static_cast<std::size_t>(value);
  ContrastOptions& contrast = *it.training.contrast;
  ViewLimits& views = contrast.views;
  const std::map<std::string, std::function<void()>> settings{
      {"latent", [&] { it.latent = whole; }},
      {"learned", [&] { it.sizes.learned = whole; }},
      {"gradients", [&] { it.sizes.gradients = whole; }},
      {"colours", [&] { it.sizes.colours = whole; }},
      {"temperature", [&] { contrast.temperature = static_cast<float>(value); }},
      {"alike", [&] { contrast.alike = whole; }},
      {"pairs", [&] { contrast.pairs_for_one = whole; }},
      {"decoded", [&] { contrast.pairs_for_one_decoded = whole; }},
      {"turn", [&] { views.turn = value; }},
      {"scale", [&] { views.scale = value; }},
      {"shift", [&] { views.shift_x = views.shift_y = value; }},
      {"gamma", [&] { views.gamma = value; }},
      {"contrast", [&] { views.contrast = value; }},
      {"flip", [&] { views.flip = value != 0.0; }},
      {"rate", [&] { it.training.learning_rate.peak = value; }},
      {"batch", [&] { it.training.batch = whole; }},
      {"epochs", [&] { it.training.epochs = whole; }},
  };
  const auto found = settings.find(word.substr(0, equals));
  if (found == settings.end()) throw std::invalid_argument(word + ": there is no such setting");
  found->second();
}

void run(const std::string& folder, const std::string& name, const Try& it) {
  Shop shop(folder, OpenMode::kExisting);
  const Shape picture{.c = 3,
                      .h = static_cast<std::size_t>(shop.size().height),
                      .w = static_cast<std::size_t>(shop.size().width)};
  Pictures pictures;
  for (std::size_t i = 0; i < shop.items().size(); ++i) pictures.push_back(shop.record(i));
  const Network network = parts_network(picture, it.sizes);
  Trainer trainer(network, pictures, it.training);
  while (!trainer.finished()) trainer.run_epoch([](std::size_t, std::size_t) {});

  Model model;
  model.name = name;
  model.network = network;
  model.parameters = trainer.parameters();
  model.seed = it.training.seed;
  model.history = trainer.history();
  model = map_shape(model, it.latent, pictures, it.training.precision, it.training.threads);
  keep_model(shop.store(), shop.files(), model);
  const EpochReport& last = model.history.back();
  fmt::print("{}: {} epochs, contrast {:.4f}, validation MAE {:.4f}, {:.0f} images/s, {:.0f} s\n",
             name, last.epoch, last.contrast_loss, last.validation_mae, last.images_per_second,
             last.seconds);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 4) {
    fmt::print(stderr, "usage: contrast_try SHOP NAME MINUTES SEED [SETTING=NUMBER]...\n");
    return 2;
  }
  try {
    Try it;
    it.training.minutes = std::stod(words[2]);
    it.training.seed = std::stoull(words[3]);
    it.training.precision = has_fast_bf16() ? Precision::kBf16 : Precision::kF32;
    it.training.contrast = ContrastOptions{};
    for (std::size_t i = 4; i < words.size(); ++i) set(words[i], it);
    run(words[0], words[1], it);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "contrast_try: {}\n", error.what());
    return 1;
  }
}
