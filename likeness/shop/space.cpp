#include "likeness/shop/space.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <span>

#include "likeness/base/random.hpp"
#include "likeness/neighbours/pca.hpp"
#include "likeness/neighbours/sample.hpp"
#include "likeness/shop/tag_filter.hpp"

namespace likeness {
namespace {

constexpr std::size_t kSample = 20'000;  // latents that the components are found of
constexpr std::size_t kBlock = 4096;     // that are projected at once

Pca components_of(const Gallery& gallery) {
  const std::vector<std::size_t> numbers = gallery.items().items();
  Random random(1);
  std::vector<float> sample;
  for (const std::size_t i : sample_of(numbers.size(), kSample, random)) {
    const auto vector = gallery.vector(numbers[i]);
    sample.insert(sample.end(), vector.begin(), vector.end());
  }
  const Rows rows(sample, gallery.model().dimensions);
  return fit_pca(rows, std::min(kSpaceAxes, rows.dimensions()), 1);
}

// (items, components); an item without a latent has none there.
std::vector<float> projected(const Gallery& gallery, const std::vector<ItemPlace>& items,
                             const Pca& pca) {
  const std::size_t count = pca.variances.size();
  std::vector<float> all(items.size() * count, std::numeric_limits<float>::quiet_NaN());
  std::vector<float> block;
  std::vector<std::size_t> places;
  const auto project = [&] {
    if (places.empty()) return;
    const auto found = pca.project(Rows(block, pca.dimensions), 1);
    for (std::size_t i = 0; i < places.size(); ++i) {
      std::copy_n(found.data() + i * count, count, all.data() + places[i] * count);
    }
    block.clear();
    places.clear();
  };
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto number = gallery.number_of(items[i].place);
    if (!number) continue;
    const auto vector = gallery.vector(*number);
    block.insert(block.end(), vector.begin(), vector.end());
    places.push_back(i);
    if (places.size() == kBlock) project();
  }
  project();
  return all;
}

// Of one axis, without what is nowhere.
struct AxisRange {
  float least = std::numeric_limits<float>::infinity();
  float most = -std::numeric_limits<float>::infinity();
};

std::vector<std::uint16_t> quantised(std::span<const float> values, std::size_t axes) {
  std::vector<AxisRange> ranges(axes);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    AxisRange& range = ranges[i % axes];
    range.least = std::min(range.least, values[i]);
    range.most = std::max(range.most, values[i]);
  }
  float widest = std::numeric_limits<float>::min();
  for (const AxisRange& range : ranges) widest = std::max(widest, range.most - range.least);
  constexpr float kTop = kNowhere - 1;
  const std::size_t items = values.size() / axes;
  std::vector<std::uint16_t> positions(items * kSpaceAxes);
  for (std::size_t i = 0; i < items; ++i) {
    for (std::size_t axis = 0; axis < kSpaceAxes; ++axis) {
      std::uint16_t& position = positions[i * kSpaceAxes + axis];
      if (std::isnan(values[i * axes])) {
        position = kNowhere;
      } else if (axis < axes) {
        const float middle = (ranges[axis].least + ranges[axis].most) / 2;
        const float from_middle = (values[i * axes + axis] - middle) / widest;  // -.5 to .5
        position = static_cast<std::uint16_t>(
            std::clamp(std::round((from_middle + 0.5F) * kTop), 0.0F, kTop));
      }
    }
  }
  return positions;
}

SpaceGroups grouped(std::vector<ValueCount> values, std::size_t items) {
  std::ranges::stable_sort(values, std::ranges::greater(), &ValueCount::items);
  if (values.size() > SpaceGroups::kMost) values.resize(SpaceGroups::kMost);
  return {.values = std::move(values),
          .of_item = std::vector<std::uint8_t>(items, SpaceGroups::kNone)};
}

}  // namespace

LatentSpace latent_space_of(const Store& store, const Gallery& gallery) {
  const Pca pca = components_of(gallery);
  LatentSpace space{.items = store.item_places(), .positions = {}};
  space.positions = quantised(projected(gallery, space.items, pca), pca.variances.size());
  if (pca.variance > 0.0) {
    std::ranges::transform(pca.variances, space.variance_shares.begin(),
                           [&](float variance) { return double{variance} / pca.variance; });
  }
  return space;
}

SpaceGroups groups_by_tag(const Store& store, const LatentSpace& space, const std::string& tag) {
  require_tag(store, tag);
  SpaceGroups groups = grouped(store.value_counts(tag), space.items.size());
  std::map<std::string_view, std::uint8_t> places;
  for (std::size_t i = 0; i < groups.values.size(); ++i) {
    places.emplace(groups.values[i].value, static_cast<std::uint8_t>(i));
  }
  const auto column = store.tag_column(tag);
  auto item = space.items.begin();
  for (std::size_t i = 0; i < column.items.size(); ++i) {
    item = std::ranges::lower_bound(item, space.items.end(), column.items[i], {}, &ItemPlace::item);
    if (item == space.items.end()) break;
    const auto place = places.find(column.values[i]);
    if (item->item != column.items[i] || place == places.end()) continue;
    groups.of_item[static_cast<std::size_t>(item - space.items.begin())] = place->second;
  }
  return groups;
}

SpaceGroups groups_by_cluster(const Store& store, const LatentSpace& space,
                              const std::optional<GalleryClusters>& clusters) {
  if (!clusters) return grouped({}, space.items.size());
  const auto of_item = clusters->of_items(store, space.items);
  std::vector<ValueCount> counts(clusters->count());
  for (std::size_t k = 0; k < counts.size(); ++k) counts[k].value = std::to_string(k);
  for (const auto& cluster : of_item) {
    if (cluster) ++counts[*cluster].items;
  }
  SpaceGroups groups = grouped(std::move(counts), space.items.size());
  std::vector<std::uint8_t> places(clusters->count(), SpaceGroups::kNone);
  for (std::size_t i = 0; i < groups.values.size(); ++i) {
    places[std::stoul(groups.values[i].value)] = static_cast<std::uint8_t>(i);
  }
  for (std::size_t i = 0; i < of_item.size(); ++i) {
    if (const auto& cluster = of_item[i]) groups.of_item[i] = places[*cluster];
  }
  return groups;
}

}  // namespace likeness
