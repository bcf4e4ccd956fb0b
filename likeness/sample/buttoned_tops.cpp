// Shirts and jackets: tops that open in front.
#include <array>
#include <cmath>

#include "likeness/sample/garments.hpp"
#include "likeness/sample/tops.hpp"

namespace likeness {
namespace {

Colour button_colour(const Drawing& drawing) {
  const Colour main = drawing.fabric().main;
  return brightness(main) > 0.6 ? mix(main, kBlack, 0.25) : mix(main, kWhite, 0.75);
}

void draw_buttons(Drawing& drawing, Random& random, double top, double bottom, double x = kMiddle) {
  const double gap = random.uniform(22, 28);
  const double radius = random.uniform(2.2, 2.9);
  const int count = static_cast<int>(std::ceil((bottom - top) / gap));
  for (int i = 0; i < count; ++i) {
    drawing.button({x, top + gap * i}, radius, button_colour(drawing));
  }
}

void draw_placket(Drawing& drawing, const TopCut& cut) {
  const double top = kNeckTop + cut.neck_depth;
  const double bottom = cut.hem + cut.hem_curve;
  for (const double x : {-6.0, 6.0}) {
    drawing.seam(straight({kMiddle + x, top}, {kMiddle + x, bottom}));
  }
  drawing.stitches(straight({kMiddle - 4, top}, {kMiddle - 4, bottom}));
  drawing.stitches(straight({kMiddle + 4, top}, {kMiddle + 4, bottom}));
}

void draw_shirt_collar(Drawing& drawing, Random& random, const TopCut& cut) {
  const double side = kMiddle + cut.neck_width;
  const double front = kNeckTop + cut.neck_depth + 3;
  const Point tip{kMiddle + random.uniform(17, 24), front + random.uniform(14, 22)};
  const Path leaf = Path({kMiddle + 1, front})
                        .line(tip)
                        .bend({side + 7, front - 2}, {side + 6, kNeckTop})
                        .bend({side + 2, kNeckTop - 7}, {side - 5, kNeckTop - 6})
                        .bend({side - 6, front - 10}, {kMiddle + 1, front})
                        .close();
  drawing.cast_shadow(body_of(cut), leaf);
  drawing.cast_shadow(body_of(cut), leaf.mirrored());
  const Path stand = symmetric(Path({kMiddle, kNeckTop - 3})
                                   .bend({side - 8, kNeckTop - 4}, {side - 3, kNeckTop - 6})
                                   .bend({side - 4, front - 12}, {kMiddle, front - 3}));
  drawing.trim(stand, mix(drawing.fabric().main, kBlack, 0.28));
  drawing.patch(box({kMiddle - 6, kNeckTop + 3}, 12, 6, 1), mix(kWhite, kBlack, 0.06));
  on_both_sleeves(drawing, leaf, &Drawing::piece);
  const Path edge = Path({kMiddle + 4, front + 1})
                        .line(tip + Point{-1.5, -3.5})
                        .bend({side + 4, front - 4}, {side + 3.5, kNeckTop});
  on_both_sleeves(drawing, edge, &Drawing::stitches);
}

void draw_chest_pocket(Drawing& drawing, double y) {
  const Point corner{kMiddle + 14, y};
  const Path pocket = Path(corner)
                          .line(corner + Point{24, 0})
                          .line(corner + Point{24, 21})
                          .line(corner + Point{12, 27})
                          .line(corner + Point{0, 21})
                          .close();
  drawing.piece(pocket);
  drawing.stitches(straight(corner + Point{1, 4}, corner + Point{23, 4}));
}

void draw_cuffs(Drawing& drawing, const TopCut& cut, double width) {
  const Path band = cuff_band(cut, width);
  on_both_sleeves(drawing, band, &Drawing::piece);
  on_both_sleeves(drawing, cuff_line(cut, width - 2.5), &Drawing::stitches);
}

enum class Sleeves { kShort, kLong };

TopCut random_shirt(Random& random, Sleeves sleeves) {
  const bool long_sleeves = sleeves == Sleeves::kLong;
  TopCut cut = random_top(random);
  cut.neck_width = random.uniform(18, 22);
  cut.neck_depth = random.uniform(16, 22);
  cut.hem_curve = random.uniform(6, 14);
  cut.sleeve = long_sleeves ? random.uniform(146, 166) : random.uniform(46, 62);
  cut.spread = long_sleeves ? random.uniform(0.2, 0.34) : random.uniform(0.45, 0.65);
  cut.cuff = long_sleeves ? random.uniform(20, 24) : random.uniform(32, 38);
  return cut;
}

// From the neck down to where the fronts meet: what is worn below shows there.
void draw_lapels(Drawing& drawing, Random& random, const TopCut& cut, double meet) {
  const double side = kMiddle + cut.neck_width;
  const Colour under =
      random.below(2) == 0 ? mix(kWhite, kBlack, 0.05) : mix(drawing.fabric().main, kBlack, 0.55);
  const Path opening = symmetric(Path({kMiddle, kNeckTop + 8})
                                     .bend({side - 6, kNeckTop + 6}, {side, kNeckTop + 2})
                                     .bend({side - 2, kNeckTop + 40}, {kMiddle, meet}));
  drawing.trim(opening, under);
  const double notch = random.uniform(100, 112);
  const Path lapel = Path({kMiddle, meet})
                         .bend({side - 10, kNeckTop + 46}, {side - 2, kNeckTop + 2})
                         .line({side + 8, kNeckTop + 6})
                         .line({side + 17, notch - 10})
                         .line({side + 9, notch - 4})
                         .line({side + 20, notch})
                         .bend({side + 4, meet - 26}, {kMiddle, meet})
                         .close();
  drawing.cast_shadow(body_of(cut), lapel);
  drawing.cast_shadow(body_of(cut), lapel.mirrored());
  on_both_sleeves(drawing, lapel, &Drawing::piece);
  const Path crease = straight({side + 9, notch - 4}, {side - 5, notch - 12});
  drawing.seam(crease);
  drawing.seam(crease.mirrored());
}

void draw_flap_pockets(Drawing& drawing, const TopCut& cut, double y) {
  const Path flap = Path({kMiddle + 16, y})
                        .line({kMiddle + cut.waist - 8, y - 2})
                        .line({kMiddle + cut.waist - 9, y + 9})
                        .line({kMiddle + 16, y + 11})
                        .close();
  on_both_sleeves(drawing, flap, &Drawing::piece);
}

void draw_blazer(Drawing& drawing, Random& random, const TopCut& cut) {
  const double meet = random.uniform(150, 178);
  draw_top(drawing, random, cut);
  draw_lapels(drawing, random, cut, meet);
  drawing.seam(
      Path({kMiddle, meet}).bend({kMiddle + 2, 220}, {kMiddle + 1, cut.hem + cut.hem_curve}), 1.2);
  draw_flap_pockets(drawing, cut, cut.hem - random.uniform(44, 52));
  draw_buttons(drawing, random, meet + 6, cut.hem - 30, kMiddle - 5);
  for (const double inward : {7.0, 13.0}) {
    const Point end = cuff_line(cut, inward).end() + Point{3.5, 0};
    drawing.button(end, 1.7, button_colour(drawing));
    drawing.button({2 * kMiddle - end.x, end.y}, 1.7, button_colour(drawing));
  }
}

void draw_zip(Drawing& drawing, const TopCut& cut) {
  const double top = kNeckTop + cut.neck_depth;
  const double bottom = cut.hem + cut.hem_curve;
  drawing.patch(box({kMiddle - 4, top}, 8, bottom - top), mix(drawing.fabric().main, kBlack, 0.35));
  drawing.stroke(straight({kMiddle, top}, {kMiddle, bottom}),
                 {.red = .75, .green = .76, .blue = .78}, 2.4);
  drawing.stroke(straight({kMiddle - 1.4, top}, {kMiddle - 1.4, bottom}), kBlack, 0.5, 0.5);
  drawing.metal(box({kMiddle - 2, top + 4}, 4, 11, 1.5), Metal::kSteel);
}

void draw_bomber(Drawing& drawing, Random& random, const TopCut& cut) {
  draw_top(drawing, random, cut);
  draw_zip(drawing, cut);
  const Colour dark = mix(drawing.fabric().main, kBlack, 0.4);
  const double half = cut.neck_width + 5;
  const Path collar =
      Path({kMiddle - half, kNeckTop})
          .bend({kMiddle - half + 3, kNeckTop + 18}, {kMiddle - 1, kNeckTop + cut.neck_depth + 8})
          .line({kMiddle - 1, kNeckTop + cut.neck_depth - 5})
          .bend({kMiddle - cut.neck_width + 4, kNeckTop + 8},
                {kMiddle - cut.neck_width + 3, kNeckTop - 3})
          .close();
  const Path hem = box({kMiddle - cut.hem_width - 1, cut.hem - 13}, cut.hem_width * 2 + 2, 18, 3);
  for (const auto& part :
       {collar, collar.mirrored(), cuff_band(cut, 12), cuff_band(cut, 12).mirrored(), hem}) {
    drawing.trim(part, dark);
  }
  drawing.ribs(hem, {kMiddle - cut.hem_width, cut.hem - 13},
               {kMiddle + cut.hem_width, cut.hem - 13}, 18, 3.5);
  const Path pocket = straight({kMiddle + 22, cut.hem - 52}, {kMiddle + 34, cut.hem - 26});
  for (const auto& line : {pocket, pocket.mirrored()}) {
    drawing.stroke(line, dark, 4.5);
    drawing.stroke(line, kWhite, 0.6, 0.5);
  }
}

// Denim or parka: a collar, a placket, flapped chest pockets and seams.
void draw_work_jacket(Drawing& drawing, Random& random, const TopCut& cut) {
  draw_top(drawing, random, cut);
  if (drawing.fabric().pattern == "plain") drawing.twill(body_of(cut));
  draw_placket(drawing, cut);
  for (const double x : {22.0, 30.0}) {
    const Path seam = Path({kMiddle + x - 6, 142}).line({kMiddle + x - 12, cut.hem});
    on_both_sleeves(drawing, seam, &Drawing::stitches);
  }
  const Path flap = Path({kMiddle + 13, 126})
                        .line({kMiddle + 39, 126})
                        .line({kMiddle + 39, 137})
                        .line({kMiddle + 26, 143})
                        .line({kMiddle + 13, 137})
                        .close();
  on_both_sleeves(drawing, flap, &Drawing::piece);
  drawing.button({kMiddle + 26, 137}, 2.0, button_colour(drawing));
  drawing.button({kMiddle - 26, 137}, 2.0, button_colour(drawing));
  drawing.seam(straight({kMiddle - cut.waist, 124}, {kMiddle + cut.waist, 124}), 1.0);
  draw_cuffs(drawing, cut, 12);
  drawing.piece(box({kMiddle - cut.hem_width, cut.hem - 9}, cut.hem_width * 2, 14, 2));
  draw_shirt_collar(drawing, random, cut);
  draw_buttons(drawing, random, kNeckTop + cut.neck_depth + 18, cut.hem);
}

}  // namespace

std::string_view draw_shirt(Drawing& drawing, Random& random) {
  const Sleeves sleeves = random.below(5) < 3 ? Sleeves::kLong : Sleeves::kShort;
  const TopCut cut = random_shirt(random, sleeves);
  draw_top(drawing, random, cut);
  draw_placket(drawing, cut);
  if (random.below(2) == 0) draw_chest_pocket(drawing, random.uniform(112, 124));
  if (sleeves == Sleeves::kLong) {
    draw_cuffs(drawing, cut, random.uniform(12, 17));
  } else {
    on_both_sleeves(drawing, cuff_line(cut, 6), &Drawing::stitches);
  }
  draw_shirt_collar(drawing, random, cut);
  draw_buttons(drawing, random, kNeckTop + cut.neck_depth + 12, cut.hem - 4);
  return sleeves == Sleeves::kLong ? "long sleeve" : "short sleeve";
}

std::string_view draw_jacket(Drawing& drawing, Random& random) {
  TopCut cut = random_shirt(random, Sleeves::kLong);
  cut.chest += 3;
  cut.shoulder += 4;
  cut.waist += 2;
  cut.cuff += 4;
  cut.hem_curve = 3;
  const auto kind = random.below(3);
  if (kind == 0) {
    cut.hem = random.uniform(252, 268);
    draw_blazer(drawing, random, cut);
    return "blazer";
  }
  cut.hem = random.uniform(232, 248);
  cut.waist += 2;
  if (kind == 1) {
    draw_bomber(drawing, random, cut);
    return "bomber";
  }
  draw_work_jacket(drawing, random, cut);
  return "work jacket";
}

}  // namespace likeness
