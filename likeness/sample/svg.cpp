#include "likeness/sample/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <iterator>

namespace likeness {
namespace {

// How far the control points of a quarter of a circle lie from its ends (radius 1).
constexpr double kQuarter = 0.5523;

Point mirror(Point p) { return {2.0 * kMiddle - p.x, p.y}; }

}  // namespace

void Bounds::include(Point p) noexcept {
  low = {std::min(low.x, p.x), std::min(low.y, p.y)};
  high = {std::max(high.x, p.x), std::max(high.y, p.y)};
}

void Bounds::include(const Bounds& other) noexcept {
  include(other.low);
  include(other.high);
}

Path& Path::line(Point to) { return curve(end(), to, to); }

Path& Path::bend(Point towards, Point to) {
  return curve(between(end(), towards, 2.0 / 3.0), between(to, towards, 2.0 / 3.0), to);
}

Path& Path::curve(Point first, Point second, Point to) {
  assert(!closed_);
  segments_.push_back({.first = first, .second = second, .to = to});
  return *this;
}

Path& Path::join(const Path& next) {
  line(next.start_);
  segments_.insert(segments_.end(), next.segments_.begin(), next.segments_.end());
  return *this;
}

Path& Path::close() {
  closed_ = true;
  return *this;
}

Path Path::reversed() const {
  assert(!closed_);
  Path path(end());
  for (std::size_t i = segments_.size(); i-- > 0;) {
    const Point to = i == 0 ? start_ : segments_[i - 1].to;
    path.curve(segments_[i].second, segments_[i].first, to);
  }
  return path;
}

Path Path::mirrored() const {
  Path path(mirror(start_));
  for (const auto& s : segments_) path.curve(mirror(s.first), mirror(s.second), mirror(s.to));
  path.closed_ = closed_;
  return path;
}

Path Path::moved(Point by) const {
  Path path(start_ + by);
  for (const auto& s : segments_) path.curve(s.first + by, s.second + by, s.to + by);
  path.closed_ = closed_;
  return path;
}

Point Path::end() const noexcept { return segments_.empty() ? start_ : segments_.back().to; }

Bounds Path::bounds() const {
  Bounds box;
  box.include(start_);
  for (const auto& s : segments_) {
    for (const Point p : {s.first, s.second, s.to}) box.include(p);
  }
  return box;
}

std::string Path::text() const {
  std::string text = fmt::format("M{:.2f} {:.2f}", start_.x, start_.y);
  for (const auto& s : segments_) {
    fmt::format_to(std::back_inserter(text), "C{:.2f} {:.2f} {:.2f} {:.2f} {:.2f} {:.2f}",
                   s.first.x, s.first.y, s.second.x, s.second.y, s.to.x, s.to.y);
  }
  if (closed_) text += 'Z';
  return text;
}

Path symmetric(const Path& right) { return Path(right).join(right.mirrored().reversed()).close(); }

Path oval(Point centre, double radius_x, double radius_y) {
  const double x = radius_x * kQuarter;
  const double y = radius_y * kQuarter;
  const Point right = centre + Point{radius_x, 0};
  const Point bottom = centre + Point{0, radius_y};
  const Point left = centre - Point{radius_x, 0};
  const Point top = centre - Point{0, radius_y};
  return Path(right)
      .curve(right + Point{0, y}, bottom + Point{x, 0}, bottom)
      .curve(bottom - Point{x, 0}, left + Point{0, y}, left)
      .curve(left - Point{0, y}, top - Point{x, 0}, top)
      .curve(top + Point{x, 0}, right - Point{0, y}, right)
      .close();
}

Path box(Point corner, double width, double height, double radius) {
  const Point opposite = corner + Point{width, height};
  const double r = radius;
  return Path(corner + Point{r, 0})
      .line({opposite.x - r, corner.y})
      .bend({opposite.x, corner.y}, {opposite.x, corner.y + r})
      .line({opposite.x, opposite.y - r})
      .bend(opposite, {opposite.x - r, opposite.y})
      .line({corner.x + r, opposite.y})
      .bend({corner.x, opposite.y}, {corner.x, opposite.y - r})
      .line({corner.x, corner.y + r})
      .bend(corner, corner + Point{r, 0})
      .close();
}

Path straight(Point from, Point to) { return Path(from).line(to); }

std::string Svg::define(std::string_view element, std::string_view attributes,
                        std::string_view content) {
  const std::size_t id = definitions_++;
  fmt::format_to(std::back_inserter(head_), "<{0} {1} id=\"d{2}\">{3}</{0}>\n", element, attributes,
                 id, content);
  return fmt::format("url(#d{})", id);
}

void Svg::draw(const Path& path, const Paint& paint) {
  fmt::format_to(std::back_inserter(body_), R"(<path d="{}" fill="{}")", path.text(), paint.fill);
  if (paint.stroke != "none") {
    fmt::format_to(std::back_inserter(body_), R"( stroke="{}" stroke-width="{:.2f}")", paint.stroke,
                   paint.width);
  }
  if (paint.dashes != "none") {
    fmt::format_to(std::back_inserter(body_), R"( stroke-dasharray="{}")", paint.dashes);
  }
  if (paint.opacity < 1.0) {
    // Not `opacity`, which would make the renderer composite a whole picture for each path.
    fmt::format_to(std::back_inserter(body_), R"( fill-opacity="{0:.3f}" stroke-opacity="{0:.3f}")",
                   paint.opacity);
  }
  body_ += "/>\n";
}

void Svg::begin_group(std::string_view attributes) {
  fmt::format_to(std::back_inserter(body_), "<g {}>\n", attributes);
}

void Svg::end_group() { body_ += "</g>\n"; }

void Svg::put_behind(const Svg& other) { body_.insert(0, other.body_); }

void Svg::wrap(std::string_view attributes) {
  body_.insert(0, fmt::format("<g {}>\n", attributes));
  end_group();
}

std::string Svg::text(const Bounds& view) const {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{:.0f}\" height=\"{:.0f}\" "
      "viewBox=\"{:.2f} {:.2f} {:.2f} {:.2f}\" stroke-linecap=\"round\" "
      "stroke-linejoin=\"round\">\n<defs>\n{}</defs>\n{}</svg>\n",
      kCanvas.x, kCanvas.y, view.low.x, view.low.y, view.width(), view.height(), head_, body_);
}

}  // namespace likeness
