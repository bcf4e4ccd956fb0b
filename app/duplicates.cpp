// likeness duplicates SHOP: items that show the same picture. Exact: the same pixels. Near: the
// same picture re-encoded, scaled or slightly cropped. What merely looks alike is neither: that is
// what `likeness recommend` is for.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "app/commands.hpp"
#include "app/same_pictures.hpp"
#include "app/shop.hpp"
#include "likeness/base/checksum.hpp"
#include "likeness/base/interrupt.hpp"
#include "likeness/base/progress.hpp"

namespace likeness {
namespace {

using Places = std::vector<std::size_t>;  // of items in the shop

struct Found {
  std::string shop;
  std::size_t items = 0;
  std::vector<std::vector<std::string>> exact;  // keys of the items of each group
  std::vector<std::vector<std::string>> near;
  double seconds = 0.0;
};

// Groups of items with the same pixels, by their first items; most have one item alone. And of each
// group what its pictures look like roughly.
struct Pictures {
  std::vector<Places> groups;
  std::vector<float> sketches;
  std::vector<std::uint8_t> outlines;
};

class Duplicates {
 public:
  Duplicates(Shop& shop, const Common& common)
      : shop_(shop),
        common_(common),
        progress_("duplicates", "pictures", 2 * shop.items().size(), common.progress()) {}

  [[nodiscard]] Pictures look() {
    constexpr std::size_t kBatch = 1024;
    Pictures pictures;
    std::vector<Look> looks(kBatch);
    for (std::size_t first = 0; first < shop_.items().size(); first += kBatch) {
      const std::size_t count = std::min(kBatch, shop_.items().size() - first);
      parallel_for(count, common_.threads, [&](std::size_t i) {
        const PixelView view = view_of(first + i);
        looks[i] = {.sum = checksum(std::as_bytes(view.pixels)),
                    .sketch = sketch(view),
                    .outline = outline(view)};
      });
      for (std::size_t i = 0; i < count; ++i) take(first + i, looks[i], pictures);
      have_read(count);
      progress_.advance(count);
    }
    return pictures;
  }

  // Of each of the groups the first that shows the same picture.
  [[nodiscard]] Groups join(const Pictures& pictures) {
    const auto picture_of = [&](std::size_t group) {
      return OutlinedPicture{
          .pixels = view_of(pictures.groups[group][0]),
          .outline =
              std::span(pictures.outlines).subspan(group * kOutlineNumbers, kOutlineNumbers)};
    };
    const SameItem same = [&](std::size_t group, std::span<const std::size_t> others) {
      const auto found = first_same_picture(picture_of, group, others);
      have_read(1);
      return found;
    };
    const Search search(Rows(pictures.sketches, kSketchNumbers),
                        {.expected_queries = pictures.groups.size(), .threads = common_.threads});
    return group_same(search,
                      {.distance = kSketchDistance,
                       .threads = common_.threads,
                       .on_progress = [&](std::size_t done) { progress_.advance(done); }},
                      same);
  }

 private:
  struct Look {
    std::uint64_t sum = 0;
    std::vector<float> sketch;
    std::vector<std::uint8_t> outline;
  };

  // Puts an item into the group with its pixels.
  void take(std::size_t item, const Look& look, Pictures& pictures) {
    const auto [begin, end] = groups_by_sum_.equal_range(look.sum);
    for (auto candidate = begin; candidate != end; ++candidate) {
      Places& group = pictures.groups[candidate->second];
      if (!std::ranges::equal(shop_.record(group[0]), shop_.record(item))) continue;
      group.push_back(item);
      return;
    }
    groups_by_sum_.emplace(look.sum, pictures.groups.size());
    pictures.groups.push_back({item});
    pictures.sketches.insert(pictures.sketches.end(), look.sketch.begin(), look.sketch.end());
    pictures.outlines.insert(pictures.outlines.end(), look.outline.begin(), look.outline.end());
  }

  [[nodiscard]] PixelView view_of(std::size_t item) const {
    return {.size = shop_.size(), .pixels = shop_.record(item)};
  }

  void have_read(std::size_t pictures) {
    stop_if_interrupted();
    const std::scoped_lock lock(reading_);
    shop_.have_read(pictures);
  }

  Shop& shop_;
  const Common& common_;
  Progress progress_;
  std::mutex reading_;
  std::unordered_multimap<std::uint64_t, std::size_t> groups_by_sum_;
};

std::vector<std::string> keys_of(const Shop& shop, Places places) {
  std::ranges::sort(places);
  std::vector<std::string> keys;
  for (const std::size_t place : places) keys.push_back(shop.items()[place].key);
  return keys;
}

Found find_duplicates(const std::filesystem::path& folder, const Common& common) {
  const auto start = std::chrono::steady_clock::now();
  Shop shop(folder);
  Duplicates duplicates(shop, common);
  const Pictures pictures = duplicates.look();
  const Groups groups = duplicates.join(pictures);
  Found found{.shop = folder.string(), .items = shop.items().size(), .exact = {}, .near = {}};
  std::map<std::size_t, Places> joined;  // the items of the groups that show the same picture
  std::map<std::size_t, std::size_t> different;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const Places& items = pictures.groups[i];
    if (items.size() > 1) found.exact.push_back(keys_of(shop, items));
    auto& all = joined[groups[i]];
    all.insert(all.end(), items.begin(), items.end());
    ++different[groups[i]];
  }
  for (const auto& [group, items] : joined) {
    if (different[group] > 1) found.near.push_back(keys_of(shop, items));
  }
  found.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return found;
}

std::size_t items_in(const std::vector<std::vector<std::string>>& groups) {
  std::size_t items = 0;
  for (const auto& group : groups) items += group.size();
  return items;
}

void add_lines(const char* kind, const std::vector<std::vector<std::string>>& groups, Text& text) {
  for (const auto& group : groups) text.line("{}  {}", kind, fmt::join(group, "  "));
}

Text to_text(const Found& found) {
  Text text;
  add_lines("exact", found.exact, text);
  add_lines("near ", found.near, text);
  text.line(
      "{}: {} items in {:.1f} s: {} groups of exact duplicates ({} items), {} of near ones "
      "({} items)",
      found.shop, with_thousands(found.items), found.seconds, with_thousands(found.exact.size()),
      with_thousands(items_in(found.exact)), with_thousands(found.near.size()),
      with_thousands(items_in(found.near)));
  return text;
}

Json to_json(const std::vector<std::vector<std::string>>& groups) {
  Json::Array array;
  for (const auto& group : groups) array.emplace_back(Json::Array(group.begin(), group.end()));
  return array;
}

Json to_json(const Found& found) {
  return Json::Object{{"items", found.items},
                      {"exact", to_json(found.exact)},
                      {"near", to_json(found.near)},
                      {"seconds", found.seconds}};
}

}  // namespace

Action duplicates_command(Arguments& arguments) {
  const auto folder = std::make_shared<std::filesystem::path>();
  arguments.word({"SHOP", "", "the shop's folder"}, *folder);
  arguments.note(
      "Exact: the same pixels. Near: the same picture re-encoded, scaled or slightly cropped; such "
      "a\n"
      "group names its exact duplicates, too. Nothing is changed: `likeness remove` takes items "
      "out,\n"
      "and `likeness recommend --distinct` shows one of a group.");
  return [folder](const Common& common) {
    const Found found = find_duplicates(*folder, common);
    return Result{.text = to_text(found), .json = to_json(found)};
  };
}

}  // namespace likeness
