#include "likeness/sample/item.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "likeness/base/random.hpp"
#include "likeness/sample/drawing.hpp"
#include "likeness/sample/garments.hpp"

namespace likeness {
namespace {

enum class Stuff { kFabric, kLeather };  // fabric has patterns, leather shines
enum class Pose { kLies, kStands };      // its shadow lies behind it, or on the floor

struct Category {
  std::string_view name;
  std::string_view (*draw)(Drawing&, Random&);
  Stuff stuff;
  Pose pose;
};

constexpr std::array<Category, 14> kCategories = {{
    {.name = "shirt", .draw = draw_shirt, .stuff = Stuff::kFabric, .pose = Pose::kLies},
    {.name = "t-shirt", .draw = draw_t_shirt, .stuff = Stuff::kFabric, .pose = Pose::kLies},
    {.name = "sweater", .draw = draw_sweater, .stuff = Stuff::kFabric, .pose = Pose::kLies},
    {.name = "jacket", .draw = draw_jacket, .stuff = Stuff::kFabric, .pose = Pose::kLies},
    {.name = "dress", .draw = draw_dress, .stuff = Stuff::kFabric, .pose = Pose::kLies},
    {.name = "skirt", .draw = draw_skirt, .stuff = Stuff::kFabric, .pose = Pose::kLies},
    {.name = "trousers", .draw = draw_trousers, .stuff = Stuff::kFabric, .pose = Pose::kLies},
    {.name = "socks", .draw = draw_socks, .stuff = Stuff::kFabric, .pose = Pose::kLies},
    {.name = "shoe", .draw = draw_shoe, .stuff = Stuff::kFabric, .pose = Pose::kStands},
    {.name = "boot", .draw = draw_boot, .stuff = Stuff::kLeather, .pose = Pose::kStands},
    {.name = "bag", .draw = draw_bag, .stuff = Stuff::kFabric, .pose = Pose::kStands},
    {.name = "hat", .draw = draw_hat, .stuff = Stuff::kFabric, .pose = Pose::kLies},
    {.name = "watch", .draw = draw_watch, .stuff = Stuff::kLeather, .pose = Pose::kLies},
    {.name = "sunglasses", .draw = draw_sunglasses, .stuff = Stuff::kLeather, .pose = Pose::kLies},
}};

constexpr auto kCategoryNames = [] {
  std::array<std::string_view, kCategories.size()> names;
  std::ranges::transform(kCategories, names.begin(), &Category::name);
  return names;
}();

// The first number drawn decides whether an item is a duplicate, so that this is known of any item
// without drawing it.
constexpr std::uint64_t kExactOf1000 = 12;
constexpr std::uint64_t kNearOf1000 = 30;

Random random_of(std::uint64_t seed, std::size_t index) {
  return Random(Random(seed).next() + index);
}

Duplicate draw_duplicate(Random& random, std::size_t index) {
  const std::uint64_t lot = random.below(1000);
  if (index == 0 || lot >= kExactOf1000 + kNearOf1000) return Duplicate::kNone;
  if (lot < kExactOf1000) return Duplicate::kExact;
  constexpr std::array kKinds = {Duplicate::kReencoded, Duplicate::kScaled, Duplicate::kCropped};
  return kKinds[lot % kKinds.size()];
}

// An earlier item that is no duplicate itself; item 0 never is one.
std::size_t draw_original(Random& random, std::uint64_t seed, std::size_t index) {
  for (;;) {
    const std::size_t original = random.below(index);
    Random of_original = random_of(seed, original);
    if (draw_duplicate(of_original, original) == Duplicate::kNone) return original;
  }
}

// How the photographer has placed the thing: it fills the picture, and is sometimes smaller, moved
// aside or a little turned.
std::string placement(Random& random, const Bounds& box) {
  const double fill = std::min(206.0 / box.width(), 282.0 / box.height());
  const double scale = std::min(fill, 1.3) * random.uniform(0.95, 1.0) *
                       (random.below(3) == 0 ? random.uniform(0.84, 1.0) : 1.0);
  const double turn = random.below(4) == 0 ? 2.5 * random.normal() : 0.0;
  const double aside = random.below(3) == 0 ? 1.0 : 0.0;
  const Point at{120 + aside * random.uniform(-8, 8), 160 + aside * random.uniform(-12, 12)};
  const Point centre = between(box.low, box.high, 0.5);
  return fmt::format(
      R"-(transform="translate({:.2f} {:.2f}) rotate({:.2f}) scale({:.3f}) translate({:.2f} {:.2f})")-",
      at.x, at.y, turn, scale, -centre.x, -centre.y);
}

constexpr Bounds kWhole{.low = {}, .high = kCanvas};

SampleItem draw_item(Random& random, const Bounds& view) {
  const Category& category = kCategories[random.below(kCategories.size())];
  SampleItem item;
  item.category = category.name;
  Svg svg;
  const bool stands = category.pose == Pose::kStands;
  const bool shines = category.stuff == Stuff::kLeather || stands;
  const bool patterned = category.stuff == Stuff::kFabric && (!stands || random.below(2) == 0);
  Drawing drawing(svg, patterned ? weave(svg, random) : weave_plain(random),
                  shines ? Finish::kGlossy : Finish::kMatt);
  item.cut = category.draw(drawing, random);
  item.colour = drawing.fabric().colour;
  item.pattern = drawing.fabric().pattern;
  item.shadow = random.below(2) == 0 ? "soft" : "none";
  if (item.shadow == "soft" && stands) drawing.put_on_floor();
  if (item.shadow == "soft" && !stands) drawing.lay_on_paper();
  svg.wrap(placement(random, drawing.bounds()));
  item.svg = svg.text(view);
  return item;
}

Bounds cropped(Random& random) {
  const double share = random.uniform(0.95, 0.98);
  const Point rest = kCanvas * (1.0 - share);
  const Point low{rest.x * random.uniform(), rest.y * random.uniform()};
  return {.low = low, .high = low + kCanvas * share};
}

SampleItem draw_copy(Random& random, std::uint64_t seed, std::size_t original, Duplicate kind) {
  Random of_original = random_of(seed, original);
  (void)draw_duplicate(of_original, original);
  SampleItem item = draw_item(of_original, kind == Duplicate::kCropped ? cropped(random) : kWhole);
  item.duplicate = kind;
  item.duplicate_of = original;
  if (kind == Duplicate::kReencoded) item.quality = 45 + static_cast<int>(random.below(31));
  if (kind == Duplicate::kScaled) {
    const int step = 48 + static_cast<int>(random.below(49));
    item.size = {.width = step * 3, .height = step * 4};
  }
  return item;
}

}  // namespace

std::string sample_key(std::size_t index) { return fmt::format("{:06}", index + 1); }

SampleItem sample_item(std::uint64_t seed, std::size_t index) {
  Random random = random_of(seed, index);
  const Duplicate kind = draw_duplicate(random, index);
  SampleItem item = kind == Duplicate::kNone
                        ? draw_item(random, kWhole)
                        : draw_copy(random, seed, draw_original(random, seed, index), kind);
  item.key = sample_key(index);
  return item;
}

std::span<const std::string_view> sample_categories() noexcept { return kCategoryNames; }

}  // namespace likeness
