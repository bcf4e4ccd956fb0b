#include "likeness/encoder/pretrained_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/version.hpp"
#include "likeness/encoder/classic_parts.hpp"
#include "likeness/encoder/initial.hpp"
#include "likeness/encoder/parts.hpp"
#include "likeness/neighbours/pca.hpp"

namespace likeness {
namespace {

// docs/quality.md says what else was tried.
// Less than beside our own learned part: a pretrained encoder sees colours.
constexpr float kColourBesidePretrained = 0.47F;

// The dense layers of a network, which are all that is fitted.
struct Fitted {
  Network network;
  std::size_t pretrained = 0;
  std::size_t shapes = 0;  // 0: it is alone
  std::size_t colours = 0;
};

Fitted network_around(std::shared_ptr<const PretrainedEncoder> encoder, const Shape& picture,
                      const PretrainedModelOptions& options) {
  NetworkBuilder b(kPretrainedNetwork, picture);
  Fitted fitted;
  const auto seen = b.pretrained(std::move(encoder));
  if (options.alone) {
    fitted.pretrained = b.dense(seen, options.latent);
    const auto latent = b.unit_length(fitted.pretrained);
    fitted.network = std::move(b).finish(latent);
    return fitted;
  }
  const PartSizes sizes = part_sizes(options.latent);
  fitted.pretrained = b.dense(seen, sizes.learned);
  fitted.shapes = b.dense(b.gradient_pyramid(), sizes.gradients);
  fitted.colours = b.dense(b.fine_lab_histogram(), sizes.colours);
  const auto latent = b.descriptor({b.unit_length(fitted.pretrained), b.unit_length(fitted.shapes),
                                    b.unit_length(fitted.colours)});
  fitted.network = std::move(b).finish(latent);
  return fitted;
}

LinearMap fit_pretrained(const PretrainedEncoder& encoder, const Shape& picture,
                         const ChosenPictures& pictures, const Looker& looker,
                         std::size_t directions) {
  const PretrainedSession session(encoder, kPretrainedPart);
  const Size size{.width = static_cast<int>(picture.w), .height = static_cast<int>(picture.h)};
  const auto places = evenly(kMostViewed, looker.pictures());
  const auto seen = looker.rows(
      places, encoder.numbers, [&](std::span<const std::uint8_t> pixels, std::size_t row) {
        std::optional<Image> larger;
        if (pictures.find_larger) larger = pictures.find_larger(pictures.positions[places[row]]);
        const PixelView view = larger ? PixelView{.size = larger->size, .pixels = larger->pixels}
                                      : PixelView{.size = size, .pixels = pixels};
        std::vector<float> numbers(encoder.numbers);
        session.describe(std::span(&view, 1), numbers);
        return numbers;
      });
  const Rows rows(seen, encoder.numbers);
  return half_whitened(fit_pca(rows, directions, looker.threads()), rows, looker.threads());
}

void require_enough_numbers(const PretrainedEncoder& encoder,
                            const PretrainedModelOptions& options) {
  if (!options.alone && options.latent < kFewestNumbers) {
    throw Error(Error::Kind::kInput, fmt::format("{} numbers are too few for three parts: {} are "
                                                 "possible",
                                                 options.latent, kFewestNumbers));
  }
  const std::size_t wanted = options.alone ? options.latent : part_sizes(options.latent).learned;
  if (wanted <= encoder.numbers) return;
  throw Error(Error::Kind::kInput,
              fmt::format("the encoder gives {} numbers, which are not as many "
                          "as the {} that are wanted of it: ask for fewer",
                          encoder.numbers, wanted));
}

}  // namespace

Model model_around(const std::shared_ptr<const PretrainedEncoder>& encoder, const Shape& picture,
                   const ChosenPictures& pictures, const PretrainedModelOptions& options,
                   ThreadPool& pool) {
  require_enough_numbers(*encoder, options);
  Fitted fitted = network_around(encoder, picture, options);
  const auto size_of = [&](std::size_t layer) { return fitted.network.layers[layer].output.c; };
  Model model{.name = {},
              .network = fitted.network,
              .parameters = initial_parameters(fitted.network, options.seed),
              .seed = options.seed,
              .program = version(),
              .history = {}};
  const Looker looker(pictures, picture, pool);
  const auto put = [&](const LinearMap& map, std::size_t layer) {
    put_map(map, model.network, layer, model.parameters);
  };
  put(fit_pretrained(*encoder, picture, pictures, looker, size_of(fitted.pretrained)),
      fitted.pretrained);
  if (options.alone) return model;
  put(fit_shapes(looker, size_of(fitted.shapes), ViewLimits{}, options.seed), fitted.shapes);
  put(fit_colours(looker, size_of(fitted.colours)), fitted.colours);
  model.parts = parts_of(model.network);
  model.parts.front().name = kPretrainedPart;
  model.parts.back().weight = kColourBesidePretrained;
  return model;
}

}  // namespace likeness
