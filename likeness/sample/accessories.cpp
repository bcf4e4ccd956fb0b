// Watches and sunglasses.
#include <array>
#include <cmath>
#include <numbers>

#include "likeness/sample/garments.hpp"

namespace likeness {
namespace {

constexpr Point kDial{kMiddle, 160.0};

Point on_dial(double turn, double radius) {
  const double angle = turn * 2.0 * std::numbers::pi;
  return kDial + Point{std::sin(angle) * radius, -std::cos(angle) * radius};
}

void draw_hand(Drawing& drawing, double turn, double length, double width, Colour colour) {
  const Path hand = straight(on_dial(turn, -5), on_dial(turn, length));
  drawing.stroke(hand.moved({1, 1.4}), kBlack, width, 0.25);
  drawing.stroke(hand, colour, width);
}

Colour ink_on(Colour face) {
  return brightness(face) < 0.5 ? mix(kWhite, kBlack, 0.06) : mix(kBlack, kWhite, 0.12);
}

void draw_marks(Drawing& drawing, Random& random, double radius, Colour ink) {
  const bool bars = random.below(2) == 0;
  for (int i = 0; i < 60; ++i) {
    const double turn = i / 60.0;
    if (i % 5 != 0) {
      drawing.stroke(straight(on_dial(turn, radius - 4), on_dial(turn, radius - 2)), ink, 0.5, 0.8);
    } else if (bars) {
      drawing.stroke(straight(on_dial(turn, radius - 9), on_dial(turn, radius - 3)), ink,
                     i % 15 == 0 ? 2.6 : 1.5);
    } else {
      drawing.patch(
          oval(on_dial(turn, radius - 6), i % 15 == 0 ? 2.4 : 1.6, i % 15 == 0 ? 2.4 : 1.6), ink);
    }
  }
}

void draw_subdials(Drawing& drawing, Random& random, Colour face) {
  const Colour ink = ink_on(face);
  for (const Point at : {Point{-14, 2}, Point{14, 2}, Point{0, 15}}) {
    drawing.trim(oval(kDial + at, 8, 8), mix(face, ink, 0.12));
    drawing.stroke(straight(kDial + at, kDial + at + Point{random.uniform(-5, 5), -5}), ink, 0.8);
  }
}

void draw_hands(Drawing& drawing, Random& random, double radius, Colour ink) {
  const double hour = random.uniform();
  draw_hand(drawing, hour, radius * 0.5, 3.0, ink);
  draw_hand(drawing, std::fmod(hour * 12.0, 1.0), radius * 0.76, 2.0, ink);
  draw_hand(drawing, random.uniform(), radius * 0.8, 0.7, {.red = .8, .green = .15, .blue = .12});
  drawing.patch(oval(kDial, 2.3, 2.3), ink);
}

void draw_leather_strap(Drawing& drawing, double half) {
  const double end = half - 6;
  const Path upper = symmetric(Path({kMiddle, 34})
                                   .line({kMiddle + end - 3, 34})
                                   .bend({kMiddle + end, 35}, {kMiddle + end, 40})
                                   .line({kMiddle + half, 120})
                                   .line({kMiddle, 122}));
  const Path lower =
      symmetric(Path({kMiddle, 198})
                    .line({kMiddle + half, 200})
                    .line({kMiddle + end, 268})
                    .curve({kMiddle + end, 280}, {kMiddle + 6, 288}, {kMiddle, 288}));
  for (const auto& part : {upper, lower}) drawing.piece(part);
  for (const double side : {-1.0, 1.0}) {
    drawing.stitches(
        straight({kMiddle + side * (end - 3), 44}, {kMiddle + side * (half - 4), 116}));
    drawing.stitches(
        straight({kMiddle + side * (half - 4), 204}, {kMiddle + side * (end - 3), 266}));
  }
  for (int i = 0; i < 6; ++i) {
    drawing.patch(oval({kMiddle, 230 + 9.0 * i}, 1.8, 2.2), kBlack, 0.65);
  }
  drawing.metal(box({kMiddle - end - 4, 22}, end * 2 + 8, 22, 4), Metal::kSteel);
  drawing.patch(box({kMiddle - end + 1, 27}, end * 2 - 2, 8, 2), mix(kWhite, kBlack, 0.04));
  drawing.metal(box({kMiddle - 1.5, 24}, 3, 18, 1), Metal::kSteel);
  drawing.piece(box({kMiddle - end - 2, 54}, end * 2 + 4, 7, 1));
}

void draw_bracelet(Drawing& drawing, double half, Metal metal) {
  for (int i = 0; i < 9; ++i) {
    for (const double side : {-1.0, 1.0}) {
      const double width = half - 0.9 * i;
      const double y = 160 + side * (44 + 9.2 * i) - 4.4;
      drawing.metal(box({kMiddle - width, y}, width * 2, 8.6, 2), metal);
      drawing.metal(box({kMiddle - width * 0.42, y}, width * 0.84, 8.6, 2), metal);
    }
  }
}

void draw_round_case(Drawing& drawing, double radius, Metal metal, Colour face) {
  drawing.metal(oval(kDial, radius + 7, radius + 7), metal);
  drawing.metal(oval(kDial, radius + 3.5, radius + 3.5), metal);
  drawing.trim(oval(kDial, radius, radius), face);
}

void draw_square_case(Drawing& drawing, double half, Metal metal, Colour face) {
  for (const double edge : {6.0, 3.0}) {
    const Point reach{half + edge, half + edge + 2};
    drawing.metal(box(kDial - reach, 2 * reach.x, 2 * reach.y, 6 + edge), metal);
  }
  drawing.trim(box(kDial - Point{half, half + 2}, 2 * half, 2 * half + 4, 7), face);
}

struct Lens {
  Path shape;
  Point hinge;
};

Lens lens_of(std::size_t kind, Random& random) {
  const double w = random.uniform(35, 39);
  const double h = w * random.uniform(0.78, 0.9);
  const double x = kMiddle + 14 + w;
  const double y = 164;
  if (kind == 0) return {.shape = oval({x, y}, w * 0.92, w * 0.92), .hinge = {x + w * 0.9, y - 8}};
  if (kind == 1) {  // aviator
    return {.shape =
                Path({x - w, y - h * 0.62})
                    .bend({x, y - h * 0.95}, {x + w, y - h * 0.55})
                    .curve({x + w + 3, y + h * 0.3}, {x + w * 0.5, y + h * 1.15}, {x, y + h * 1.1})
                    .curve({x - w * 0.6, y + h}, {x - w * 1.02, y + h * 0.2}, {x - w, y - h * 0.62})
                    .close(),
            .hinge = {x + w, y - h * 0.5}};
  }
  if (kind == 2) {  // wayfarer
    return {.shape = Path({x - w, y - h * 0.66})
                         .bend({x, y - h * 0.86}, {x + w + 2, y - h * 0.74})
                         .curve({x + w + 1, y + h * 0.2}, {x + w * 0.8, y + h * 0.8},
                                {x + w * 0.3, y + h * 0.8})
                         .line({x - w * 0.35, y + h * 0.8})
                         .curve({x - w * 0.85, y + h * 0.8}, {x - w * 0.95, y + h * 0.1},
                                {x - w, y - h * 0.66})
                         .close(),
            .hinge = {x + w + 2, y - h * 0.66}};
  }
  return {.shape = Path({x - w, y - h * 0.4})
                       .curve({x - w * 0.2, y - h * 0.85}, {x + w * 0.5, y - h * 0.75},
                              {x + w + 8, y - h * 1.12})
                       .curve({x + w + 6, y + h * 0.2}, {x + w * 0.5, y + h * 0.85},
                              {x - w * 0.1, y + h * 0.75})
                       .curve({x - w * 0.8, y + h * 0.7}, {x - w * 1.02, y + h * 0.1},
                              {x - w, y - h * 0.4})
                       .close(),
          .hinge = {x + w + 4, y - h * 0.85}};
}

}  // namespace

std::string_view draw_watch(Drawing& drawing, Random& random) {
  const auto kind = random.below(3);
  const Metal metal = random_metal(random);
  const double radius = random.uniform(33, 42);
  const double half = radius * random.uniform(0.58, 0.7);
  const Colour main = drawing.fabric().main;
  if (kind == 2) {
    draw_bracelet(drawing, half, metal);
  } else {
    draw_leather_strap(drawing, half);
  }
  const std::array<Colour, 3> faces = {mix(kWhite, kBlack, 0.03), mix(kBlack, kWhite, 0.10),
                                       mix(main, kBlack, 0.3)};
  // A bracelet has no colour of its own: the dial shows the watch's.
  const Colour face = kind == 2 ? main : faces[random.below(faces.size())];
  for (const double y : {-8.0, 8.0}) {
    if (kind == 2) drawing.metal(box(kDial + Point{radius + 5, y - 4}, 7, 6, 2), metal);
  }
  drawing.metal(box(kDial + Point{radius + 4, -5}, 9, 10, 2), metal);
  (kind == 1 ? draw_square_case : draw_round_case)(drawing, radius, metal, face);
  draw_marks(drawing, random, radius, ink_on(face));
  if (kind == 2 || random.below(4) == 0) draw_subdials(drawing, random, face);
  draw_hands(drawing, random, radius, ink_on(face));
  constexpr std::array<std::string_view, 3> kNames = {"round", "square", "bracelet"};
  return kNames[kind];
}

std::string_view draw_sunglasses(Drawing& drawing, Random& random) {
  constexpr std::array<std::string_view, 4> kNames = {"round", "aviator", "wayfarer", "cat eye"};
  const auto kind = random.below(kNames.size());
  const Lens lens = lens_of(kind, random);
  const Metal metal = random_metal(random);
  const Colour frame = drawing.fabric().main;
  const Colour glass =
      kind == 1 || random.below(2) == 0 ? mix(frame, kBlack, 0.35) : mix(kBlack, kWhite, 0.2);
  const double thick = kind < 2 ? random.uniform(2.5, 4.5) : random.uniform(6, 9);
  const Path arm = Path(lens.hinge)
                       .curve(lens.hinge + Point{10, -6}, lens.hinge + Point{8, -34},
                              lens.hinge + Point{-6, -52});
  const Path bridge = Path({kMiddle - 18, 156}).bend({kMiddle, 142}, {kMiddle + 18, 156});
  for (const auto& line : {arm, arm.mirrored(), bridge}) {
    drawing.stroke(line.moved({0, 1}), mix(frame, kBlack, 0.5), thick + 1.6);
    drawing.stroke(line, frame, thick);
  }
  if (kind == 1)
    drawing.stroke(Path({kMiddle - 22, 141}).line({kMiddle + 22, 141}), mix(frame, kBlack, 0.2),
                   3.0);
  for (const auto& shape : {lens.shape, lens.shape.mirrored()}) {
    drawing.glass(shape, glass);
    drawing.stroke(shape, mix(frame, kBlack, brightness(frame) < 0.3 ? 0.0 : 0.45), thick + 1.4);
    drawing.stroke(shape, frame, thick);
    drawing.stroke(shape.moved({-0.8, -0.9}), kWhite, 0.8, 0.4);
  }
  for (const double x : {-1.0, 1.0}) {
    const Point centre{kMiddle + x * 50, 158};
    drawing.stroke(straight(centre + Point{-12, 6}, centre + Point{2, -12}), kWhite, 4.5, 0.22);
    drawing.stroke(straight(centre + Point{-5, 9}, centre + Point{8, -8}), kWhite, 2.0, 0.2);
  }
  drawing.metal(oval(lens.hinge, 2.4, 1.6), metal);
  drawing.metal(oval({2 * kMiddle - lens.hinge.x, lens.hinge.y}, 2.4, 1.6), metal);
  return kNames[kind];
}

}  // namespace likeness
