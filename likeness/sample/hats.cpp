// Hats.
#include <array>

#include "likeness/sample/garments.hpp"

namespace likeness {
namespace {

Colour band_colour(const Drawing& drawing, Random& random) {
  const Colour main = drawing.fabric().main;
  if (random.below(2) == 0) return drawing.fabric().second;
  return brightness(main) < 0.3 ? mix(main, kWhite, 0.4) : mix(main, kBlack, 0.65);
}

void draw_cap(Drawing& drawing, Random& random) {
  const double top = random.uniform(104, 116);
  const Path dome = Path({58, 196})
                        .curve({52, 140}, {84, top}, {128, top})
                        .curve({172, top}, {200, 140}, {200, 190})
                        .bend({150, 204}, {58, 196})
                        .close();
  drawing.piece(dome);
  drawing.seam(Path({128, top}).curve({110, 130}, {100, 160}, {100, 197}), 1.2);
  drawing.stitches(Path({125, top}).curve({107, 130}, {97, 160}, {97, 197}));
  drawing.seam(Path({128, top}).curve({152, 126}, {166, 160}, {168, 194}), 1.2);
  for (const Point eyelet : {Point{84, 146}, Point{132, 142}, Point{178, 146}}) {
    drawing.stroke(oval(eyelet, 2.4, 2.4), drawing.fabric().seam, 1.3);
    drawing.patch(oval(eyelet, 1.4, 1.4), kBlack, 0.6);
  }
  const Colour peak = random.below(2) == 0 ? drawing.fabric().main : band_colour(drawing, random);
  const Path brim = Path({58, 192})
                        .curve({40, 196}, {10, 206}, {14, 222})
                        .curve({40, 212}, {104, 206}, {150, 200})
                        .bend({104, 198}, {58, 192})
                        .close();
  drawing.trim(brim, peak);
  drawing.stitches(Path({54, 198}).curve({40, 202}, {22, 208}, {20, 215}));
  drawing.stitches(Path({62, 200}).curve({48, 203}, {36, 208}, {32, 212}));
  drawing.trim(oval({128, top}, 5.5, 3.2), peak);
}

void draw_beanie(Drawing& drawing, Random& random) {
  const double top = random.uniform(84, 98);
  const Path dome =
      symmetric(Path({kMiddle, top})
                    .curve({kMiddle + 44, top}, {kMiddle + 70, 130}, {kMiddle + 70, 200})
                    .line({kMiddle, 204}));
  if (random.below(2) == 0) {
    const Colour wool = band_colour(drawing, random);
    const Point centre{kMiddle, top - 8};
    for (int i = 0; i < 16; ++i) {
      const Point at = centre + Point{random.uniform(-12, 12), random.uniform(-11, 11)};
      drawing.patch(oval(at, 8, 8),
                    mix(wool, i % 2 == 0 ? kBlack : kWhite, random.uniform(0.03, 0.2)));
    }
    drawing.trim(oval(centre, 13, 13), wool);
    for (int i = 0; i < 40; ++i) {
      const Point at = centre + Point{random.uniform(-13, 13), random.uniform(-13, 13)};
      drawing.stroke(straight(at, at + Point{random.uniform(-5, 5), random.uniform(-5, 5)}),
                     mix(wool, i % 2 == 0 ? kBlack : kWhite, 0.3), 1.0, 0.7);
    }
  }
  drawing.piece(dome);
  drawing.knit(dome);
  for (int i = -5; i <= 5; ++i) {
    drawing.seam(Path({kMiddle + i * 2.0, top + 3})
                     .curve({kMiddle + i * 8.0, top + 14}, {kMiddle + i * 13.0, 140},
                            {kMiddle + i * 13.2, 200}),
                 0.9);
  }
  const Path cuff = box({kMiddle - 74, 186}, 148, 44, 8);
  drawing.cast_shadow(dome, cuff.moved({0, -6}));
  drawing.piece(cuff);
  drawing.ribs(cuff, {kMiddle - 74, 186}, {kMiddle + 74, 186}, 44, 5.5);
}

// Half widths, and how far the brim's front hangs down.
struct BrimCut {
  double reach = 90.0;
  double depth = 16.0;
  double crown = 53.0;
};

void draw_brim(Drawing& drawing, const BrimCut& cut, const Path& crown) {
  const double left = kMiddle - cut.reach;
  const double right = kMiddle + cut.reach;
  const double back = 204 - cut.depth;
  const double front = 206 + cut.depth * 1.2;
  const Path brim = Path({left, 204})
                        .curve({left + 6, back}, {right - 6, back}, {right, 204})
                        .curve({right - 10, front}, {left + 10, front}, {left, 204})
                        .close();
  drawing.piece(brim);
  drawing.stitches(Path({left + 5, 206})
                       .curve({left + 16, front - 4}, {right - 16, front - 4}, {right - 5, 206}));
  drawing.cast_shadow(brim, crown.moved({0, 2}));
}

void draw_ribbon(Drawing& drawing, Random& random, const BrimCut& cut) {
  const double height = random.uniform(12, 20);
  const Path ribbon =
      symmetric(Path({kMiddle, 213 - height})
                    .bend({kMiddle + 30, 213 - height}, {kMiddle + cut.crown + 0.5, 203 - height})
                    .line({kMiddle + cut.crown + 2, 204})
                    .bend({kMiddle + 30, 214}, {kMiddle, 214}));
  drawing.trim(ribbon, band_colour(drawing, random));
}

void draw_fedora(Drawing& drawing, Random& random) {
  const BrimCut cut{.reach = random.uniform(84, 92),
                    .depth = random.uniform(13, 18),
                    .crown = random.uniform(50, 56)};
  const double top = random.uniform(100, 108);
  const Path crown = symmetric(Path({kMiddle, top + 9})
                                   .bend({kMiddle + 18, top - 7}, {kMiddle + 32, top + 2})
                                   .curve({kMiddle + 50, top + 14}, {kMiddle + cut.crown - 2, 160},
                                          {kMiddle + cut.crown + 2, 204})
                                   .bend({kMiddle + 30, 214}, {kMiddle, 214}));
  draw_brim(drawing, cut, crown);
  drawing.piece(crown);
  const std::array<Path, 3> pinch = {
      Path({kMiddle - 2, top + 10}).bend({kMiddle + 2, 130}, {kMiddle - 3, 150}),
      Path({kMiddle - 34, top + 20}).bend({kMiddle - 24, 132}, {kMiddle - 30, 154}),
      Path({kMiddle + 30, top + 20}).bend({kMiddle + 22, 132}, {kMiddle + 28, 154})};
  drawing.folds(crown, pinch, 5.0, 0.22);
  draw_ribbon(drawing, random, cut);
}

void draw_sun_hat(Drawing& drawing, Random& random) {
  const BrimCut cut{.reach = random.uniform(98, 108),
                    .depth = random.uniform(22, 30),
                    .crown = random.uniform(48, 54)};
  const double top = random.uniform(112, 120);
  const Path crown =
      symmetric(Path({kMiddle, top})
                    .curve({kMiddle + cut.crown * 0.8, top}, {kMiddle + cut.crown, 150},
                           {kMiddle + cut.crown + 2, 204})
                    .bend({kMiddle + 30, 214}, {kMiddle, 214}));
  draw_brim(drawing, cut, crown);
  for (const double share : {0.45, 0.62, 0.8}) {  // rings of straw
    const double half = cut.reach * share + 12;
    drawing.seam(Path({kMiddle - half, 206})
                     .bend({kMiddle, 206 + cut.depth * (0.9 + share)}, {kMiddle + half, 206}),
                 0.8);
  }
  drawing.piece(crown);
  draw_ribbon(drawing, random, cut);
}

void draw_bucket_hat(Drawing& drawing, Random& random) {
  const double top = random.uniform(106, 116);
  const Path crown =
      symmetric(Path({kMiddle, top})
                    .curve({kMiddle + 30, top}, {kMiddle + 44, top + 3}, {kMiddle + 47, top + 12})
                    .line({kMiddle + 58, 176})
                    .bend({kMiddle + 30, 184}, {kMiddle, 184}));
  const Path brim = symmetric(Path({kMiddle, 178})
                                  .bend({kMiddle + 34, 178}, {kMiddle + 58, 171})
                                  .line({kMiddle + 84, 214})
                                  .bend({kMiddle + 44, 230}, {kMiddle, 230}));
  drawing.piece(crown);
  drawing.seam(Path({kMiddle - 46, top + 12}).bend({kMiddle, top + 20}, {kMiddle + 46, top + 12}),
               1.1);
  drawing.stitches(
      Path({kMiddle - 46, top + 15}).bend({kMiddle, top + 23}, {kMiddle + 46, top + 15}));
  drawing.piece(brim);
  for (const double share : {0.25, 0.45, 0.65, 0.85}) {
    const double y = 176 + 44 * share;
    const double half = 58 + 25 * share;
    drawing.stitches(
        Path({kMiddle - half, y - 3}).bend({kMiddle, y + 12}, {kMiddle + half, y - 3}));
  }
  for (const double x : {-30.0, -22.0})
    drawing.metal(oval({kMiddle + x, 160}, 2.2, 2.2), Metal::kSteel);
}

}  // namespace

std::string_view draw_hat(Drawing& drawing, Random& random) {
  constexpr std::array<std::string_view, 5> kNames = {"cap", "beanie", "fedora", "sun hat",
                                                      "bucket hat"};
  constexpr std::array<void (*)(Drawing&, Random&), 5> kDraw = {draw_cap, draw_beanie, draw_fedora,
                                                                draw_sun_hat, draw_bucket_hat};
  const auto kind = random.below(kNames.size());
  kDraw[kind](drawing, random);
  return kNames[kind];
}

}  // namespace likeness
