#include "likeness/catalogue/same_picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace likeness {
namespace {

constexpr Size kMiddle{.width = 30, .height = 40};
constexpr Size kFine = kComparedCells;
constexpr std::size_t kPatch = 5;  // cells of kFine in a row
constexpr std::size_t kUsual = 20;

// How many steps an overlay is improved by at each size, and which error it may have then: more
// than 199 of 200 copies of photographs and of products had. docs/recommending.md has the figures.
constexpr Fitting::Options kCoarseFit{.steps = 6, .most_error = 6.5};
constexpr Fitting::Options kMiddleFit{.steps = 4, .most_error = 5};
constexpr Fitting::Options kFineFit{.steps = 4, .most_error = 12};

// Beyond these people see a difference; or it is in one place alone, which no encoder does.
constexpr double kMostPatch = 8.0;
constexpr double kMostLocal = 2.7;  // patch as a multiple of 1 + usual_patch
constexpr double kMostShare = 0.3;

Grid luma_of(const std::vector<float>& colours, Size size) {
  Grid luma{.size = size, .values = {}};
  luma.values.reserve(colours.size() / kImageChannels);
  for (std::size_t i = 0; i < colours.size(); i += kImageChannels) {
    luma.values.push_back(
        255.0F * (0.299F * colours[i] + 0.587F * colours[i + 1] + 0.114F * colours[i + 2]));
  }
  return luma;
}

// Each of `count` values that lie `step` apart becomes half of itself and a quarter of the values
// before and after it.
void smooth(float* value, std::size_t count, std::size_t step) {
  float before = *value;
  for (std::size_t i = 0; i < count; ++i, value += step) {
    const float own = *value;
    const float after = i + 1 < count ? value[step] : own;
    *value = 0.25F * (before + own + own + after);
    before = own;
  }
}

// A grid that is smooth can be read between its cells.
Grid smoothed(Grid grid) {
  const auto width = static_cast<std::size_t>(grid.size.width);
  const auto height = static_cast<std::size_t>(grid.size.height);
  for (std::size_t y = 0; y < height; ++y) smooth(grid.values.data() + y * width, width, 1);
  for (std::size_t x = 0; x < width; ++x) smooth(grid.values.data() + x, height, width);
  return grid;
}

Grid smooth_luma_of(const PixelView& picture, Size size) {
  return smoothed(luma_of(area_means(picture, size), size));
}

Grid grid_of(std::span<const std::uint8_t> outline) {
  return {.size = kOutlineCells, .values = {outline.begin(), outline.end()}};
}

double spread_of(const std::vector<float>& values) {
  double sum = 0.0;
  double squares = 0.0;
  for (const float value : values) {
    sum += double{value};
    squares += double{value} * double{value};
  }
  const auto count = static_cast<double>(values.size());
  return std::sqrt(std::max(0.0, squares / count - sum / count * (sum / count)));
}

struct Patch {
  std::array<float, kImageChannels> sum{};
  float cells = 0.0F;

