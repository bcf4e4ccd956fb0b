// The latent space: static pictures, the data of the plot to turn, and the map.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/random.hpp"
#include "likeness/base/words.hpp"
#include "likeness/base/work.hpp"
#include "likeness/catalogue/printable.hpp"
#include "likeness/catalogue/resize.hpp"
#include "likeness/catalogue/vips_image.hpp"
#include "likeness/neighbours/layout.hpp"
#include "likeness/neighbours/pca.hpp"
#include "likeness/neighbours/sample.hpp"
#include "likeness/plot/latent_chart.hpp"
#include "likeness/plot/map.hpp"
#include "likeness/plot/point_groups.hpp"
#include "likeness/plot/space_data.hpp"
#include "likeness/plot/svg_text.hpp"
#include "likeness/report/sections.hpp"

namespace likeness {
namespace {

constexpr std::size_t kMostPoints = 3000;
constexpr std::size_t kMostComponents = 32;  // in the plot's data; more are left out
constexpr std::size_t kMostColourings = 12;
constexpr std::size_t kLegend = 7;
constexpr std::size_t kTagLetters = 160;
constexpr int kThumbnailSide = 40;  // of the longer side
constexpr const char* kSpace = "latent space";
constexpr const char* kByCluster = "latent space by cluster";
constexpr const char* kByTag = "latent space by tag";
constexpr const char* kMap = "map";

// The items that are drawn, and where.
struct Points {
  std::vector<std::size_t> rows;  // of the active latents, ascending
  std::vector<float> latents;     // theirs
  std::size_t dimensions = 0;     // of `components`
  std::vector<float> components;  // the latents themselves up to three dimensions, else principal
  std::vector<LatentAxis> axes;   // three, or fewer
};

Points points_of(const ReportSource& source) {
  const Rows all = source.active->rows();
  Random random(source.request.seed);
  Points points{.rows = sample_of(all.count(), kMostPoints, random),
                .latents = {},
                .components = {},
                .axes = {}};
  for (const std::size_t row : points.rows) {
    points.latents.insert(points.latents.end(), all.row(row).begin(), all.row(row).end());
  }
  const Rows rows(points.latents, all.dimensions());
  constexpr std::size_t kDrawn = 3;
  if (all.dimensions() <= kDrawn) {
    points.dimensions = all.dimensions();
    points.components = points.latents;
    for (std::size_t d = 0; d < all.dimensions(); ++d) {
      points.axes.push_back({.name = fmt::format("latent {}", d + 1), .variance_share = {}});
    }
    return points;
  }
  points.dimensions = std::min(all.dimensions(), kMostComponents);
  const Pca pca = fit_pca(rows, points.dimensions, source.work.threads);
  points.components = pca.project(rows, source.work.threads);
  for (std::size_t d = 0; d < kDrawn; ++d) {
    const double share = pca.variance > 0.0 ? double{pca.variances[d]} / pca.variance : 0.0;
    points.axes.push_back({.name = fmt::format("component {}", d + 1), .variance_share = share});
  }
  return points;
}

std::vector<float> positions_of(const Points& points) {
  std::vector<float> positions;
  for (std::size_t i = 0; i < points.rows.size(); ++i) {
    const float* row = points.components.data() + i * points.dimensions;
    positions.insert(positions.end(), row, row + points.axes.size());
  }
  return positions;
}

std::vector<std::string> clusters_of(const ReportSource& source, const Points& points) {
  std::vector<std::string> values;
  values.reserve(points.rows.size());
  for (const std::size_t row : points.rows) {
    values.push_back(std::to_string(source.clustering->clusters[row]));
  }
  return values;
}

std::vector<std::string> values_of(const ReportSource& source, const Points& points,
                                   const std::string& tag) {
  const auto column = source.store().tag_column(tag);
  std::vector<std::string> values;
  for (const std::size_t row : points.rows) {
    const std::int64_t id = source.active->latents.items[row];
    const auto place = std::ranges::lower_bound(column.items, id);
    const bool has = place != column.items.end() && *place == id;
    values.push_back(has ? column.values[static_cast<std::size_t>(place - column.items.begin())]
                         : "");
  }
  return values;
}

// One of the static pictures of the space.
struct SpacePicture {
  std::string name;
  PageFigure figure;
  const PointGroups* groups = nullptr;
  std::string legend = {};
};

void draw_space(const ReportSource& source, const Points& points, SpacePicture picture,
                PageSection& section, ReportDraft& draft) {
  const auto positions = positions_of(points);
  const auto chart = latent_chart(
      {.positions = positions,
       .axes = points.axes,
       .groups = picture.groups,
       .title = fmt::format("{} of {} items, model {}", with_thousands(points.rows.size()),
                            with_thousands(source.active->latents.items.size()),
                            source.active->model.name),
       .legend = picture.legend});
  draft.show(section, picture.name, std::move(picture.figure), chart);
}

void draw_spaces(const ReportSource& source, const Points& points, PageSection& section,
                 ReportDraft& draft) {
  const std::string alternative =
      fmt::format("{} items as points in the latent space.", with_thousands(points.rows.size()));
  draft.attempt(kSpace, [&] {
    draw_space(
        source, points,
        {.name = "space",
         .figure = {.title = "Latent space",
                    .reading =
                        "Each point is an item; points that lie near look alike. Of more than "
                        "three dimensions these are the three with most variance (principal "
                        "components).",
                    .alternative = alternative}},
        section, draft);
  });
  if (source.clustering) {
    draft.attempt(kByCluster, [&] {
      const auto values = clusters_of(source, points);
      const auto groups = group_points(values);
      draw_space(
          source, points,
          {.name = "space-clusters",
           .figure = {.title = "Latent space by cluster",
                      .reading =
                          "The same points in the colours of their clusters: a good clustering "
                          "cuts the cloud where it is thin.",
                      .alternative = alternative + " Coloured by cluster."},
           .groups = &groups,
           .legend = "cluster"},
          section, draft);
    });
  } else {
    draft.miss(kByCluster, source.how("cluster"));
  }
}

void draw_by_tags(const ReportSource& source, const Points& points, PageSection& section,
                  ReportDraft& draft) {
  if (source.tags.empty()) {
    draft.miss(kByTag, source.how("pack", {{.field = "", .value = "PICTURES..."},
                                           {.field = "tags", .value = "FILE"},
                                           {.field = "key", .value = "COLUMN"}}) +
                           " (a tag that many items share)");
  }
  for (std::size_t i = 0; i < source.tags.size(); ++i) {
    const std::string& tag = source.tags[i];
    PageFigure figure{
        .title = "Latent space by tag: " + shorten(tag, 60),
        .reading =
            "The same points in the colours of a tag, which the network never saw: colours "
            "that keep together are told apart by look alone.",
        .alternative = fmt::format("{} items as points in the latent space, coloured by a tag.",
                                   with_thousands(points.rows.size()))};
    draft.attempt(kByTag, [&] {
      const auto groups = group_points(values_of(source, points, tag));
      draw_space(source, points,
                 {.name = fmt::format("space-tag-{}", i + 1),
                  .figure = std::move(figure),
                  .groups = &groups,
                  .legend = shorten(tag, 40)},
                 section, draft);
    });
  }
}

// Of each point its tags in one line, for who points at it.
std::vector<std::string> tag_lines(const ReportSource& source, const Points& points) {
  std::vector<std::string> lines;
  for (const std::size_t row : points.rows) {
    std::string line;
    for (const ItemTag& tag : source.store().tags_of(source.active->latents.items[row])) {
      line += fmt::format("{}{}: {}", line.empty() ? "" : ", ", tag.name, tag.value);
    }
    lines.push_back(shorten(line, kTagLetters));
  }
  return lines;
}

SpaceColouring colouring_of(const std::string& name, const std::vector<std::string>& values) {
  const PointGroups groups = group_points(values, {.most = kLegend});
  SpaceColouring colouring{
      .name = shorten(name, 40), .values = {}, .legend = {}, .colours = {}, .of_item = {}};
  for (const PointGroup& group : groups.shown) {
    const std::string value = shorten(group.name, 40);
    colouring.values.push_back(value);
    colouring.legend.push_back(fmt::format("{} ({})", value, with_thousands(group.points)));
    colouring.colours.push_back(group.colour);
  }
  colouring.of_item.assign(groups.of_point.begin(), groups.of_point.end());
  return colouring;
}

// In the shape of the shop's pictures.
Size thumbnail_size(Size picture) {
  const int longer = std::max({picture.width, picture.height, 1});
  const auto side = [&](int length) { return std::max(1, length * kThumbnailSide / longer); };
  return {.width = side(picture.width), .height = side(picture.height)};
}

void write_plot(const ReportSource& source, const Points& points,
                const std::vector<Image>& thumbnails, PageSection& section, ReportDraft& draft) {
  SpaceData data{.axes = {},
                 .dimensions = points.dimensions,
                 .components = points.components,
                 .exact = points.dimensions == source.active->latents.dimensions,
                 .keys = {},
                 .tags = tag_lines(source, points),
                 .colourings = {},
                 .thumbnails = "thumbnails.webp",
                 .thumbnail = thumbnails.front().size};
  for (const LatentAxis& axis : points.axes) {
    data.axes.push_back(axis.variance_share
                            ? fmt::format("{} ({:.0f} %)", axis.name, 100.0 * *axis.variance_share)
                            : axis.name);
  }
  for (const std::size_t row : points.rows) {
    data.keys.push_back(printable(source.shop.items()[source.place_of_row(row)].key));
  }
  if (source.clustering) {
    data.colourings.push_back(colouring_of("cluster", clusters_of(source, points)));
  }
  std::vector<std::string> tags = source.tags;
  for (const std::string& tag : source.store().tag_names()) {
    if (std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
  }
  for (const std::string& tag : tags) {
    if (data.colourings.size() == kMostColourings) break;
    auto colouring = colouring_of("tag " + tag, values_of(source, points, tag));
    if (colouring.values.size() > 1) data.colourings.push_back(std::move(colouring));
  }
  data.thumbnail_columns =
      static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(thumbnails.size()))));
  const std::array sheet{thumbnail_sheet(thumbnails, data.thumbnail_columns)};
  draft.write_beside("thumbnails.webp", encode_webp(sheet, std::array{100}));
  draft.write_beside("space.js", to_script(data));
  section.plot = true;
}

