#include "likeness/evaluation/methods.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <unordered_map>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/parallel.hpp"
#include "likeness/base/words.hpp"
#include "likeness/base/work.hpp"
#include "likeness/catalogue/descriptors.hpp"
#include "likeness/encoder/initial.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/encoder/pretrained_model.hpp"
#include "likeness/neighbours/pca.hpp"
#include "likeness/shop/embedding.hpp"
#include "likeness/shop/model_files.hpp"
#include "likeness/shop/originals.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

// The best that is known of classic descriptors in 128 numbers.
constexpr std::size_t kReducedGradients = 88;
constexpr std::size_t kReducedColours = 40;
constexpr std::size_t kPcaWithoutModel = 10;

std::vector<StoredModel> models_of(const Store& store, const EvaluateRequest& request) {
  if (request.what == EvaluateRequest::What::kBaselines) return {};
  std::vector<StoredModel> models;
  for (const std::string& name : request.models) {
    const auto found = store.find_model(name);
    if (!found) {
      throw Error(Error::Kind::kNotFound, name + ": there is no such model in the shop",
                  by_looking());
    }
    models.push_back(*found);
  }
  if (!models.empty()) return models;
  if (auto active = store.active_model()) return {*std::move(active)};
  const bool trained = !store.models().empty();
  throw Error(Error::Kind::kNotFound, "the shop has no active model: evaluate the baselines alone",
              {.does = "or make one", .verb = trained ? "embed" : "train"});
}

// Each size once.
std::vector<std::size_t> pca_sizes(const std::vector<StoredModel>& models,
                                   const EvaluateRequest& request) {
  std::vector<std::size_t> sizes;
  const auto add = [&](std::size_t size) {
    if (std::ranges::find(sizes, size) == sizes.end()) sizes.push_back(size);
  };
  for (const StoredModel& model : models) add(model.dimensions);
  for (const std::uint64_t size : request.pca) add(size);
  if (sizes.empty()) add(kPcaWithoutModel);
  return sizes;
}

void add_untrained(const std::vector<StoredModel>& models, std::vector<Method>& methods) {
  for (const StoredModel& model : models) {
    if (model.network == kPretrainedNetwork) continue;  // nobody asks what it would be untrained
    const Method untrained{.kind = MethodKind::kUntrained,
                           .name = fmt::format("untrained-{}-{}", model.network, model.dimensions),
                           .dimensions = model.dimensions,
                           .model = model};
    if (std::ranges::find(methods, untrained.name, &Method::name) == methods.end()) {
      methods.push_back(untrained);
    }
  }
}

using Descriptor = std::function<std::vector<float>(const PixelView&)>;

Descriptors describe_each(const Shop& shop, const std::vector<std::size_t>& places,
                          std::size_t threads, const Descriptor& descriptor) {
  constexpr std::size_t kItems = 64;  // of a task
  if (places.empty()) return {};
  const auto of_place = [&](std::size_t i) {
    return descriptor({.size = shop.size(), .pixels = shop.record(places[i])});
  };
  Descriptors all{.dimensions = of_place(0).size(), .values = {}};
  all.values.resize(places.size() * all.dimensions);
  parallel_for((places.size() + kItems - 1) / kItems, threads, [&](std::size_t task) {
    for (std::size_t i = task * kItems; i < std::min(places.size(), (task + 1) * kItems); ++i) {
      std::ranges::copy(of_place(i),
                        all.values.begin() + static_cast<std::ptrdiff_t>(i * all.dimensions));
    }
  });
  return all;
}

Descriptors reduce(const Descriptors& from, std::size_t components, std::size_t threads) {
  return {.dimensions = components,
          .values = fit_pca(from.rows(), components, threads).project(from.rows(), threads)};
}