  [[nodiscard]] double difference() const {
    const auto largest = std::max({std::abs(sum[0]), std::abs(sum[1]), std::abs(sum[2])});
    return 255.0 * double{largest / cells};
  }
};

// Sums of what the picture that stays has more than the other where the overlay finds it.
std::vector<Patch> patches_of(const std::vector<float>& stays, const std::vector<float>& other,
                              const Overlay& overlay) {
  constexpr std::size_t kRow = kFine.width * kImageChannels;
  constexpr std::size_t kPatchesAcross = kFine.width / kPatch;
  const Sampling sampling(kFine, overlay);
  const auto& [columns, right] = sampling.across();
  const auto& [rows, below] = sampling.down();
  std::vector<Patch> patches(kPatchesAcross * (kFine.height / kPatch));
  for (std::size_t y = 0; y < rows.size(); ++y) {
    if (rows[y] < 0) continue;
    for (std::size_t x = 0; x < columns.size(); ++x) {
      if (columns[x] < 0) continue;
      Patch& patch = patches[y / kPatch * kPatchesAcross + x / kPatch];
      const float* from = other.data() + static_cast<std::size_t>(rows[y]) * kRow +
                          static_cast<std::size_t>(columns[x]) * kImageChannels;
      for (std::size_t channel = 0; channel < kImageChannels; ++channel, ++from) {
        const float upper = from[0] + right[x] * (from[kImageChannels] - from[0]);
        const float lower = from[kRow] + right[x] * (from[kRow + kImageChannels] - from[kRow]);
        patch.sum[channel] +=
            stays[y * kRow + x * kImageChannels + channel] - (upper + below[y] * (lower - upper));
      }
      patch.cells += 1.0F;
    }
  }
  return patches;
}

// Of each patch that is mostly in both pictures, the largest first.
std::vector<double> differences_of(const std::vector<Patch>& patches) {
  std::vector<double> differences;
  for (const Patch& patch : patches) {
    if (patch.cells >= float{kPatch * kPatch} / 2.0F) differences.push_back(patch.difference());
  }
  std::ranges::sort(differences, std::greater());
  return differences;
}

bool is_small(const PictureDifference& difference) {
  return difference.patch <= kMostPatch &&
         difference.patch <= kMostLocal * (1.0 + difference.usual_patch) &&
         difference.share <= kMostShare;
}

}  // namespace

std::vector<float> sketch(const PixelView& picture) { return area_means(picture, kSketchCells); }

std::vector<std::uint8_t> outline(const PixelView& picture) {
  std::vector<std::uint8_t> levels;
  levels.reserve(kOutlineNumbers);
  for (const float value : smooth_luma_of(picture, kOutlineCells).values) {
    levels.push_back(static_cast<std::uint8_t>(std::min(255.0F, value + 0.5F)));
  }
  return levels;
}

std::vector<std::uint8_t> compared_colours(const PixelView& picture) {
  std::vector<std::uint8_t> levels;
  levels.reserve(kComparedNumbers);
  for (const float colour : area_means(picture, kComparedCells)) {
    levels.push_back(static_cast<std::uint8_t>(std::min(255.0F, 255.0F * colour + 0.5F)));
  }
  return levels;
}

PictureComparison::PictureComparison(const OutlinedPicture& picture)
    : picture_(picture), coarse_(grid_of(picture.outline)) {}

std::optional<PictureDifference> PictureComparison::difference_from(
    const OutlinedPicture& outlined) {
  const auto coarse = coarse_.fit(grid_of(outlined.outline), {}, kCoarseFit);
  if (!coarse) return std::nullopt;
  const PixelView& other = outlined.pixels;
  if (!middle_) middle_.emplace(smooth_luma_of(picture_.pixels, kMiddle));
  const auto middle = middle_->fit(smooth_luma_of(other, kMiddle), coarse->overlay, kMiddleFit);
  if (!middle) return std::nullopt;
  if (!fine_) {
    colours_ = area_means(picture_.pixels, kFine);
    fine_.emplace(luma_of(colours_, kFine));
  }
  const auto colours = area_means(other, kFine);
  const auto fine = fine_->fit(luma_of(colours, kFine), middle->overlay, kFineFit);
  if (!fine) return std::nullopt;
  const auto patches = differences_of(patches_of(colours_, colours, fine->overlay));
  const double spread = spread_of(luma_of(colours_, kFine).values);
  return PictureDifference{.patch = patches[0],
                           .usual_patch = patches[std::min(kUsual, patches.size()) - 1],
                           .share = spread > 0.0 ? fine->error / spread : 0.0};
}

bool PictureComparison::is_same(const OutlinedPicture& other) {
  const auto difference = difference_from(other);
  if (!difference) return false;
  if (is_small(*difference)) return true;
  // The one that shows more must be read between its cells, which costs sharpness.
  const auto reversed = PictureComparison(other).difference_from(picture_);
  return reversed && is_small(*reversed);
}

}  // namespace likeness
