// Dresses and skirts.
#include <array>
#include <string>
#include <vector>

#include "likeness/sample/garments.hpp"

namespace likeness {
namespace {

struct DressCut {
  double strap = 26.0;  // where the straps meet the bust, from the middle
  double strap_width = 8.0;
  double neck = 84.0;  // height of the neckline's lowest point
  double bust = 38.0;
  double waist = 29.0;
  double waist_y = 146.0;
  double hem_width = 66.0;
  double hem = 272.0;
  bool flared = true;
};

// The hem of a wide skirt hangs in waves.
Path waves(Point from, Point to, int count, double depth) {
  Path path(from);
  for (int i = 1; i <= count; ++i) {
    const Point start = path.end();
    const Point end = between(from, to, static_cast<double>(i) / count);
    path.bend(between(start, end, 0.5) + Point{0, depth}, end);
  }
  return path;
}

std::vector<Path> hanging_folds(Random& random, double half_top, double top, double half_bottom,
                                double bottom, int count) {
  std::vector<Path> lines;
  for (int i = 0; i < count; ++i) {
    const double share = (i + 0.5 + random.uniform(-0.3, 0.3)) / count * 2.0 - 1.0;
    const Point from{kMiddle + half_top * share * 0.95, top + random.uniform(2, 26)};
    const Point to{kMiddle + half_bottom * share, bottom};
    lines.push_back(Path(from).bend({from.x, (from.y + to.y) / 2}, to));
  }
  return lines;
}

Path bodice(const DressCut& cut, double top) {
  const double outer = cut.strap + cut.strap_width;
  return Path({kMiddle, cut.neck})
      .curve({kMiddle + cut.strap * 0.6, cut.neck}, {kMiddle + cut.strap - 2, cut.neck - 8},
             {kMiddle + cut.strap, top})
      .line({kMiddle + outer, top + 1})
      .curve({kMiddle + outer, 88}, {kMiddle + cut.bust - 3, 98}, {kMiddle + cut.bust, 104})
      .curve({kMiddle + cut.bust, 122}, {kMiddle + cut.waist, 132},
             {kMiddle + cut.waist, cut.waist_y});
}

Path skirt_half(const DressCut& cut) {
  Path half({kMiddle + cut.waist, cut.waist_y});
  const Point hem{kMiddle + cut.hem_width, cut.hem};
  if (cut.flared) {
    half.curve({kMiddle + cut.waist + 6, cut.waist_y + 26}, hem + Point{-10, -50}, hem);
  } else {
    half.curve({kMiddle + cut.waist + 13, cut.waist_y + 22},
               {kMiddle + cut.waist + 15, cut.waist_y + 50}, hem);
  }
  return half.join(waves(hem, {kMiddle, cut.hem + 7}, cut.flared ? 3 : 1, cut.flared ? 5 : 2));
}

void draw_dress_sleeves(Drawing& drawing, const DressCut& cut, double top, double length) {
  const double outer = kMiddle + cut.strap + cut.strap_width;
  const Point end{outer + 20 + length * 0.22, top + 16 + length * 0.95};
  const Path sleeve = Path({outer - 7, top - 1})
                          .bend({outer + 12, top + 3}, {outer + 16, top + 16})
                          .bend(between({outer + 16, top + 16}, end, 0.5) + Point{4, 0}, end)
                          .line(end + Point{-19, 5})
                          .bend({kMiddle + cut.bust + 5, 118}, {kMiddle + cut.bust - 1, 106})
                          .line({outer - 10, 84})
                          .close();
  for (const auto& side : {sleeve, sleeve.mirrored()}) drawing.piece(side);
  const Path hem = straight(end + Point{-0.8, -4}, end + Point{-19, 1});
  drawing.stitches(hem);
  drawing.stitches(hem.mirrored());
}

void draw_belt(Drawing& drawing, Random& random, double half, double y) {
  const double height = random.uniform(7, 12);
  const Colour main = drawing.fabric().main;
  const Colour leather = brightness(main) < 0.3 ? mix(main, kWhite, 0.35) : mix(main, kBlack, 0.6);
  const Path belt = box({kMiddle - half - 1, y - height / 2}, half * 2 + 2, height, 2);
  drawing.trim(belt, leather);
  drawing.metal(box({kMiddle - 6, y - height / 2 - 1.5}, 12, height + 3, 2), random_metal(random));
  drawing.trim(box({kMiddle - 3.5, y - height / 2 + 1}, 7, height - 2, 1), leather);
}

Path draw_dress_body(Drawing& drawing, Random& random, const DressCut& cut, double top) {
  const Path body = symmetric(bodice(cut, top).join(skirt_half(cut)));
  drawing.piece(body);
  drawing.folds(
      body,
      hanging_folds(random, cut.waist, cut.waist_y, cut.hem_width, cut.hem + 8, cut.flared ? 8 : 4),
      cut.flared ? 5.5 : 4.0, cut.flared ? 0.22 : 0.13);
  const Path dart =
      Path({kMiddle + cut.bust - 4, 112}).bend({kMiddle + 20, 118}, {kMiddle + 17, cut.waist_y});
  const std::array<Path, 2> darts = {dart, dart.mirrored()};
  drawing.folds(body, darts, 4.0, 0.14);
  return body;
}

void draw_inside_back(Drawing& drawing, const DressCut& cut, double top) {
  const Path inside = Path({kMiddle - cut.strap - 3, top + 2})
                          .bend({kMiddle, top + 12}, {kMiddle + cut.strap + 3, top + 2})
                          .bend({kMiddle + 12, cut.neck + 10}, {kMiddle, cut.neck + 8})
                          .bend({kMiddle - 12, cut.neck + 10}, {kMiddle - cut.strap - 3, top + 2})
                          .close();
  drawing.trim(inside, mix(drawing.fabric().main, kBlack, 0.35));
}

void draw_waistband(Drawing& drawing, Random& random, double half, double y) {
  const double height = random.uniform(9, 14);
  const Path band =
      symmetric(Path({kMiddle, y + 3})
                    .bend({kMiddle + half, y + 3}, {kMiddle + half, y})
                    .line({kMiddle + half + 1.5, y + height})
                    .bend({kMiddle + half, y + height + 3}, {kMiddle, y + height + 3}));
  drawing.piece(band);
  drawing.stitches(Path({kMiddle - half, y + height - 2})
                       .bend({kMiddle, y + height + 4}, {kMiddle + half, y + height - 2}));
  if (random.below(2) == 0)
    drawing.button({kMiddle, y + height / 2 + 3}, 2.8, mix(drawing.fabric().main, kWhite, 0.6));
}

void draw_pleats(Drawing& drawing, double top_half, double top, double bottom_half, double bottom) {
  constexpr int kCount = 9;
  for (int i = 1; i < kCount; ++i) {
    const double share = 2.0 * i / kCount - 1.0;
    const Point from{kMiddle + top_half * share, top};
    const Point to{kMiddle + bottom_half * share, bottom + 4 * (1 - share * share)};
    drawing.seam(straight(from, to), 1.1);
    drawing.stroke(straight(from + Point{2.2, 0}, to + Point{3.6, 0}), kBlack, 3.2, 0.10);
    drawing.stroke(straight(from + Point{-2, 0}, to + Point{-3.4, 0}), kWhite, 2.6, 0.14);
  }
}

}  // namespace

std::string_view draw_dress(Drawing& drawing, Random& random) {
  const auto kind = random.below(4);
  const double top = kind == 2 ? 52 : 58;
  DressCut cut;
  cut.flared = kind != 1;
  cut.strap = random.uniform(18, 24);
  cut.strap_width = kind == 2 ? 3.0 : random.uniform(9, 14);
  cut.neck = kind == 2 ? random.uniform(92, 98) : random.uniform(74, 92);
  cut.bust = random.uniform(35, 40);
  cut.waist = random.uniform(26, 31);
  cut.waist_y = random.uniform(138, 152);
  cut.hem_width = cut.flared ? random.uniform(54, 84) : random.uniform(32, 39);
  cut.hem = kind == 3 ? random.uniform(286, 298) : random.uniform(224, 270);
  draw_inside_back(drawing, cut, top);
  if (kind != 2 && random.below(2) == 0) {
    draw_dress_sleeves(drawing, cut, top,
                       random.below(2) == 0 ? random.uniform(14, 30) : random.uniform(84, 108));
  }
  const Path body = draw_dress_body(drawing, random, cut, top);
  drawing.stitches(Path({kMiddle - cut.hem_width + 3, cut.hem - 5})
                       .bend({kMiddle, cut.hem + 9}, {kMiddle + cut.hem_width - 3, cut.hem - 5}));
  if (random.below(5) < 2) {
    draw_belt(drawing, random, cut.waist, cut.waist_y);
  } else {
    drawing.seam(Path({kMiddle - cut.waist, cut.waist_y})
                     .bend({kMiddle, cut.waist_y + 5}, {kMiddle + cut.waist, cut.waist_y}),
                 1.2);
  }
  constexpr std::array<std::string_view, 4> kNames = {"flared", "pencil", "strap", "maxi"};
  return kNames[kind];
}

std::string_view draw_skirt(Drawing& drawing, Random& random) {
  const auto kind = random.below(4);
  constexpr std::array<std::string_view, 4> kNames = {"mini", "pleated", "pencil", "maxi"};
  DressCut cut;
  cut.flared = kind != 2;
  cut.waist = random.uniform(32, 40);
  cut.waist_y = kind == 0 ? random.uniform(88, 100) : random.uniform(58, 72);
  cut.hem = std::array{random.uniform(196, 220), random.uniform(204, 240), random.uniform(226, 252),
                       random.uniform(274, 290)}[kind];
  cut.hem_width = kind == 2 ? random.uniform(38, 46) : random.uniform(60, 86);
  const Path skirt = symmetric(Path({kMiddle, cut.waist_y + 4}).join(skirt_half(cut)));
  drawing.piece(skirt);
  drawing.folds(skirt,
                hanging_folds(random, cut.waist, cut.waist_y + 8, cut.hem_width, cut.hem + 8,
                              cut.flared ? 8 : 3),
                cut.flared ? 6.0 : 4.0,
                kind == 1    ? 0.1
                : cut.flared ? 0.22
                             : 0.12);
  if (kind == 1) draw_pleats(drawing, cut.waist, cut.waist_y + 12, cut.hem_width, cut.hem);
  if (kind == 2) {
    drawing.seam(straight({kMiddle + 8, cut.hem - 44}, {kMiddle + 9, cut.hem + 6}), 1.4);
    const Path dart = straight({kMiddle + 16, cut.waist_y + 10}, {kMiddle + 19, cut.waist_y + 40});
    drawing.seam(dart);
    drawing.seam(dart.mirrored());
  }
  drawing.stitches(Path({kMiddle - cut.hem_width + 4, cut.hem - 6})
                       .bend({kMiddle, cut.hem + 9}, {kMiddle + cut.hem_width - 4, cut.hem - 6}));
  draw_waistband(drawing, random, cut.waist, cut.waist_y - 2);
  return kNames[kind];
}

}  // namespace likeness
