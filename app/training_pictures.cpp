#include "app/training_pictures.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/pack.hpp"
#include "likeness/catalogue/vips_image.hpp"
#include "likeness/plot/animation.hpp"
#include "likeness/plot/loss_chart.hpp"
#include "likeness/plot/picture_tables.hpp"

namespace likeness {
namespace {

Image image_of(Size size, std::span<const std::uint8_t> record) {
  return {.size = size, .pixels = {record.begin(), record.end()}};
}

// Pictures that were not trained on, beside what the network made of them.
std::vector<Reconstruction> reconstructions(const Pack& pack, const Shop& shop) {
  std::vector<Reconstruction> shown;
  for (std::size_t i = 0; i < pack.count(); ++i) {
    const PackEntry entry = pack.entry(i);
    if (entry.source != "validation") continue;
    Reconstruction& each = shown.emplace_back();
    each.source.key = entry.key;
    each.picture = image_of(pack.size(), pack.record(i));
    if (const auto place = shop.index_of(entry.key)) {
      each.source.picture = image_of(shop.size(), shop.record(*place));
    }
  }
  return shown;
}

std::optional<Image> sheet_of(const FinishedTraining& training, const Shop& shop,
                              std::size_t epoch) {
  const auto file = training.files.reconstructions(epoch);
  if (!std::filesystem::exists(file)) return std::nullopt;
  const Pack pack(file);
  require_pictures_of(shop, pack);
  const auto shown = reconstructions(pack, shop);
  if (shown.empty()) return std::nullopt;
  ReconstructionTitle title{.model = training.name,
                            .epoch = epoch,
                            .validation_mae = {},
                            .best_epoch = training.best_epoch};
  if (epoch > 0) title.validation_mae = training.history[epoch - 1].validation_mae;
  return draw_reconstructions(shown, title);
}

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
  Drawing(const FinishedTraining& training, const Shop& shop) : training_(training), shop_(shop) {}

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
    const auto file = training_.files.folder / name;
    write_file(file, bytes);
    pictures_.files.push_back(file);
  }

  void draw_reconstruction_sheets() {
    remove_sheets(training_.files.folder);
    std::vector<Image> sheets;
    for (const std::size_t epoch : frames_to_show(training_.history.size() + 1)) {
      auto sheet = sheet_of(training_, shop_, epoch);
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
    LossCurve curve{.name = training_.name, .epochs = {}, .best_epoch = training_.best_epoch};
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

  const FinishedTraining& training_;
  const Shop& shop_;
  TrainingPictures pictures_;
};

}  // namespace

TrainingPictures draw_training(const FinishedTraining& training, const Shop& shop) {
  return Drawing(training, shop).run();
}

}  // namespace likeness