Descriptors reduced_gradients_and_colours(const Shop& shop, const std::vector<std::size_t>& places,
                                          std::size_t threads) {
  const Descriptors gradients =
      reduce(describe_each(shop, places, threads, gradient_histogram), kReducedGradients, threads);
  const Descriptors colours =
      reduce(describe_each(shop, places, threads, colour_histogram), kReducedColours, threads);
  Descriptors beside{.dimensions = kReducedGradients + kReducedColours, .values = {}};
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto shape = gradients.rows().row(i);
    beside.values.insert(beside.values.end(), shape.begin(), shape.end());
    const auto colour = colours.rows().row(i);
    for (const float value : colour) beside.values.push_back(kHistogramWeight * value);
  }
  return beside;
}

Descriptors latents_of(const Shop& shop, const std::vector<std::size_t>& places,
                       const StoredModel& model, const std::vector<PartWeight>& weights) {
  const StoredLatents latents = own_latents(shop.store(), shop.files(), model);
  const Rows rows(latents.values, latents.dimensions);
  std::unordered_map<std::int64_t, std::size_t> row_of;
  for (std::size_t row = 0; row < latents.items.size(); ++row) {
    row_of.emplace(latents.items[row], row);
  }
  Descriptors found{.dimensions = latents.dimensions, .values = {}};
  std::size_t missing = 0;
  for (const std::size_t place : places) {
    const auto row = row_of.find(shop.items()[place].id);
    if (row == row_of.end()) {
      ++missing;
      continue;
    }
    const auto latent = rows.row(row->second);
    found.values.insert(found.values.end(), latent.begin(), latent.end());
  }
  if (missing > 0) {
    throw Error(Error::Kind::kNotFound,
                fmt::format("{}: has no latents of {} of {} items", model.name,
                            with_thousands(missing), with_thousands(places.size())),
                by_embedding_with(model.name));
  }
  if (!weights.empty()) {
    multiply_rows(number_factors(weights, shop.files(), model), found.values);
  }
  return found;
}

std::vector<float> area_means_of(const PixelView& picture) { return area_means(picture); }

// What is computed of each picture by itself, before anything is fitted to all of them.
Descriptor descriptor_of(MethodKind kind) {
  switch (kind) {
    case MethodKind::kPixels:
    case MethodKind::kPixelPca: return area_means_of;
    case MethodKind::kHistogram: return colour_histogram;
    case MethodKind::kGradients: return gradient_histogram;
    case MethodKind::kGradientsAndColours:
    case MethodKind::kReducedGradientsAndColours: return gradients_and_colours;
    case MethodKind::kModel:
    case MethodKind::kUntrained: break;
  }
  return nullptr;
}

using DescribePictures = std::function<void(PicturesView)>;

double seconds_of(const DescribePictures& describe_pictures, PicturesView pictures) {
  const auto start = std::chrono::steady_clock::now();
  describe_pictures(pictures);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// What the network's form alone sees, before it has learned anything.
Descriptors untrained(const Shop& shop, const std::vector<std::size_t>& places,
                      const StoredModel& stored, std::uint64_t seed, std::size_t threads) {
  Model model = read_model(shop.files().models() / stored.file);
  require_same_size(model, shop.size());
  model.parameters = initial_parameters(model.network, seed);
  Pictures pictures;
  for (const std::size_t place : places) pictures.push_back(shop.record(place));
  // The model's would tell how much each part counts by how far trained numbers lie apart.
  model.parts = measure_spreads(model, pictures, Precision::kF32, threads);
  return {.dimensions = model.network.latent_size(),
          .values = embed(model, pictures, Precision::kF32, threads)};
}

}  // namespace

