// Writes SVG text: paths of cubic curves, and the elements that the sample catalogue is made of.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace likeness {

// With a constructor, so that a drawing's many coordinates can be written {x, y}.
struct Point {
  constexpr Point() = default;
  constexpr Point(double right, double down) : x(right), y(down) {}

  double x = 0.0;
  double y = 0.0;
};

inline Point operator+(Point a, Point b) noexcept { return {a.x + b.x, a.y + b.y}; }
inline Point operator-(Point a, Point b) noexcept { return {a.x - b.x, a.y - b.y}; }
inline Point operator*(Point a, double scale) noexcept { return {a.x * scale, a.y * scale}; }
// From `a` at share 0 to `b` at share 1.
inline Point between(Point a, Point b, double share) noexcept { return a + (b - a) * share; }

// Upright, from the upper left corner to the lower right one.
struct Bounds {
  Point low{1e9, 1e9};
  Point high{-1e9, -1e9};

  void include(Point p) noexcept;
  void include(const Bounds& other) noexcept;
  [[nodiscard]] double width() const noexcept { return high.x - low.x; }
  [[nodiscard]] double height() const noexcept { return high.y - low.y; }
};

// Drawings lie on a canvas from (0, 0) to here, and are symmetrical about its middle, if at all.
inline constexpr Point kCanvas{240.0, 320.0};
inline constexpr double kMiddle = 120.0;

// An open line or a closed shape; each call goes on from where the last one ended.
class Path {
 public:
  explicit Path(Point start) : start_(start) {}

  Path& line(Point to);
  Path& bend(Point towards, Point to);  // a quadratic curve
  Path& curve(Point first, Point second, Point to);
  Path& join(const Path& next);  // a line to its start, then the same way
  Path& close();

  [[nodiscard]] Path reversed() const;  // not of a closed shape
  [[nodiscard]] Path mirrored() const;  // left and right exchanged
  [[nodiscard]] Path moved(Point by) const;
  [[nodiscard]] Point start() const noexcept { return start_; }
  [[nodiscard]] Point end() const noexcept;
  [[nodiscard]] Bounds bounds() const;     // of the control points: never too small
  [[nodiscard]] std::string text() const;  // as the attribute d

 private:
  struct Segment {
    Point first, second, to;
  };

  Point start_;
  std::vector<Segment> segments_;
  bool closed_ = false;
};

// The closed shape whose right half, from top to bottom, is given.
[[nodiscard]] Path symmetric(const Path& right);
[[nodiscard]] Path oval(Point centre, double radius_x, double radius_y);
[[nodiscard]] Path box(Point corner, double width, double height, double radius = 0.0);
[[nodiscard]] Path straight(Point from, Point to);

struct Paint {
  std::string fill = "none";
  std::string stroke = "none";
  double width = 1.0;
  double opacity = 1.0;
  std::string dashes = "none";  // or such as "2 1.5"
};

class Svg {
 public:
  // Adds <element attributes id="...">content</element>, and returns "url(#...)" for its use.
  std::string define(std::string_view element, std::string_view attributes,
                     std::string_view content);
  void draw(const Path& path, const Paint& paint);
  void begin_group(std::string_view attributes);
  void end_group();
  // Puts what `other` has drawn below everything that was drawn before; its definitions are not
  // taken over.
  void put_behind(const Svg& other);
  // Puts everything that was drawn before into one group.
  void wrap(std::string_view attributes);
  // Shows the part of the canvas in `view`, which has the canvas's proportion.
  [[nodiscard]] std::string text(const Bounds& view) const;

 private:
  std::size_t definitions_ = 0;
  std::string head_;
  std::string body_;
};

}  // namespace likeness
