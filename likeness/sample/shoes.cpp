// Shoes and boots, seen from the side with the toe at the left.
#include <algorithm>
#include <array>

#include "likeness/sample/garments.hpp"

namespace likeness {
namespace {

constexpr double kGround = 238.0;

Colour rubber(const Drawing& drawing, Random& random) {
  const std::array<Colour, 3> choices = {mix(kWhite, kBlack, 0.05),
                                         mix(kBlack, kWhite, 0.14),
                                         {.red = 0.72, .green = 0.55, .blue = 0.36}};
  const Colour sole = choices[random.below(choices.size())];
  return brightness(drawing.fabric().main) > 0.85 ? mix(sole, kBlack, 0.12) : sole;
}

void draw_laces(Drawing& drawing, Point bottom, Point top, int count, Colour colour) {
  for (int i = 0; i < count; ++i) {
    const Point at = between(bottom, top, static_cast<double>(i) / (count - 1));
    const Path lace = Path(at + Point{-7, -5}).bend(at + Point{1, -4}, at + Point{11, 9});
    drawing.stroke(lace.moved({0.8, 1.4}), kBlack, 3.4, 0.25);
    drawing.stroke(lace, mix(colour, kBlack, 0.3), 3.9);
    drawing.stroke(lace, colour, 2.9);
    drawing.patch(oval(at + Point{11.5, 9.5}, 1.6, 1.6), mix(colour, kBlack, 0.65));
  }
}

void draw_sneaker_upper(Drawing& drawing, Random& random, double collar) {
  const double top = collar;
  const Path tongue = Path({118, 178})
                          .bend({128, top - 8}, {140, top - 13})
                          .line({158, top - 9})
                          .bend({152, top + 14}, {150, 196})
                          .close();
  drawing.trim(tongue, mix(drawing.fabric().main, kBlack, 0.12));
  const Path upper = Path({28, 222})
                         .curve({24, 200}, {44, 192}, {66, 189})
                         .curve({90, 184}, {112, 168}, {136, top - 2})
                         .bend({146, top + 10}, {164, top + 11})
                         .bend({186, top + 10}, {194, top - 10})
                         .bend({203, top - 13}, {206, top - 4})
                         .curve({202, 180}, {214, 200}, {212, 224})
                         .close();
  drawing.piece(upper);
  const std::array<Path, 3> creases = {Path({78, 190}).bend({86, 202}, {84, 214}),
                                       Path({92, 186}).bend({100, 200}, {98, 212}),
                                       Path({196, 180}).bend({190, 200}, {194, 218})};
  drawing.folds(upper, creases, 4.0, 0.17);
  const Colour accent =
      random.below(2) == 0 ? drawing.fabric().second : mix(drawing.fabric().main, kBlack, 0.3);
  const Path cap =
      Path({28, 222}).curve({24, 202}, {42, 194}, {62, 190}).bend({76, 206}, {72, 224}).close();
  const Path heel = Path({187, 224})
                        .bend({188, 196}, {196, top + 10})
                        .line({204, top + 14})
                        .curve({203, 184}, {214, 200}, {212, 224})
                        .close();
  drawing.trim(cap, random.below(2) == 0 ? accent : mix(kWhite, kBlack, 0.06));
  drawing.trim(heel, accent);
  drawing.stitches(Path({66, 191}).bend({80, 207}, {76, 222}));
  const Path eyestay = Path({84, 187})
                           .curve({112, 180}, {128, 166}, {138, top})
                           .line({148, top + 8})
                           .curve({140, 184}, {122, 196}, {100, 203})
                           .bend({88, 200}, {84, 187})
                           .close();
  drawing.trim(eyestay, mix(drawing.fabric().main, accent, 0.35));
  drawing.stroke(Path({112, 222}).curve({138, 216}, {158, 206}, {172, top + 24}), accent,
                 random.uniform(5, 8));
  draw_laces(drawing, {92, 190}, {133, top + 9}, 5,
             brightness(accent) > 0.5 ? mix(kWhite, kBlack, 0.04) : mix(kWhite, accent, 0.1));
  drawing.stroke(Path({164, top + 11}).bend({186, top + 10}, {194, top - 10}),
                 mix(drawing.fabric().main, kBlack, 0.45), 3.5);
}

void draw_sneaker(Drawing& drawing, Random& random) {
  draw_sneaker_upper(drawing, random, random.uniform(138, 156));
  const double thick = random.uniform(15, 24);
  const Colour rubber_colour = rubber(drawing, random);
  const Path sole = Path({24, kGround - thick + 4})
                        .bend({70, kGround - thick + 1}, {120, kGround - thick + 3})
                        .bend({170, kGround - thick}, {214, kGround - thick + 1})
                        .bend({222, kGround - 6}, {212, kGround})
                        .line({40, kGround})
                        .bend({20, kGround - 2}, {24, kGround - thick + 4})
                        .close();
  drawing.trim(sole, rubber_colour);
  drawing.stroke(Path({25, kGround - 7}).line({216, kGround - 7}), mix(rubber_colour, kBlack, 0.35),
                 1.2);
  drawing.stroke(
      Path({26, kGround - thick + 7}).bend({120, kGround - thick + 8}, {214, kGround - thick + 5}),
      drawing.fabric().main, 1.6, 0.8);
  drawing.stroke(straight({44, kGround + 0.5}, {208, kGround + 0.5}),
                 mix(rubber_colour, kBlack, 0.6), 2.0);
}

void draw_heel(Drawing& drawing, double heel) {
  const double seat = kGround - heel;
  const double thin = heel > 45 ? 5.0 : 13.0;
  const Path heel_shape =
      Path({178, seat - 6})
          .curve({186, seat + 14}, {206 - thin - 4, kGround - 26}, {207 - thin, kGround})
          .line({208, kGround})
          .curve({208, kGround - 30}, {210, seat + 14}, {213, seat - 12})
          .close();
  drawing.trim(heel_shape, mix(drawing.fabric().main, kBlack, 0.2));
}

void draw_pump_trim(Drawing& drawing, Random& random, double seat, double throat) {
  if (random.below(3) == 0) {
    const Path strap = Path({136, seat + 4})
                           .bend({150, seat - 40}, {194, seat - 40})
                           .line({194, seat - 32})
                           .bend({156, seat - 30}, {144, seat + 2})
                           .close();
    drawing.piece(strap);
    drawing.metal(oval({152, seat - 21}, 3.4, 3.4), Metal::kGold);
  } else if (random.below(2) == 0) {
    const Path bow = Path({throat + 6, 206})
                         .bend({throat - 12, 190}, {throat - 16, 202})
                         .bend({throat - 14, 214}, {throat + 6, 206})
                         .bend({throat + 22, 194}, {throat + 25, 207})
                         .bend({throat + 20, 218}, {throat + 6, 206})
                         .close();
    drawing.piece(bow);
    drawing.piece(oval({throat + 6, 206}, 3.4, 4));
  }
}

void draw_pump(Drawing& drawing, Random& random, double heel) {
  const double seat = kGround - heel;
  const double arch = std::min(seat + 14, kGround - 1);
  const double throat = random.uniform(84, 104);
  const Path inside = Path({throat - 4, 212})
                          .bend({140, seat - 16}, {196, seat - 40})
                          .bend({170, seat - 8}, {130, 218})
                          .close();
  drawing.patch(inside, mix({.red = .86, .green = .74, .blue = .6}, kBlack, 0.15));
  draw_heel(drawing, heel);
  const Path upper =
      Path({22, kGround - 3})
          .curve({24, kGround - 16}, {54, 212}, {throat, 207})
          .curve({throat + 22, 222}, {158, seat + 8}, {190, seat - 44})
          .bend({199, seat - 50}, {205, seat - 44})
          .curve({203, seat - 26}, {214, seat - 20}, {213, seat - 2})
          .curve({196, seat + 4}, {178, seat + 2}, {166, arch})
          .curve({140, arch + (kGround - arch) * 0.55}, {118, kGround - 1}, {90, kGround - 1})
          .close();
  drawing.piece(upper);
  const std::array<Path, 2> shine = {
      Path({48, 228}).bend({74, 220}, {100, 226}),
      Path({200, seat - 30}).bend({196, seat - 14}, {204, seat - 4})};
  drawing.folds(upper, shine, 4.0, 0.2);
  drawing.stroke(Path({22, kGround - 1})
                     .line({92, kGround})
                     .curve({118, kGround}, {140, arch + (kGround - arch) * 0.6}, {166, arch + 1}),
                 mix(kBlack, drawing.fabric().main, 0.25), 2.6);
  draw_pump_trim(drawing, random, seat, throat);
}

void draw_low_upper(Drawing& drawing) {
  const Colour leather = drawing.fabric().main;
  const Path upper = Path({24, 224})
                         .curve({22, 206}, {46, 198}, {72, 194})
                         .curve({94, 190}, {108, 178}, {128, 170})
                         .bend({140, 186}, {164, 184})
                         .bend({186, 182}, {198, 166})
                         .bend({205, 164}, {207, 171})
                         .curve({205, 192}, {213, 204}, {212, 226})
                         .close();
  drawing.trim(Path({120, 177})
                   .bend({124, 157}, {136, 158})
                   .bend({164, 172}, {200, 165})
                   .line({190, 186})
                   .line({130, 190})
                   .close(),
               mix(leather, kBlack, 0.4));
  drawing.piece(upper);
  const std::array<Path, 3> lines = {Path({84, 194}).bend({92, 206}, {90, 218}),
                                     Path({98, 188}).bend({106, 202}, {104, 216}),
                                     Path({40, 212}).bend({56, 206}, {72, 208})};
  drawing.folds(upper, lines, 4.0, 0.2);
  drawing.seam(Path({70, 195}).bend({84, 208}, {78, 226}), 1.1);
  drawing.stitches(Path({67, 196}).bend({80, 208}, {74, 226}));
  drawing.seam(Path({182, 180}).bend({176, 204}, {186, 226}), 1.1);
}

void draw_low_sole(Drawing& drawing, Random& random) {
  const Colour sole = random.below(2) == 0 ? mix(kBlack, kWhite, 0.1)
                                           : Colour{.red = .45, .green = .28, .blue = .16};
  drawing.trim(Path({20, 224})
                   .line({214, 224})
                   .line({214, kGround})
                   .line({158, kGround})
                   .line({154, 232})
                   .line({30, 233})
                   .bend({18, 231}, {20, 224})
                   .close(),
               sole);
  drawing.stroke(straight({26, 226.5}, {210, 226.5}), mix(sole, kWhite, 0.5), 0.7, 0.8);
}

void draw_laced_shoe(Drawing& drawing, Random& random) {
  const Colour leather = drawing.fabric().main;
  draw_low_upper(drawing);
  drawing.trim(Path({94, 190})
                   .curve({110, 184}, {118, 176}, {128, 171})
                   .line({146, 185})
                   .bend({134, 204}, {108, 204})
                   .close(),
               mix(leather, kBlack, 0.12));
  draw_laces(drawing, {101, 188}, {123, 176}, 3, mix(leather, kBlack, 0.55));
  draw_low_sole(drawing, random);
}

void draw_loafer(Drawing& drawing, Random& random) {
  const Colour leather = drawing.fabric().main;
  draw_low_upper(drawing);
  const Path saddle = Path({92, 191})
                          .line({118, 175})
                          .bend({130, 200}, {132, 224})
                          .line({104, 224})
                          .bend({104, 204}, {92, 191})
                          .close();
  drawing.trim(saddle, mix(leather, kBlack, 0.14));
  drawing.patch(Path({103, 197}).line({117, 188}).line({120, 194}).line({107, 203}).close(),
                mix(leather, kBlack, 0.5));
  draw_low_sole(drawing, random);
}

struct BootCut {
  double top = 120.0;
  double heel = 14.0;
  double width = 64.0;
};

Path boot_shape(const BootCut& cut) {
  const double seat = 268.0 - cut.heel;
  const double back = 196.0;
  const double front = back - cut.width;
  return Path({front, cut.top})
      .bend({(front + back) / 2, cut.top + 9}, {back + 1, cut.top})
      .curve({back + 3, 170}, {back - 12, 200}, {back - 3, 222})
      .curve({back + 6, 234}, {back + 6, seat - 12}, {back + 4, seat})
      .line({160, seat + 3})
      .curve({140, seat + 6}, {136, 266}, {112, 266})
      .line({36, 266})
      .curve({24, 262}, {24, 246}, {40, 238})
      .curve({66, 230}, {100, 226}, {122, 212})
      .curve({front + 6, 200}, {front - 1, 170}, {front, cut.top})
      .close();
}

void draw_boot_sole(Drawing& drawing, Random& random, const BootCut& cut) {
  const double seat = 268.0 - cut.heel;
  const Colour sole = random.below(3) == 0 ? Colour{.red = .5, .green = .33, .blue = .2}
                                           : mix(kBlack, kWhite, 0.12);
  const double thin = cut.heel > 34 ? 15 : 34;
  drawing.trim(Path({200 - thin - 10, seat + 1})
                   .bend({200 - thin, seat + 12}, {201 - thin, 272})
                   .line({200, 272})
                   .bend({201, seat + 12}, {202, seat - 2})
                   .close(),
               sole);
  drawing.trim(Path({30, 262})
                   .line({112, 264})
                   .curve({136, 264}, {140, seat + 2}, {160, seat})
                   .line({202, seat - 2})
                   .line({202, seat + 5})
                   .line({160, seat + 7})
                   .curve({140, seat + 9}, {136, 271}, {112, 271})
                   .line({40, 271})
                   .bend({24, 270}, {30, 262})
                   .close(),
               sole);
}

void draw_boot_front(Drawing& drawing, Random& random, const BootCut& cut, std::size_t kind) {
  const double front = 196.0 - cut.width;
  const Colour main = drawing.fabric().main;
  if (kind == 0) {  // Chelsea: elastic sides and a loop
    const Path elastic = Path({146, cut.top + 4})
                             .line({176, cut.top + 3})
                             .bend({172, 190}, {163, 206})
                             .bend({152, 190}, {146, cut.top + 4})
                             .close();
    drawing.trim(elastic, mix(main, kBlack, 0.5));
    drawing.ribs(elastic, {146, cut.top}, {178, cut.top}, 100, 2.6);
    drawing.stroke(
        Path({190, cut.top - 2}).curve({188, cut.top - 16}, {198, cut.top - 16}, {197, cut.top}),
        mix(main, kBlack, 0.4), 3.0);
  }
  if (kind == 1) {  // laced
    const Path facing = Path({front, cut.top})
                            .line({front + 20, cut.top + 2})
                            .curve({front + 22, 190}, {front + 14, 206}, {118, 226})
                            .line({100, 225})
                            .curve({front - 2, 206}, {front + 1, 180}, {front, cut.top})
                            .close();
    drawing.trim(facing, mix(main, kBlack, 0.18));
    draw_laces(drawing, {front - 8, 209}, {front + 4, cut.top + 10}, cut.top < 130 ? 7 : 5,
               mix(kBlack, kWhite, random.below(2) == 0 ? 0.12 : 0.85));
    drawing.stitches(Path({66, 231}).bend({82, 244}, {78, 262}));
  }
  if (kind >= 2) {  // a zip and a strap
    drawing.seam(Path({182, cut.top + 4}).curve({183, 160}, {172, 200}, {180, 236}), 1.2);
    drawing.stitches(Path({179, cut.top + 4}).curve({180, 160}, {169, 200}, {177, 236}));
    const double y = random.uniform(196, 208);
    const Path strap = Path({front + 2, y})
                           .bend({160, y + 9}, {188, y})
                           .line({189, y + 9})
                           .bend({160, y + 18}, {front, y + 9})
                           .close();
    drawing.trim(strap, mix(main, kBlack, 0.25));
    drawing.metal(box({152, y + 1}, 11, 13, 2), random_metal(random));
    drawing.trim(box({155, y + 4}, 5, 7, 1), mix(main, kBlack, 0.25));
  }
}

}  // namespace

std::string_view draw_shoe(Drawing& drawing, Random& random) {
  constexpr std::array<std::string_view, 5> kNames = {"sneaker", "high heel", "ballerina", "laced",
                                                      "loafer"};
  const auto kind = random.below(kNames.size());
  if (kind == 0) draw_sneaker(drawing, random);
  if (kind == 1) draw_pump(drawing, random, random.uniform(48, 74));
  if (kind == 2) draw_pump(drawing, random, random.uniform(8, 16));
  if (kind == 3) draw_laced_shoe(drawing, random);
  if (kind == 4) draw_loafer(drawing, random);
  return kNames[kind];
}

std::string_view draw_boot(Drawing& drawing, Random& random) {
  constexpr std::array<std::string_view, 4> kNames = {"chelsea", "laced", "heeled", "knee"};
  const auto kind = random.below(kNames.size());
  BootCut cut;
  cut.top = std::array{random.uniform(136, 152), random.uniform(96, 140), random.uniform(110, 150),
                       random.uniform(38, 60)}[kind];
  cut.heel = kind == 2 ? random.uniform(36, 56) : random.uniform(10, 22);
  cut.width = random.uniform(58, 68);
  const Path shape = boot_shape(cut);
  drawing.patch(oval({196 - cut.width / 2, cut.top}, cut.width / 2 - 1, 5),
                mix(drawing.fabric().main, kBlack, 0.6));
  drawing.piece(shape);
  const std::array<Path, 4> folds = {Path({136, 208}).bend({150, 216}, {168, 210}),
                                     Path({130, 218}).bend({150, 228}, {170, 220}),
                                     Path({84, 232}).bend({92, 246}, {88, 258}),
                                     Path({150, cut.top + 20}).bend({144, 160}, {152, 196})};
  drawing.folds(shape, folds, 4.5, 0.2);
  draw_boot_sole(drawing, random, cut);
  draw_boot_front(drawing, random, cut, kind);
  drawing.stitches(Path({196 - cut.width + 1, cut.top + 5})
                       .bend({196 - cut.width / 2, cut.top + 10}, {197, cut.top + 2}));
  return kNames[kind];
}

}  // namespace likeness
