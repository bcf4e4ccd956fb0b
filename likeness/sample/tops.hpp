// The cut that all tops have in common: a body, its neck, and sleeves.
#pragma once

#include "likeness/base/random.hpp"
#include "likeness/sample/drawing.hpp"

namespace likeness {

// Half widths and heights on the canvas; `sleeve` is a length, `spread` its angle to the body.
struct TopCut {
  double neck_width = 20.0;
  double neck_depth = 16.0;
  bool v_neck = false;
  bool knitted = false;
  double shoulder = 50.0;
  double chest = 50.0;
  double waist = 48.0;
  double hem_width = 50.0;
  double hem = 255.0;
  double hem_curve = 4.0;
  double sleeve = 50.0;
  double spread = 0.6;
  double cuff = 24.0;
};

inline constexpr double kNeckTop = 60.0;
inline constexpr double kShoulderTop = 80.0;
inline constexpr double kArmpit = 124.0;

[[nodiscard]] TopCut random_top(Random& random);
[[nodiscard]] Path body_of(const TopCut& cut);
[[nodiscard]] Path neckline_of(const TopCut& cut);  // from the middle to the right shoulder
[[nodiscard]] Path right_sleeve(const TopCut& cut);
// The sleeve's open end and a line `inward` units from it.
[[nodiscard]] Path cuff_line(const TopCut& cut, double inward);
[[nodiscard]] Path cuff_band(const TopCut& cut, double width);

// The inside of the back that shows in the neck, then both sleeves, then the body with its folds.
void draw_top(Drawing& drawing, Random& random, const TopCut& cut);
void on_both_sleeves(Drawing& drawing, const Path& line, void (Drawing::*draw)(const Path&));

}  // namespace likeness
