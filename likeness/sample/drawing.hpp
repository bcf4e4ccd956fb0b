// What a tailor and a photographer do to every item of the sample catalogue: pieces of fabric with
// soft shading, folds, seams, buttons, metal.
#pragma once

#include <span>
#include <string>

#include "likeness/base/random.hpp"
#include "likeness/sample/fabric.hpp"
#include "likeness/sample/svg.hpp"

namespace likeness {

// How much light the item throws back: cotton or leather.
enum class Finish { kMatt, kGlossy };

enum class Metal { kSteel, kGold };

class Drawing {
 public:
  Drawing(Svg& svg, Fabric fabric, Finish finish);

  [[nodiscard]] const Fabric& fabric() const noexcept { return fabric_; }
  [[nodiscard]] const Bounds& bounds() const noexcept { return bounds_; }  // of all that was drawn

  // The shadow of all that was drawn: on a paper close behind it, or on the floor it stands on.
  void lay_on_paper();
  void put_on_floor();

  // A piece of the item's fabric: rounded by light and shade, with an edge.
  void piece(const Path& shape);
  // The same in one colour: trims, soles, leather.
  void trim(const Path& shape, Colour colour);
  // Flat, without shading: what lies in the shade or is small.
  void patch(const Path& shape, Colour colour, double opacity = 1.0);
  // Shining: buckles, cases, clasps.
  void metal(const Path& shape, Metal metal);
  // A dark surface that mirrors the sky.
  void glass(const Path& shape, Colour colour);

  void seam(const Path& line, double width = 0.9);
  void stitches(const Path& line);  // dashes, beside a seam
  void stroke(const Path& line, Colour colour, double width, double opacity = 1.0);
  void button(Point centre, double radius, Colour colour);

  // A stroke of which only the part inside the shape shows.
  void border(const Path& within, const Path& line, Colour colour, double width);
  // The loops of knitwear, and the slanting lines of denim.
  void knit(const Path& shape);
  void twill(const Path& shape);

  // Soft shadows with a lit side along the lines, inside the shape.
  void folds(const Path& within, std::span<const Path> lines, double width, double strength = 0.2);
  // Ribs of knitwear across the band between two lines, from the first's ends to the second's.
  void ribs(const Path& within, Point left, Point right, double height, double gap);
  // A soft shadow of the shape itself on what lies below, inside `within`.
  void cast_shadow(const Path& within, const Path& shape);

 private:
  void outline(const Path& shape);
  void shade(const Path& shape);
  std::string clip(const Path& shape);
  std::string blur(const Path& within);  // a filter that reaches no farther than the shape

  Svg& svg_;
  Fabric fabric_;
  std::string sides_;     // dark at left and right, bright in the middle
  std::string top_down_;  // a little brighter above than below
  std::string knit_;
  std::string twill_;
  Bounds bounds_;
  Svg silhouette_;  // what throws a shadow
};

[[nodiscard]] Metal random_metal(Random& random);
[[nodiscard]] constexpr Metal other(Metal metal) noexcept {
  return metal == Metal::kGold ? Metal::kSteel : Metal::kGold;
}

// Random soft wrinkles that run more or less down, in the box from `corner` on.
void wrinkle(Drawing& drawing, Random& random, const Path& within, Point corner, Point size);

}  // namespace likeness
