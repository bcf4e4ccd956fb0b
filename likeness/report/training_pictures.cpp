#include "likeness/report/training_pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/vips_image.hpp"
#include "likeness/plot/animation.hpp"
#include "likeness/plot/loss_chart.hpp"
#include "likeness/report/reconstruction_sheet.hpp"
#include "likeness/shop/training_run.hpp"

namespace likeness {
namespace {

// A longer training that was drawn before, under the same name, must not be mixed with this one.
void remove_sheets(const std::filesystem::path& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("reconstruction-") && name.ends_with(".png")) {
      std::filesystem::remove(entry.path());
    }
  }
}

class Drawing {
 public:
  Drawing(const ShopFiles& files, const TrainOutcome& training)
      : shop_(files.folder), training_(training), run_(run_files(files, training.model)) {}

  TrainingPictures run() {
    attempt([this] { draw_reconstruction_sheets(); });
    attempt([this] { draw_losses(); });
    return std::move(pictures_);
  }

 private:
  template <typename Draw>
  void attempt(const Draw& draw) {
    try {
      draw();
    } catch (const Error& error) {
      pictures_.failures.emplace_back(error.what());
    } catch (const std::filesystem::filesystem_error& error) {
      pictures_.failures.emplace_back(error.what());
    }
  }

  void write(const std::string& name, std::span<const std::byte> bytes) {
    const auto file = run_.folder / name;
    write_file(file, bytes);
    pictures_.files.push_back(file);
  }

  void draw_reconstruction_sheets() {
    remove_sheets(run_.folder);
    std::vector<Image> sheets;
    for (const std::size_t epoch : frames_to_show(training_.history.size() + 1)) {
      if (!std::filesystem::exists(run_.reconstructions(epoch))) continue;
      auto sheet = draw_epoch(shop_,
                              {.model = training_.model,
                               .files = run_,
                               .history = training_.history,
                               .best_epoch = training_.best_epoch},
                              epoch);
      if (!sheet) continue;
      if (!sheets.empty() && sheets.front().size != sheet->size) continue;
      write(fmt::format("reconstruction-{:04}.png", epoch), encode_png(*sheet));
      sheets.push_back(*std::move(sheet));
    }
    if (sheets.empty()) return;
    write("evolution.gif", animated_gif(sheets));
    write("evolution.webp", animated_webp(sheets));
  }

  void draw_losses() {
    LossCurve curve{.name = training_.model, .epochs = {}, .best_epoch = training_.best_epoch};
    for (const EpochReport& report : training_.history) {
      curve.epochs.push_back({.epoch = report.epoch,
                              .train_mse = report.train_mse,
                              .train_mae = report.train_mae,
                              .validation_mse = report.validation_mse,
                              .validation_mae = report.validation_mae});
    }
    const Chart chart = draw_chart(loss_chart(std::span(&curve, 1)));
    write("losses.png", chart.png);
    write("losses.svg", std::as_bytes(std::span(chart.svg)));
  }

  Shop shop_;
  const TrainOutcome& training_;
  RunFiles run_;
  TrainingPictures pictures_;
};

}  // namespace

TrainingPictures draw_training(const ShopFiles& files, const TrainOutcome& training) {
  try {
    return Drawing(files, training).run();
  } catch (const Error& error) {
    return {.files = {}, .failures = {error.what()}};
  }
}

std::string summary_of(const TrainingPictures& pictures) {
  const auto sheets = std::ranges::count_if(pictures.files, [](const auto& file) {
    return file.filename().string().starts_with("reconstruction-");
  });
  std::string summary = fmt::format("{}: {} sheets of reconstructions",
                                    pictures.files.front().parent_path().string(), sheets);
  for (const auto& file : std::span(pictures.files).subspan(static_cast<std::size_t>(sheets))) {
    summary += ", " + file.filename().string();
  }
  return summary;
}

Json names_of(const TrainingPictures& pictures) {
  Json::Array names;
  for (const auto& file : pictures.files) names.emplace_back(file.string());
  return names;
}

}  // namespace likeness
