// How the models learned: reconstructions by epoch, their animation, the comparison of the models,
// losses.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/random.hpp"
#include "likeness/base/words.hpp"
#include "likeness/base/work.hpp"
#include "likeness/catalogue/vips_image.hpp"
#include "likeness/encoder/executor.hpp"
#include "likeness/neighbours/sample.hpp"
#include "likeness/plot/animation.hpp"
#include "likeness/plot/loss_chart.hpp"
#include "likeness/plot/picture_tables.hpp"
#include "likeness/report/reconstruction_sheet.hpp"
#include "likeness/report/sections.hpp"
#include "likeness/shop/embedding.hpp"
#include "likeness/shop/training_run.hpp"

namespace likeness {
namespace {

constexpr std::size_t kShownPictures = 5;
constexpr std::size_t kMostCompared = 10;
constexpr const char* kByEpoch = "reconstruction by epoch";
constexpr const char* kEvolution = "evolution";
constexpr const char* kComparison = "comparison of latent sizes";
constexpr const char* kLosses = "losses";

// The epochs of which the run kept reconstructions, from 0.
std::vector<std::size_t> epochs_of(const RunFiles& run) {
  std::vector<std::size_t> epochs;
  while (std::filesystem::exists(run.reconstructions(epochs.size()))) {
    epochs.push_back(epochs.size());
  }
  return epochs;
}

void add_evolution(const std::vector<Image>& frames, PageFrame last, PageSection& section,
                   ReportDraft& draft) {
  draft.write("evolution.webp", animated_webp(frames));
  draft.write("evolution.gif", animated_gif(frames));
  section.figures.push_back(
      {.title = "Evolution",
       .reading = "The same sheets one after the other, eight a second, the last one held: watch "
                  "how outlines come first and details later.",
       .alternative = "Animation: the reconstructions become sharper from epoch to epoch.",
       .file = ReportDraft::address_of("evolution.gif"),
       .size = frames.front().size,
       .vector_file = {},
       .still = std::move(last.file),
       .frames = {}});
}

void add_epochs(const ReportSource& source, const TrainedModel& model, PageSection& section,
                ReportDraft& draft) {
  const RunFiles run = run_files(source.shop.files(), model.stored.name);
  const auto epochs = epochs_of(run);
  if (epochs.empty()) {
    for (const char* picture : {kByEpoch, kEvolution}) draft.miss(picture, source.how("train"));
    return;
  }
  PageFigure figure{.title = "Reconstruction by epoch",
                    .reading =
                        "Left what goes in, right what the network makes of its latent: the "
                        "more alike, the more the latent tells. The slider goes through the "
                        "epochs; these pictures were not trained on.",
                    .alternative = fmt::format("{} pictures of the validation set beside their "
                                               "reconstructions by {}.",
                                               kShownPictures, model.stored.name)};
  std::vector<Image> frames;
  for (const std::size_t place : frames_to_show(epochs.size())) {
    const std::size_t epoch = epochs[place];
    auto sheet = draw_epoch(source.shop,
                            {.model = model.stored.name,
                             .files = run,
                             .history = model.history,
                             .best_epoch = model.best_epoch},
                            epoch);
    if (!sheet) {
      throw Error(Error::Kind::kNotFound,
                  "the pictures that the training showed are no longer in the shop: " +
                      source.how("train"));
    }
    // A run that somebody changed may show other pictures in between.
    if (!frames.empty() && sheet->size != frames.front().size) continue;
    frames.push_back(*std::move(sheet));
    figure.frames.push_back({.name = fmt::format("epoch {}", epoch), .file = {}});
  }
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const std::string name = fmt::format("reconstruction-{:02}", i);
    figure.frames[i].file = ReportDraft::address_of(name + ".png");
    if (i + 1 == frames.size()) {
      const PageFrame last = figure.frames[i];
      draft.show(section, name, std::move(figure), frames[i]);
      add_evolution(frames, last, section, draft);
      return;
    }
    draft.write(name + ".png", encode_png(frames[i]));
  }
}

Image reconstruct(Executor& network, const Image& picture) {
  network.forward(picture.pixels);
  Image made{.size = picture.size, .pixels = {}};
  for (const float value : network.reconstruction().floats().first(picture.pixels.size())) {
    made.pixels.push_back(
        static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0F, 1.0F) * 255.0F)));
  }
  return made;
}

std::vector<KeyedPicture> compared_pictures(const ReportSource& source) {
  std::vector<KeyedPicture> pictures;
  for (const TrainedModel& model : source.models) {  // the active one's first
    const RunFiles run = run_files(source.shop.files(), model.stored.name);
    if (!std::filesystem::exists(run.reconstructions(0))) continue;
    try {
      for (const ShownPicture& one : shown_pictures(source.shop, Pack(run.reconstructions(0)))) {
        pictures.push_back({.key = one.key, .picture = source.picture(one.place)});
      }
    } catch (const Error&) {
      stop_if_asked(source.work.stop);
      continue;  // damaged: another run's, or any pictures
    }
    if (!pictures.empty()) return pictures;
  }
  Random random(source.request.seed);
  for (const std::size_t place : sample_of(source.shop.items().size(), kShownPictures, random)) {
    pictures.push_back({.key = source.shop.items()[place].key, .picture = source.picture(place)});
  }
  return pictures;
}