MethodList methods_of(const Store& store, const EvaluateRequest& request) {
  const auto models = models_of(store, request);
  MethodList list;
  for (const StoredModel& model : models) {
    list.methods.push_back({.kind = MethodKind::kModel,
                            .name = model.name,
                            .dimensions = model.dimensions,
                            .model = model});
  }
  if (request.what == EvaluateRequest::What::kModels) return list;
  list.methods.push_back(
      {.kind = MethodKind::kPixels, .name = "pixels", .dimensions = kAreaMeanNumbers});
  for (const std::size_t size : pca_sizes(models, request)) {
    if (size > kAreaMeanNumbers) {
      list.notes.push_back(fmt::format("pca-{}: left out, the pixels have no more than {} numbers",
                                       size, kAreaMeanNumbers));
      continue;
    }
    list.methods.push_back(
        {.kind = MethodKind::kPixelPca, .name = fmt::format("pca-{}", size), .dimensions = size});
  }
  const auto add = [&](MethodKind kind, std::string name, std::size_t dimensions) {
    list.methods.push_back({.kind = kind, .name = std::move(name), .dimensions = dimensions});
  };
  add(MethodKind::kHistogram, "histogram", kHistogramNumbers);
  add(MethodKind::kGradients, "hog", kGradientNumbers);
  add(MethodKind::kGradientsAndColours, "hog+histogram", kGradientNumbers + kHistogramNumbers);
  add(MethodKind::kReducedGradientsAndColours,
      fmt::format("hog-{}+histogram-{}", kReducedGradients, kReducedColours),
      kReducedGradients + kReducedColours);
  add_untrained(models, list.methods);
  return list;
}

Descriptors describe(const Shop& shop, const std::vector<std::size_t>& places, const Method& method,
                     const DescribeOptions& options) {
  const auto each = [&](const Descriptor& descriptor) {
    return describe_each(shop, places, options.threads, descriptor);
  };
  switch (method.kind) {
    case MethodKind::kModel: return latents_of(shop, places, method.model, options.weights);
    case MethodKind::kPixels: return each(area_means_of);
    case MethodKind::kPixelPca:
      return reduce(each(area_means_of), method.dimensions, options.threads);
    case MethodKind::kHistogram: return each(colour_histogram);
    case MethodKind::kGradients: return each(gradient_histogram);
    case MethodKind::kGradientsAndColours: return each(gradients_and_colours);
    case MethodKind::kReducedGradientsAndColours:
      return reduced_gradients_and_colours(shop, places, options.threads);
    case MethodKind::kUntrained:
      return untrained(shop, places, method.model, options.seed, options.threads);
  }
  return {};
}

std::optional<double> milliseconds_a_picture(const Shop& shop,
                                             const std::vector<std::size_t>& places,
                                             const Method& method) {
  constexpr std::size_t kWarming = Inference::kBatch;  // pictures that are not timed
  constexpr std::size_t kTimed = 4 * Inference::kBatch;
  Pictures pictures;
  for (std::size_t i = 0; i < kWarming + kTimed; ++i) {
    pictures.push_back(shop.record(places[i % places.size()]));
  }
  const PicturesView all(pictures);
  const auto timed = [&](const DescribePictures& describe_pictures) {
    (void)seconds_of(describe_pictures, all.first(kWarming));
    return 1000.0 * seconds_of(describe_pictures, all.subspan(kWarming)) /
           static_cast<double>(kTimed);
  };
  if (const Descriptor descriptor = descriptor_of(method.kind)) {
    return timed([&](PicturesView some) {
      for (const auto pixels : some) {
        (void)descriptor({.size = shop.size(), .pixels = pixels});
      }
    });
  }
  try {
    const Model model = read_model(shop.files().models() / method.model.file);
    require_same_size(model, shop.size());
    Embedder embedder(model, embedding_precision(), 1);
    Originals originals(pretrained_of(model.network), shop.store().packs().front());
    return timed([&](PicturesView some) {
      const auto begin = static_cast<std::size_t>(some.data() - all.data());
      const auto item_of = [&](std::size_t i) -> const Item& {
        return shop.items()[places[(begin + i) % places.size()]];
      };
      (void)embedder.weighted(some, originals.of_items(item_of));
    });
  } catch (const Error&) {
    return std::nullopt;  // its latents are there all the same
  }
}

}  // namespace likeness
