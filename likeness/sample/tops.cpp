#include "likeness/sample/tops.hpp"

#include <array>
#include <cmath>

#include "likeness/sample/garments.hpp"

namespace likeness {
namespace {

struct SleeveEnd {
  Point outer;
  Point inner;
  Point along;  // unit vector from the shoulder to the end
};

SleeveEnd sleeve_end(const TopCut& cut, double inward) {
  const Point along{std::sin(cut.spread), std::cos(cut.spread)};
  const Point across{-along.y, along.x};
  const Point tip{kMiddle + cut.shoulder, kShoulderTop};
  const Point outer = tip + along * (cut.sleeve - inward);
  const double taper = 1.0 + 0.10 * inward / cut.cuff;
  return {.outer = outer, .inner = outer + across * (cut.cuff * taper), .along = along};
}

Path full_neckline(const TopCut& cut) {
  const Path right = neckline_of(cut);
  return right.mirrored().reversed().join(right);
}

void draw_back_of_neck(Drawing& drawing, const TopCut& cut) {
  const Path inside =
      Path({kMiddle - cut.neck_width - 1, kNeckTop + 2.5})
          .bend({kMiddle, kNeckTop + 7}, {kMiddle + cut.neck_width + 1, kNeckTop + 2.5})
          .bend({kMiddle + cut.neck_width, kNeckTop + cut.neck_depth + 14},
                {kMiddle, kNeckTop + cut.neck_depth + 12})
          .bend({kMiddle - cut.neck_width, kNeckTop + cut.neck_depth + 14},
                {kMiddle - cut.neck_width - 1, kNeckTop + 2.5})
          .close();
  drawing.trim(inside, mix(drawing.fabric().main, kBlack, 0.32));
  drawing.patch(box({kMiddle - 6, kNeckTop + 9}, 12, 6, 1), mix(kWhite, kBlack, 0.06));
}

void sleeve_folds(Drawing& drawing, const Path& sleeve, const TopCut& cut) {
  const Point armpit{kMiddle + cut.chest, kArmpit};
  const SleeveEnd end = sleeve_end(cut, 0);
  const Point middle = between(end.outer, end.inner, 0.6);
  const std::array<Path, 3> lines = {
      Path(armpit).bend(armpit + Point{6, 12}, between(armpit, middle, 0.6)),
      Path(armpit).bend(armpit + Point{6, -6}, between(armpit, end.outer, 0.55)),
      Path(between(armpit, end.outer, 0.45)).line(between(armpit, end.outer, 0.8))};
  drawing.folds(sleeve, lines, 4.0, 0.15);
  const std::array<Path, 3> left = {lines[0].mirrored(), lines[1].mirrored(), lines[2].mirrored()};
  drawing.folds(sleeve.mirrored(), left, 4.0, 0.15);
}

void body_folds(Drawing& drawing, Random& random, const Path& body, const TopCut& cut) {
  const Point armpit{kMiddle + cut.chest, kArmpit};
  const Path right = Path(armpit).bend(armpit + Point{-14, 12}, armpit + Point{-24, 34});
  const Path chest =
      Path(armpit + Point{-2, -18}).bend(armpit + Point{-10, 4}, armpit + Point{-11, 22});
  const std::array<Path, 4> lines = {right, right.mirrored(), chest, chest.mirrored()};
  drawing.folds(body, lines, 4.5, 0.13);
  wrinkle(drawing, random, body, {kMiddle - cut.waist, 150}, {cut.waist * 2, cut.hem - 150});
}

void knit_band(Drawing& drawing, const Path& band, Point left, Point right, double height) {
  drawing.piece(band);
  drawing.patch(band, mix(drawing.fabric().main, kBlack, 0.25), 0.35);
  drawing.ribs(band, left, right, height, 3.2);
}

Path hem_band(const TopCut& cut, double height) {
  const Path lower =
      Path({kMiddle - cut.hem_width + 1.5, cut.hem})
          .bend({kMiddle, cut.hem + cut.hem_curve * 2}, {kMiddle + cut.hem_width - 1.5, cut.hem});
  return Path(lower).join(lower.moved({0, -height}).reversed()).close();
}

void draw_ribbed_ends(Drawing& drawing, const TopCut& cut) {
  const double hem = cut.hem;
  knit_band(drawing, hem_band(cut, 13), {kMiddle - cut.hem_width, hem - 14},
            {kMiddle + cut.hem_width, hem - 14}, 22);
  const Path cuff = cuff_band(cut, 12);
  for (const auto& band : {cuff, cuff.mirrored()}) {
    drawing.piece(band);
    drawing.patch(band, mix(drawing.fabric().main, kBlack, 0.25), 0.35);
  }
  for (const double share : {2.5, 5.0, 7.5, 10.0}) {
    on_both_sleeves(drawing, cuff_line(cut, share), &Drawing::stitches);
  }
}

void draw_neck_band(Drawing& drawing, const TopCut& cut, double width) {
  const Path line = full_neckline(cut);
  drawing.border(body_of(cut), line, mix(drawing.fabric().main, kBlack, 0.13), width);
}

void draw_roll_neck(Drawing& drawing, const TopCut& cut) {
  const double half = cut.neck_width + 1;
  const Path roll = symmetric(Path({kMiddle, 42})
                                  .bend({kMiddle + half - 4, 42}, {kMiddle + half - 2, 46})
                                  .bend({kMiddle + half, 60}, {kMiddle + half + 3, kNeckTop + 8})
                                  .bend({kMiddle, kNeckTop + cut.neck_depth + 12},
                                        {kMiddle, kNeckTop + cut.neck_depth + 6}));
  knit_band(drawing, roll, {kMiddle - half, 40}, {kMiddle + half, 40}, 60);
  drawing.seam(Path({kMiddle - half, 62}).bend({kMiddle, 74}, {kMiddle + half, 62}));
}

void draw_cables(Drawing& drawing, const TopCut& cut) {
  for (const double x : {-26.0, 0.0, 26.0}) {
    for (int i = 0; 96 + 13 * i < cut.hem - 26; ++i) {
      const Point top{kMiddle + x, 96 + 13.0 * i};
      drawing.seam(
          Path(top + Point{-5, 0}).curve(top + Point{-5, 7}, top + Point{5, 6}, top + Point{5, 13}),
          1.3);
      drawing.seam(
          Path(top + Point{5, 0}).curve(top + Point{5, 4}, top + Point{1, 5}, top + Point{1, 6}),
          1.3);
    }
  }
}

void draw_print(Drawing& drawing, Random& random) {
  const Colour ink = drawing.fabric().second;
  const Point centre{kMiddle, 148};
  const double size = random.uniform(14, 22);
  const auto motif = random.below(3);
  if (motif == 0) drawing.patch(oval(centre, size, size), ink, 0.9);
  if (motif == 1) {
    for (const double y : {-10.0, 0.0, 10.0}) {
      drawing.patch(box(centre + Point{-size * 1.3, y - 3}, size * 2.6, 6, 2), ink, 0.9);
    }
  }
  if (motif == 2) {
    drawing.patch(Path(centre + Point{0, -size})
                      .line(centre + Point{size, size * 0.8})
                      .line(centre + Point{-size, size * 0.8})
                      .close(),
                  ink, 0.9);
  }
}

}  // namespace

TopCut random_top(Random& random) {
  TopCut cut;
  cut.chest = random.uniform(46, 56);
  cut.shoulder = cut.chest + random.uniform(0, 3);
  cut.waist = cut.chest - random.uniform(0, 7);
  cut.hem_width = cut.chest + random.uniform(-3, 4);
  cut.hem = random.uniform(238, 266);
  cut.neck_width = random.uniform(19, 25);
  return cut;
}

Path neckline_of(const TopCut& cut) {
  const Point shoulder{kMiddle + cut.neck_width, kNeckTop + 3};
  const Point front{kMiddle, kNeckTop + 3 + cut.neck_depth};
  if (cut.v_neck) return Path(front).bend(between(front, shoulder, 0.5) + Point{3, 2}, shoulder);
  return Path(front).curve(front + Point{cut.neck_width * 0.6, 0},
                           shoulder + Point{-2, cut.neck_depth * 0.6}, shoulder);
}

Path body_of(const TopCut& cut) {
  const Point armpit{kMiddle + cut.chest, kArmpit};
  Path right = neckline_of(cut);
  right.line({kMiddle + cut.shoulder - 9, kShoulderTop - 4.5})
      .bend({kMiddle + cut.shoulder - 1, kShoulderTop - 1},
            {kMiddle + cut.shoulder, kShoulderTop + 6})
      .curve({kMiddle + cut.shoulder - 5, kShoulderTop + 18}, armpit + Point{-6, -10}, armpit)
      .curve(armpit + Point{-1, 20}, {kMiddle + cut.waist, 165}, {kMiddle + cut.waist, 185})
      .curve({kMiddle + cut.waist, 205}, {kMiddle + cut.hem_width, cut.hem - 20},
             {kMiddle + cut.hem_width, cut.hem})
      .bend({kMiddle + cut.hem_width / 2, cut.hem + cut.hem_curve},
            {kMiddle, cut.hem + cut.hem_curve});
  return symmetric(right);
}

Path right_sleeve(const TopCut& cut) {
  const SleeveEnd end = sleeve_end(cut, 0);
  const Point tip{kMiddle + cut.shoulder, kShoulderTop};
  const Point armpit{kMiddle + cut.chest, kArmpit};
  return Path(tip + Point{-12, -5})
      .bend(tip + Point{2, 0}, tip + end.along * 16 + Point{1.5, 0})
      .curve(tip + end.along * (cut.sleeve * 0.25) + Point{4, 0},
             between(tip, end.outer, 0.6) + Point{1, 0}, end.outer)
      .line(end.inner)
      .curve(between(end.inner, armpit, 0.5) + Point{1, 3},
             between(end.inner, armpit, 0.85) + Point{2, 4}, armpit)
      .line(armpit + Point{-12, 0})
      .close();
}

Path cuff_line(const TopCut& cut, double inward) {
  const SleeveEnd end = sleeve_end(cut, inward);
  return straight(end.outer, end.inner);
}

Path cuff_band(const TopCut& cut, double width) {
  return cuff_line(cut, 0).join(cuff_line(cut, width).reversed()).close();
}

void on_both_sleeves(Drawing& drawing, const Path& line, void (Drawing::*draw)(const Path&)) {
  (drawing.*draw)(line);
  (drawing.*draw)(line.mirrored());
}

void draw_top(Drawing& drawing, Random& random, const TopCut& cut) {
  draw_back_of_neck(drawing, cut);
  const Path body = body_of(cut);
  if (cut.sleeve > 0) {
    const Path sleeve = right_sleeve(cut);
    on_both_sleeves(drawing, sleeve, &Drawing::piece);
    if (cut.knitted) on_both_sleeves(drawing, sleeve, &Drawing::knit);
    for (const auto& side : {sleeve, sleeve.mirrored()}) drawing.cast_shadow(side, body);
    sleeve_folds(drawing, sleeve, cut);
  }
  drawing.piece(body);
  if (cut.knitted) drawing.knit(body);
  body_folds(drawing, random, body, cut);
}

std::string_view draw_t_shirt(Drawing& drawing, Random& random) {
  TopCut cut = random_top(random);
  const auto kind = random.below(4);
  cut.v_neck = kind == 1;
  cut.neck_depth = cut.v_neck ? random.uniform(32, 42) : random.uniform(12, 20);
  cut.sleeve = kind == 2 ? random.uniform(132, 150) : random.uniform(42, 62);
  cut.spread = kind == 2 ? random.uniform(0.24, 0.34) : random.uniform(0.5, 0.75);
  cut.cuff = kind == 2 ? random.uniform(18, 22) : random.uniform(30, 38);
  if (kind == 3) {
    cut.sleeve = 0;
    cut.shoulder = cut.neck_width + random.uniform(9, 15);
    cut.neck_depth = random.uniform(28, 40);
  }
  draw_top(drawing, random, cut);
  draw_neck_band(drawing, cut, random.uniform(4, 6));
  if (kind != 3) on_both_sleeves(drawing, cuff_line(cut, 5), &Drawing::stitches);
  drawing.stitches(Path({kMiddle - cut.hem_width + 1, cut.hem - 6})
                       .bend({kMiddle, cut.hem + cut.hem_curve * 2 - 6},
                             {kMiddle + cut.hem_width - 1, cut.hem - 6}));
  if (drawing.fabric().pattern == "plain" && random.below(3) == 0) draw_print(drawing, random);
  constexpr std::array<std::string_view, 4> kNames = {"crew neck", "v-neck", "long sleeve",
                                                      "tank top"};
  return kNames[kind];
}

std::string_view draw_sweater(Drawing& drawing, Random& random) {
  TopCut cut = random_top(random);
  const auto kind = random.below(3);
  cut.v_neck = kind == 1;
  cut.knitted = true;
  cut.chest += 2;
  cut.neck_depth = cut.v_neck ? random.uniform(34, 44) : random.uniform(12, 16);
  cut.sleeve = random.uniform(148, 166);
  cut.spread = random.uniform(0.22, 0.36);
  cut.cuff = random.uniform(22, 27);
  draw_top(drawing, random, cut);
  draw_ribbed_ends(drawing, cut);
  if (drawing.fabric().pattern == "plain" && random.below(2) == 0) draw_cables(drawing, cut);
  if (kind == 2) {
    draw_roll_neck(drawing, cut);
  } else {
    draw_neck_band(drawing, cut, random.uniform(7, 10));
  }
  constexpr std::array<std::string_view, 3> kNames = {"crew neck", "v-neck", "roll neck"};
  return kNames[kind];
}

}  // namespace likeness
