#include "likeness/shop/duplicates.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "likeness/base/checksum.hpp"
#include "likeness/base/parallel.hpp"
#include "likeness/shop/same_pictures.hpp"

namespace likeness {
namespace {

using Places = std::vector<std::size_t>;  // of items in the shop

// Groups of items with the same pixels, by their first items; most have one item alone. And of each
// group what its pictures look like roughly.
struct Looks {
  std::vector<Places> groups;
  std::vector<float> sketches;
  std::vector<std::uint8_t> outlines;
};

class Duplicates {
 public:
  Duplicates(Shop& shop, const Work& work)
      : shop_(shop),
        work_(work),
        progress_(work, "duplicates", "pictures", 2 * shop.items().size()) {}

  [[nodiscard]] Looks look() {
    constexpr std::size_t kBatch = 1024;
    Looks pictures;
    pictures.sketches.reserve(shop_.items().size() * kSketchNumbers);
    pictures.outlines.reserve(shop_.items().size() * kOutlineNumbers);
    std::vector<Look> looks(kBatch);
    for (std::size_t first = 0; first < shop_.items().size(); first += kBatch) {
      const std::size_t count = std::min(kBatch, shop_.items().size() - first);
      parallel_for(count, work_.threads, [&](std::size_t i) {
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
  [[nodiscard]] Groups join(const Looks& pictures) {
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
    return group_same(Rows(pictures.sketches, kSketchNumbers),
                      {.distance = kSketchDistance,
                       .threads = work_.threads,
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
  void take(std::size_t item, const Look& look, Looks& pictures) {
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
    stop_if_asked(work_.stop);
    const std::scoped_lock lock(reading_);
    shop_.have_read(pictures);
  }

  Shop& shop_;
  const Work& work_;
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

Json to_json(const std::vector<std::vector<std::string>>& groups) {
  Json::Array array;
  for (const auto& group : groups) array.emplace_back(Json::Array(group.begin(), group.end()));
  return array;
}

}  // namespace

DuplicatesOutcome find_duplicates(const ShopFiles& files, const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  Shop shop(files.folder);
  Duplicates duplicates(shop, work);
  const Looks pictures = duplicates.look();
  const Groups groups = duplicates.join(pictures);
  DuplicatesOutcome found{.items = shop.items().size(), .exact = {}, .near = {}};
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

Json to_json(const DuplicatesOutcome& outcome) {
  return Json::Object{{"items", outcome.items},
                      {"exact", to_json(outcome.exact)},
                      {"near", to_json(outcome.near)},
                      {"seconds", outcome.seconds}};
}

}  // namespace likeness
