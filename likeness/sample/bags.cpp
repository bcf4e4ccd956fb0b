// Bags.
#include <array>

#include "likeness/sample/garments.hpp"

namespace likeness {
namespace {

Colour leather_of(const Drawing& drawing) {
  const Colour main = drawing.fabric().main;
  return brightness(main) < 0.3 ? mix(main, kWhite, 0.25) : mix(main, kBlack, 0.5);
}

void handle(Drawing& drawing, const Path& line, Colour colour, double width) {
  drawing.stroke(line.moved({0, 1.2}), mix(colour, kBlack, 0.6), width + 1.2);
  drawing.stroke(line, colour, width);
  drawing.stroke(line.moved({-width * 0.18, -width * 0.18}), kWhite, width * 0.25, 0.35);
}

void draw_tote(Drawing& drawing, Random& random) {
  const double top = random.uniform(120, 140);
  const double half = random.uniform(62, 78);
  const double base = half * random.uniform(0.82, 0.98);
  const double reach = random.uniform(58, 84);
  const Colour strap = random.below(2) == 0 ? leather_of(drawing) : drawing.fabric().main;
  const Path back = Path({kMiddle - 34, top})
                        .curve({kMiddle - 32, top - reach - 14}, {kMiddle + 32, top - reach - 14},
                               {kMiddle + 34, top});
  handle(drawing, back.moved({0, -5}), mix(strap, kBlack, 0.3), 6.5);
  const Path body = symmetric(Path({kMiddle, top + 3})
                                  .bend({kMiddle + half * 0.6, top + 3}, {kMiddle + half, top})
                                  .line({kMiddle + base + 3, 262})
                                  .bend({kMiddle + base, 272}, {kMiddle + base - 10, 272})
                                  .line({kMiddle, 273}));
  drawing.piece(body);
  wrinkle(drawing, random, body, {kMiddle - half, top + 20}, {half * 2, 130});
  handle(drawing, back.moved({0, 14}), strap, 7.0);
  for (const double x : {-34.0, 34.0}) {
    drawing.trim(box({kMiddle + x - 6, top + 8}, 12, 26, 2), strap);
    drawing.stitches(box({kMiddle + x - 4, top + 10}, 8, 22, 1));
  }
  drawing.stitches(
      Path({kMiddle - half, top + 7}).bend({kMiddle, top + 12}, {kMiddle + half, top + 7}));
  if (random.below(2) == 0)
    drawing.trim(box({kMiddle - base - 1, 252}, base * 2 + 2, 21, 5), leather_of(drawing));
}

void draw_handbag(Drawing& drawing, Random& random) {
  const double top = random.uniform(142, 156);
  const double half = random.uniform(62, 72);
  const double base = half + random.uniform(8, 20);
  const Metal metal = random_metal(random);
  const Path arch =
      Path({kMiddle - 32, top + 4})
          .curve({kMiddle - 34, top - 88}, {kMiddle + 34, top - 88}, {kMiddle + 32, top + 4});
  handle(drawing, arch, mix(drawing.fabric().main, kBlack, 0.2), random.uniform(6, 9));
  const Path body = symmetric(Path({kMiddle, top})
                                  .line({kMiddle + half - 8, top})
                                  .bend({kMiddle + half, top}, {kMiddle + half + 2, top + 10})
                                  .line({kMiddle + base, 246})
                                  .bend({kMiddle + base + 1, 262}, {kMiddle + base - 14, 262})
                                  .line({kMiddle, 264}));
  drawing.piece(body);
  const double low = top + random.uniform(44, 64);
  const Path flap = symmetric(
      Path({kMiddle, top - 2})
          .line({kMiddle + half - 6, top - 2})
          .bend({kMiddle + half + 2, top}, {kMiddle + half + 4, top + 12})
          .curve({kMiddle + half + 6, low - 12}, {kMiddle + half - 14, low}, {kMiddle, low + 6}));
  drawing.cast_shadow(body, flap);
  drawing.piece(flap);
  drawing.stitches(
      Path({kMiddle + half, top + 12})
          .curve({kMiddle + half + 1, low - 16}, {kMiddle + half - 18, low - 5}, {kMiddle, low + 1})
          .curve({kMiddle - half + 18, low - 5}, {kMiddle - half - 1, low - 16},
                 {kMiddle - half, top + 12}));
  drawing.metal(box({kMiddle - 8, low - 7}, 16, 20, 3), metal);
  drawing.metal(oval({kMiddle, low + 3}, 3.2, 3.2), other(metal));
  for (const double x : {-32.0, 32.0}) {
    drawing.metal(oval({kMiddle + x, top + 3}, 5.5, 6.5), metal);
    drawing.trim(box({kMiddle + x - 4, top + 5}, 8, 15, 3), leather_of(drawing));
  }
}

void draw_backpack_pocket(Drawing& drawing, double half) {
  const Colour zip{.red = .72, .green = .73, .blue = .75};
  const Path pocket = box({kMiddle - half + 12, 190}, half * 2 - 24, 72, 14);
  drawing.piece(pocket);
  const Path line =
      Path({kMiddle - half + 22, 203}).bend({kMiddle, 199}, {kMiddle + half - 22, 203});
  drawing.stroke(line, mix(drawing.fabric().main, kBlack, 0.6), 4.0);
  drawing.stroke(line, zip, 1.2);
  drawing.metal(box({kMiddle + half - 30, 201}, 5, 13, 2), Metal::kSteel);
  drawing.trim(box({kMiddle - 13, 222}, 26, 15, 2), leather_of(drawing));
  drawing.stitches(box({kMiddle - 11, 224}, 22, 11, 1));
}

void draw_backpack(Drawing& drawing, Random& random) {
  const double half = random.uniform(54, 64);
  const Colour dark = leather_of(drawing);
  for (const double side : {-1.0, 1.0}) {
    const double x = kMiddle + side * half;
    handle(drawing,
           Path({x - side * 8, 110}).curve({x + side * 20, 140}, {x + side * 16, 200}, {x, 250}),
           dark, 8);
  }
  handle(drawing,
         Path({kMiddle - 15, 72}).curve({kMiddle - 13, 44}, {kMiddle + 13, 44}, {kMiddle + 15, 72}),
         dark, 6);
  const Path body =
      symmetric(Path({kMiddle, 64})
                    .curve({kMiddle + half * 0.8, 64}, {kMiddle + half, 84}, {kMiddle + half, 124})
                    .line({kMiddle + half + 3, 256})
                    .bend({kMiddle + half + 3, 276}, {kMiddle + half - 16, 276})
                    .line({kMiddle, 277}));
  drawing.piece(body);
  wrinkle(drawing, random, body, {kMiddle - half, 90}, {half * 2, 150});
  const Path opening =
      Path({kMiddle - half + 5, 172})
          .curve({kMiddle - half + 6, 78}, {kMiddle + half - 6, 78}, {kMiddle + half - 5, 172});
  drawing.stroke(opening, mix(drawing.fabric().main, kBlack, 0.55), 4.2);
  drawing.stroke(opening, {.red = .72, .green = .73, .blue = .75}, 1.2);
  drawing.metal(box({kMiddle + half - 8, 164}, 5, 15, 2), Metal::kSteel);
  const Path low = box({kMiddle - half - 1, 262}, half * 2 + 2, 14, 6);
  drawing.trim(low, dark);
  draw_backpack_pocket(drawing, half);
}

void draw_shoulder_bag(Drawing& drawing, Random& random) {
  const Metal metal = random_metal(random);
  const double half = random.uniform(58, 72);
  const double top = random.uniform(166, 178);
  for (int i = 0; i <= 36; ++i) {  // a chain
    const double t = i / 36.0;
    const double x = kMiddle - (half - 6) + 2 * (half - 6) * t;
    const double y = top + 6 - 4.0 * 118.0 * t * (1 - t);
    drawing.metal(oval({x, y}, i % 2 == 0 ? 3.4 : 2.2, i % 2 == 0 ? 2.4 : 3.2), metal);
  }
  const Path body = box({kMiddle - half, top}, half * 2, 82, 10);
  drawing.piece(body);
  const Path flap =
      symmetric(Path({kMiddle, top - 2})
                    .line({kMiddle + half - 6, top - 2})
                    .bend({kMiddle + half + 1, top - 1}, {kMiddle + half + 1, top + 10})
                    .line({kMiddle + half - 2, top + 30})
                    .line({kMiddle, top + 58}));
  drawing.cast_shadow(body, flap);
  drawing.piece(flap);
  if (drawing.fabric().pattern == "plain" && random.below(2) == 0) {
    for (int i = 0; 15 * i < 2 * half; ++i) {  // quilted
      const double x = 15.0 * i - half;
      drawing.stitches(straight({kMiddle + x, top + 2}, {kMiddle + x * 0.4 + 14, top + 40}));
      drawing.stitches(straight({kMiddle - x, top + 2}, {kMiddle - x * 0.4 - 14, top + 40}));
    }
  }
  drawing.metal(oval({kMiddle, top + 51}, 8, 8), metal);
  drawing.metal(oval({kMiddle, top + 51}, 4.5, 4.5), other(metal));
}

}  // namespace

std::string_view draw_bag(Drawing& drawing, Random& random) {
  constexpr std::array<std::string_view, 4> kNames = {"tote", "handbag", "backpack",
                                                      "shoulder bag"};
  constexpr std::array<void (*)(Drawing&, Random&), 4> kDraw = {draw_tote, draw_handbag,
                                                                draw_backpack, draw_shoulder_bag};
  const auto kind = random.below(kNames.size());
  kDraw[kind](drawing, random);
  return kNames[kind];
}

}  // namespace likeness
