// Trousers and socks.
#include <array>

#include "likeness/sample/garments.hpp"

namespace likeness {
namespace {

struct LegCut {
  double waist = 36.0;
  double hip = 45.0;
  double knee = 24.0;   // width of a leg there
  double ankle = 20.0;  // width of a leg there
  double bottom = 290.0;
  double apart = 8.0;  // between the legs at the ankles, from the middle
};

constexpr double kWaistTop = 36.0;
constexpr double kCrotch = 116.0;

Path trousers_half(const LegCut& cut) {
  const double inner = kMiddle + cut.apart;
  const double knee_y = kCrotch + (cut.bottom - kCrotch) * 0.48;
  const double knee_inner = kMiddle + 2 + cut.apart * 0.55;
  return Path({kMiddle, kWaistTop + 4})
      .bend({kMiddle + cut.waist * 0.8, kWaistTop + 3}, {kMiddle + cut.waist, kWaistTop})
      .curve({kMiddle + cut.waist + 2, kWaistTop + 26}, {kMiddle + cut.hip, 76},
             {kMiddle + cut.hip, 98})
      .curve({kMiddle + cut.hip + 1, 124}, {knee_inner + cut.knee + 1, knee_y - 26},
             {knee_inner + cut.knee, knee_y})
      .curve({knee_inner + cut.knee, knee_y + 30}, {inner + cut.ankle, cut.bottom - 40},
             {inner + cut.ankle, cut.bottom})
      .bend({inner + cut.ankle / 2, cut.bottom + 4}, {inner, cut.bottom + 1})
      .curve({inner - 1, cut.bottom - 40}, {knee_inner, knee_y + 20}, {knee_inner, knee_y})
      .curve({knee_inner - 1, knee_y - 30}, {kMiddle + 3, kCrotch + 16}, {kMiddle, kCrotch});
}

void draw_trouser_folds(Drawing& drawing, Random& random, const Path& shape, const LegCut& cut) {
  const Path crotch =
      Path({kMiddle + 2, kCrotch}).bend({kMiddle + 18, kCrotch - 6}, {kMiddle + 32, kCrotch - 18});
  const Path thigh = Path({kMiddle + 3, kCrotch + 8})
                         .bend({kMiddle + 16, kCrotch + 10}, {kMiddle + 27, kCrotch + 2});
  const double x = kMiddle + cut.apart + cut.ankle / 2;
  const Path shin =
      Path({kMiddle + 22, kCrotch + 20}).bend({x + 2, kCrotch + 60}, {x, cut.bottom - 6});
  const std::array<Path, 6> lines = {crotch, crotch.mirrored(), thigh, thigh.mirrored(),
                                     shin,   shin.mirrored()};
  drawing.folds(shape, lines, 4.5, 0.15);
  wrinkle(drawing, random, shape, {kMiddle - 38, kCrotch + 20}, {76, cut.bottom - kCrotch - 20});
}

void draw_trouser_front(Drawing& drawing, Random& random, const LegCut& cut) {
  const double side = kMiddle + cut.waist;
  drawing.seam(Path({kMiddle, kWaistTop + 18}).line({kMiddle, kCrotch}), 1.1);
  drawing.stitches(Path({kMiddle + 11, kWaistTop + 18})
                       .line({kMiddle + 11, 78})
                       .bend({kMiddle + 10, 92}, {kMiddle + 1, 96}));
  const Path pocket = random.below(2) == 0
                          ? Path({side - 13, kWaistTop + 17}).bend({side - 12, 72}, {side + 6, 74})
                          : Path({side - 12, kWaistTop + 17}).line({side + 2, 82});
  for (const auto& line : {pocket, pocket.mirrored()}) {
    drawing.seam(line, 1.1);
    drawing.stitches(line.moved({0, 2.4}));
  }
}

void draw_waistband(Drawing& drawing, Random& random, const LegCut& cut) {
  const double half = cut.waist;
  const Path band =
      symmetric(Path({kMiddle, kWaistTop + 4})
                    .bend({kMiddle + half * 0.8, kWaistTop + 3}, {kMiddle + half, kWaistTop})
                    .line({kMiddle + half + 1.5, kWaistTop + 14})
                    .bend({kMiddle + half * 0.8, kWaistTop + 17}, {kMiddle, kWaistTop + 18}));
  drawing.piece(band);
  drawing.stitches(Path({kMiddle - half, kWaistTop + 12})
                       .bend({kMiddle, kWaistTop + 20}, {kMiddle + half, kWaistTop + 12}));
  for (const double x : {-0.75, -0.35, 0.35, 0.75}) {
    drawing.piece(box({kMiddle + half * x - 2, kWaistTop + 4.5 - 3 * x * x}, 4, 13, 1));
  }
  if (random.below(2) == 0) {
    drawing.button({kMiddle, kWaistTop + 10}, 3.2, mix(drawing.fabric().main, kWhite, 0.55));
  } else {
    drawing.metal(oval({kMiddle, kWaistTop + 10}, 3.2, 3.2), random_metal(random));
  }
}

void draw_trouser_ends(Drawing& drawing, Random& random, const LegCut& cut) {
  const double inner = kMiddle + cut.apart;
  const double outer = inner + cut.ankle;
  if (random.below(4) == 0) {  // turned up
    const Path turned =
        Path({inner - 1, cut.bottom - 11})
            .line({outer + 1, cut.bottom - 11})
            .line({outer + 1, cut.bottom + 1})
            .bend({inner + cut.ankle / 2, cut.bottom + 5}, {inner - 1, cut.bottom + 1})
            .close();
    drawing.trim(turned, mix(drawing.fabric().main, kWhite, 0.3));
    drawing.trim(turned.mirrored(), mix(drawing.fabric().main, kWhite, 0.3));
    return;
  }
  const Path hem = straight({inner + 1, cut.bottom - 5}, {outer - 1, cut.bottom - 6});
  drawing.stitches(hem);
  drawing.stitches(hem.mirrored());
}

LegCut random_legs(Random& random, std::size_t kind) {
  LegCut cut;
  cut.waist = random.uniform(33, 40);
  cut.hip = cut.waist + random.uniform(6, 11);
  cut.bottom = random.uniform(280, 296);
  const double hip_half = cut.hip - 4;
  cut.knee = hip_half * random.uniform(0.62, 0.7);
  cut.ankle = cut.knee * random.uniform(0.86, 0.95);
  cut.apart = random.uniform(6, 14);
  if (kind == 1) {  // skinny
    cut.knee = hip_half * random.uniform(0.5, 0.56);
    cut.ankle = cut.knee * random.uniform(0.66, 0.76);
  }
  if (kind == 2) cut.ankle = cut.knee * random.uniform(1.25, 1.55);  // flared
  if (kind == 3) {                                                   // shorts
    cut.bottom = random.uniform(160, 196);
    cut.knee = hip_half * 0.86;
    cut.ankle = hip_half * random.uniform(0.9, 1.02);
    cut.apart = 5;
  }
  return cut;
}

Path sock(double leg, double top, double width) {
  const double heel = 226;
  return Path({leg, top})
      .bend({leg + width / 2, top + 3}, {leg + width, top})
      .curve({leg + width + 1, top + 60}, {leg + width - 3, heel - 50},
             {leg + width + 1, heel - 26})
      .curve({leg + width + 6, heel - 4}, {leg + width - 2, heel + 16},
             {leg + width - 24, heel + 20})
      .curve({leg + width - 44, heel + 26}, {leg - 14, heel + 50}, {leg - 36, heel + 52})
      .curve({leg - 58, heel + 53}, {leg - 62, heel + 26}, {leg - 46, heel + 16})
      .curve({leg - 28, heel + 6}, {leg - 4, heel - 10}, {leg + 1, heel - 36})
      .curve({leg + 3, heel - 60}, {leg - 1, top + 60}, {leg, top})
      .close();
}

void draw_sock(Drawing& drawing, Random& random, double leg, double top, double width,
               Colour trim) {
  const Path shape = sock(leg, top, width);
  drawing.piece(shape);
  drawing.knit(shape);
  const Path heel = Path({leg + width + 3, 198})
                        .bend({leg + width - 24, 212}, {leg + width - 26, 247})
                        .bend({leg + width + 8, 240}, {leg + width + 5, 206})
                        .close();
  const Path toe = Path({leg - 30, 232})
                       .bend({leg - 18, 258}, {leg - 22, 277})
                       .bend({leg - 56, 286}, {leg - 57, 262})
                       .bend({leg - 58, 244}, {leg - 30, 232})
                       .close();
  for (const auto& part : {heel, toe}) drawing.trim(part, trim);
  const Path band = box({leg - 1, top - 1}, width + 2, 22, 2);
  drawing.trim(band, trim);
  drawing.ribs(band, {leg, top}, {leg + width, top}, 22, 3.0);
  const std::array<Path, 3> lines = {
      Path({leg + 4, 190}).bend({leg + 16, 204}, {leg + 28, 203}),
      Path({leg + 2, 204}).bend({leg + 12, 214}, {leg + 22, 214}),
      Path({leg + width * 0.7, top + 30})
          .bend({leg + width * 0.6, 140}, {leg + width * 0.75, 180})};
  drawing.folds(shape, lines, 4.0, 0.15);
  if (random.below(3) == 0)
    drawing.seam(Path({leg + 2, top + 24}).line({leg + width - 2, top + 24}));
}

}  // namespace

std::string_view draw_trousers(Drawing& drawing, Random& random) {
  const auto kind = random.below(4);
  const LegCut cut = random_legs(random, kind);
  const Path shape = symmetric(trousers_half(cut));
  drawing.piece(shape);
  if (drawing.fabric().pattern == "plain" && random.below(3) > 0) drawing.twill(shape);
  draw_trouser_folds(drawing, random, shape, cut);
  draw_trouser_front(drawing, random, cut);
  draw_trouser_ends(drawing, random, cut);
  draw_waistband(drawing, random, cut);
  constexpr std::array<std::string_view, 4> kNames = {"straight", "skinny", "flared", "shorts"};
  return kNames[kind];
}

std::string_view draw_socks(Drawing& drawing, Random& random) {
  const auto kind = random.below(3);
  const double top = std::array{190.0 - random.uniform(30, 44), random.uniform(92, 118),
                                random.uniform(36, 52)}[kind];
  const double width = random.uniform(36, 42);
  const Colour trim =
      random.below(2) == 0 ? mix(drawing.fabric().main, kBlack, 0.35) : drawing.fabric().second;
  const double apart = random.uniform(38, 56);
  draw_sock(drawing, random, 92 + apart, top - 6, width, trim);
  draw_sock(drawing, random, 92, top, width, trim);
  constexpr std::array<std::string_view, 3> kNames = {"ankle", "crew", "knee"};
  return kNames[kind];
}

}  // namespace likeness