// By the size of their latents; of more than can be shown, the best of each size.
std::vector<const TrainedModel*> compared_models(const ReportSource& source) {
  std::vector<const TrainedModel*> models;
  for (const TrainedModel& model : source.models) {
    if (!model.program.empty()) models.push_back(&model);
  }
  const auto size = [](const TrainedModel* one) { return one->stored.dimensions; };
  std::ranges::stable_sort(models, {}, [&](const TrainedModel* one) {
    return std::pair(size(one), one->validation_mae().value_or(1.0));
  });
  if (models.size() <= kMostCompared) return models;
  const auto worse = std::ranges::unique(models, {}, size);
  models.erase(worse.begin(), worse.end());
  if (models.size() > kMostCompared) models.resize(kMostCompared);
  return models;
}

ComparedModel compared_model(const ReportSource& source, const TrainedModel& trained,
                             const std::vector<KeyedPicture>& pictures) {
  const Model model = read_model(source.shop.files().models() / trained.stored.file);
  require_same_size(model, source.shop.size());
  Executor network(model.network, 1, embedding_precision(), Use::kInference);
  network.set_parameters(model.parameters);
  ComparedModel compared;
  compared.name = trained.stored.name;
  compared.latent = trained.stored.dimensions;
  compared.validation_mae = trained.validation_mae();
  for (const KeyedPicture& picture : pictures) {
    compared.reconstructions.push_back(reconstruct(network, picture.picture));
  }
  return compared;
}

void add_comparison(const ReportSource& source, PageSection& section, ReportDraft& draft) {
  const auto pictures = compared_pictures(source);
  const auto models = compared_models(source);
  std::vector<ComparedModel> compared;
  for (const TrainedModel* one : models) {
    try {
      compared.push_back(compared_model(source, *one, pictures));
    } catch (const Error& error) {
      stop_if_asked(source.work.stop);
      source.work.say(error.what());  // the others are compared
    }
  }
  if (compared.size() < 2) {
    draft.miss(kComparison,
               source.how("train", {{.field = "latent", .value = "D"}}) + " with another number D");
    return;
  }
  draft.show(section, "comparison",
             {.title = "Comparison of latent sizes",
              .reading = "Each column is a model: the more numbers its latent has, the more of a "
                         "picture it can keep; MAE is the mean error of a pixel on pictures that "
                         "were not trained on.",
              .alternative = fmt::format("{} pictures and their reconstructions by {} models.",
                                         pictures.size(), compared.size())},
             draw_comparison(pictures, compared));
}

void add_losses(const ReportSource& source, PageSection& section, ReportDraft& draft) {
  std::vector<LossCurve> curves;
  for (const TrainedModel& model : source.models) {
    if (model.history.empty() || curves.size() == kMostLossCurves) continue;
    LossCurve& curve = curves.emplace_back();
    curve.name = model.stored.name;
    curve.best_epoch = model.best_epoch;
    for (const EpochReport& epoch : model.history) {
      curve.epochs.push_back({.epoch = epoch.epoch,
                              .train_mse = epoch.train_mse,
                              .train_mae = epoch.train_mae,
                              .validation_mse = epoch.validation_mse,
                              .validation_mae = epoch.validation_mae});
    }
  }
  if (curves.empty()) return draft.miss(kLosses, source.how("train"));
  draft.show(
      section, "losses",
      {.title = "Losses",
       .reading = "The error after each epoch, dashed on pictures that were trained on, solid "
                  "on others: while both fall the network learns; when only the dashed one "
                  "falls it learns by heart. The mark is the epoch that was kept.",
       .alternative = fmt::format("Chart of training and validation error by epoch of {} "
                                  "trainings.",
                                  curves.size())},
      loss_chart(curves));
}

PageTable model_table(const ReportSource& source) {
  PageTable table{.caption = "The models, with the errors of their best epoch",
                  .header = {"model", "network", "numbers a latent", "epochs", "best epoch",
                             "training MAE", "validation MAE", "validation MSE", "latents"},
                  .rows = {}};
  for (const TrainedModel& model : source.models) {
    auto& row = table.rows.emplace_back();
    row = {model.stored.name + (model.stored.active ? " (active)" : ""), model.stored.network,
           with_thousands(model.stored.dimensions)};
    const auto best = std::ranges::find(model.history, model.best_epoch, &EpochReport::epoch);
    if (best == model.history.end()) {
      row.insert(row.end(), {with_thousands(model.history.size()), "", "", "", ""});
    } else {
      row.insert(row.end(), {with_thousands(model.history.size()), with_thousands(best->epoch),
                             fmt::format("{:.4f}", best->train_mae),
                             fmt::format("{:.4f}", best->validation_mae),
                             fmt::format("{:.5f}", best->validation_mse)});
    }
    row.push_back(with_thousands(model.stored.latents));
  }
  return table;
}

}  // namespace

PageSection training_section(const ReportSource& source, ReportDraft& draft) {
  PageSection section{.id = "training", .title = "Training"};
  const TrainedModel* model = source.shown_model();
  if (model == nullptr) {
    section.paragraphs.emplace_back("No model has been trained yet.");
    for (const char* picture : {kByEpoch, kEvolution, kComparison, kLosses}) {
      draft.miss(picture, source.how("train"));
    }
    return section;
  }
  section.tables.push_back(model_table(source));
  draft.attempt(kByEpoch, [&] { add_epochs(source, *model, section, draft); });
  draft.attempt(kComparison, [&] { add_comparison(source, section, draft); });
  draft.attempt(kLosses, [&] { add_losses(source, section, draft); });
  return section;
}

}  // namespace likeness