void draw_map(const ReportSource& source, const Points& points, PageSection& section,
              ReportDraft& draft) {
  const Rows rows(points.latents, source.active->latents.dimensions);
  const auto positions =
      plane_layout(rows, {.seed = source.request.seed, .threads = source.work.threads});
  const Size thumbnail = thumbnail_size(source.shop.size());
  const MapGrid grid = map_grid(points.rows.size(), thumbnail);
  const auto places = map_places(positions, grid);
  const Image map = likeness::draw_map(
      places, grid,
      [&](std::size_t point) {
        stop_if_asked(source.work.stop);
        const Image picture = source.picture(source.place_of_row(points.rows[point]));
        return resize(picture, thumbnail, Fit::kStretch);
      },
      {.thumbnail = thumbnail});
  draft.write("map.webp", encode_webp(std::array{map}, std::array{100}));
  section.figures.push_back(
      {.title = "Map",
       .reading = "The pictures themselves, laid out so that what is near in the latent space is "
                  "near here (UMAP, then one place each): look for regions, and for pictures that "
                  "lie in the wrong one. Open it for its full size.",
       .alternative = fmt::format("A map of {} thumbnails, like beside like.",
                                  with_thousands(points.rows.size())),
       .file = ReportDraft::address_of("map.webp"),
       .size = map.size});
}

}  // namespace

PageSection space_section(const ReportSource& source, ReportDraft& draft) {
  PageSection section{.id = "latent-space", .title = "The latent space"};
  if (!source.active || source.active->latents.items.empty()) {
    section.paragraphs.emplace_back("No item has a latent yet.");
    const std::string needs = source.how(source.models.empty() ? "train" : "embed");
    for (const char* picture : {kSpace, kByCluster, kByTag, kMap}) draft.miss(picture, needs);
    return section;
  }
  const Points points = points_of(source);
  std::vector<Image> thumbnails;
  thumbnails.reserve(points.rows.size());
  for (const std::size_t row : points.rows) {
    thumbnails.push_back(resize(source.picture(source.place_of_row(row)),
                                thumbnail_size(source.shop.size()), Fit::kStretch));
  }
  write_plot(source, points, thumbnails, section, draft);
  draw_spaces(source, points, section, draft);
  draw_by_tags(source, points, section, draft);
  draft.attempt(kMap, [&] { draw_map(source, points, section, draft); });
  return section;
}

}  // namespace likeness
