// likeness train SHOP
#include "likeness/shop/train.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>

#include "app/commands.hpp"
#include "likeness/report/training_pictures.hpp"

namespace likeness {
namespace {

void declare(Arguments& arguments, TrainRequest& options) {
  arguments.word({"SHOP", "", "the shop's folder"}, options.files.folder);
  arguments.option({"--objective", "contrast|reconstruction",
                    "contrast: what is alike; reconstruction: a plain autoencoder [contrast, or "
                    "reconstruction where --latent or --network is given]"},
                   options.objective);
  arguments.option({"--latent", "D", "numbers that describe a picture [128; reconstruction: 10]"},
                   options.latent_given);
  arguments.option({"--network", "compact|xception", "of reconstruction [compact]"},
                   options.network);
  arguments.option({"--minutes", "M", "time for all of it [5, unless --epochs is given]"},
                   options.minutes);
  arguments.option({"--epochs", "N", "how often each picture is seen"}, options.epochs);
  arguments.option(
      {"--patience", "N", "constant schedule: stop after N epochs that got no better [5]"},
      options.patience);
  arguments.option({"--batch", "N", "pictures a step; contrast compares twice as many [64]"},
                   options.batch);
  arguments.option({"--validation", "SHARE", "kept apart to measure on [0.1]"}, options.validation);
  arguments.option({"--precision", "auto|f32|bf16", "of the arithmetic [auto]"}, options.precision);
  arguments.option({"--schedule", "one-cycle|constant", "of the learning rate [one-cycle]"},
                   options.schedule);
  arguments.option({"--learning-rate", "R", "at its peak [0.006; constant: 0.001]"},
                   options.learning_rate);
  arguments.option({"--augment", "LIST", "flip, shift or flip,shift [none]"}, options.augment);
  arguments.option(
      {"--sample", "N", "of a larger shop so many pictures, drawn by the seed [200000]"},
      options.sample);
  arguments.option({"--teacher", "MODEL|FILE.onnx",
                    "contrast: learns from what this one sees, a model of the shop or a pretrained "
                    "encoder"},
                   options.teacher);
  arguments.option({"--wire", "f32|bf16", "gradients between the processes of an mpirun [f32]"},
                   options.wire);
  arguments.flag({"--partitioned", "",
                  "each process of the mpirun has a shop of its own, a partition of the catalogue"},
                 options.partitioned);
  arguments.option({"--seed", "N", "of all that is drawn by chance [1]"}, options.seed);
  arguments.option({"--name", "NAME", "of the model [NETWORK-D]"}, options.name);
  arguments.flag({"--resume", "", "go on with the training of this name"}, options.resume);
}

Text to_text(const TrainOutcome& outcome, const std::string& shop) {
  Text text;
  text.line("{}: best after epoch {} of {}: validation MAE {:.4f}; {:.0f} images/s, {:.0f} s",
            outcome.model, outcome.best_epoch, outcome.history.size(),
            outcome.best().validation_mae, outcome.images_per_second(),
            outcome.history.back().seconds);
  text.line("model: {}", outcome.file.string());
  text.line("next: likeness embed {} --model {}", shop, outcome.model);
  return text;
}

}  // namespace

Action train_command(Arguments& arguments) {
  const auto request = std::make_shared<TrainRequest>();
  declare(arguments, *request);
  return [request](const Work& work) {
    const Ranks ranks = Ranks::join(work.stop);
    if (!ranks.is_first()) {
      const bool ok =
          follow_training(*request, {.threads = work.threads, .stop = work.stop}, ranks);
      if (ok) ranks.leave();
      return Result{.ok = ok, .is_told = false};
    }
    const TrainOutcome outcome = lead_training(*request, work, ranks);
    ranks.leave();
    const TrainingPictures pictures = draw_training(request->files, outcome);
    for (const auto& failure : pictures.failures) work.say("picture left out: " + failure);
    Text text = to_text(outcome, request->files.folder.string());
    if (!pictures.files.empty()) text.line("pictures: {}", summary_of(pictures));
    return Result{.text = text, .json = to_json(outcome).with("pictures", names_of(pictures))};
  };
}

}  // namespace likeness
