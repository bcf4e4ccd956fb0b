// Makes a shop of any size without decoding or training anything, to measure commands on it:
// bench/big_shop ITEMS DIMENSIONS FOLDER. Its pictures are of 4x4 pixels; its latents are made up:
// heaps of points as they are in a catalogue, of which a tenth, a hundredth and a thousandth has
// each of a tag's values.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/folder.hpp"
#include "likeness/base/parallel.hpp"
#include "likeness/base/random.hpp"
#include "likeness/catalogue/pack_writer.hpp"
#include "likeness/encoder/initial.hpp"
#include "likeness/shop/gallery.hpp"
#include "likeness/shop/latent_files.hpp"
#include "likeness/shop/model_files.hpp"

namespace {

using namespace likeness;

constexpr Size kSize{.width = 4, .height = 4};
constexpr std::size_t kPackItems = 100'000;
constexpr std::size_t kHeapItems = 500;  // on average

std::size_t number(const char* word) {
  std::size_t number = 0;
  const std::string_view text(word);
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size() || number == 0) {
    throw Error(Error::Kind::kInput, std::string(text) + ": is no number above 0");
  }
  return number;
}

// Writes the pack of the items from `first` on and makes them known.
void add_pack(Store& store, const ShopFiles& files, std::size_t first, std::size_t count) {
  const std::int64_t id = store.next_pack();
  PackWriter writer(files.packs() / pack_name(id), kSize, Fit::kStretch);
  std::vector<Item> items(count);
  std::vector<std::uint8_t> pixels(std::size_t{3} * 4 * 4);
  for (std::size_t i = 0; i < count; ++i) {
    Random random(first + i);
    for (auto& level : pixels) level = static_cast<std::uint8_t>(random.below(256));
    const auto bytes = std::as_bytes(std::span(pixels));
    items[i] = {.key = fmt::format("{:08}", first + i),
                .source = fmt::format("/catalogue/{:08}.jpg", first + i),
                .digest = {.high = first + i, .low = 1},
                .pack = id,
                .record = i};
    writer.add({.key = items[i].key,
                .source = items[i].source,
                .digest = items[i].digest,
                .checksum = checksum(bytes),
                .pixels = pixels});
  }
  writer.commit();
  auto transaction = store.begin();
  store.add_pack({.id = id,
                  .file = pack_name(id),
                  .count = count,
                  .width = kSize.width,
                  .height = kSize.height,
                  .fit = name_of(Fit::kStretch)});
  store.put_items(items);
  transaction.commit();
}

void add_tag(Store& store, const char* name, std::size_t value_count, std::size_t count) {
  std::vector<std::string> names;
  names.reserve(value_count);
  for (std::size_t i = 0; i < value_count; ++i) names.push_back(fmt::format("value {}", i));
  std::vector<TagValue> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = {.item = static_cast<std::int64_t>(i + 1), .value = names[i * 7919 % value_count]};
  }
  auto transaction = store.begin();
  store.put_tags(name, values);
  transaction.commit();
}

// Row by row the same for every number of packs and of threads.
std::vector<float> made_up(std::size_t first, std::size_t count, std::size_t heaps,
                           std::size_t dimensions) {
  std::vector<float> rows(count * dimensions);
  parallel_for(count, available_threads(), [&](std::size_t i) {
    Random choice(first + i);
    Random centre(1'000'000'007 * (1 + choice.below(heaps)));
    for (std::size_t d = 0; d < dimensions; ++d) {
      rows[i * dimensions + d] = static_cast<float>(centre.normal() + 0.5 * choice.normal());
    }
  });
  return rows;
}

void make(std::size_t count, std::size_t dimensions, const ShopFiles& files) {
  if (std::filesystem::exists(files.folder)) {
    throw Error(Error::Kind::kInput, files.folder.string() + ": is there already");
  }
  make_folders(files.packs());
  Store store(files.database(), OpenMode::kCreate);
  for (std::size_t first = 0; first < count; first += kPackItems) {
    add_pack(store, files, first, std::min(kPackItems, count - first));
  }
  add_tag(store, "line", 10, count);
  add_tag(store, "kind", 100, count);
  add_tag(store, "make", 1000, count);

  Model model{.name = "made-up",
              .network = compact_network({.c = 3, .h = 4, .w = 4}, dimensions),
              .parameters = {},
              .program = "big_shop",
              .history = {}};
  model.parameters = initial_parameters(model.network, 1);
  keep_model(store, files, model);
  const StoredModel stored = store.find_model(model.name).value();
  const std::size_t heaps = (count + kHeapItems - 1) / kHeapItems;
  std::size_t first = 0;
  for (const StoredPack& pack : store.packs()) {
    const auto rows = made_up(first, pack.count, heaps, dimensions);
    write_latents(store, files, stored, pack.id, Rows(rows, dimensions), available_threads());
    first += pack.count;
  }
  auto transaction = store.begin();
  store.activate_model(stored.id);
  transaction.commit();
  keep_pair_distances(store, files, available_threads());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 4)
      throw Error(Error::Kind::kInput, "usage: bench/big_shop ITEMS DIMENSIONS FOLDER");
    make(number(argv[1]), number(argv[2]), {.folder = argv[3]});
  } catch (const std::exception& error) {
    fmt::print(stderr, "big_shop: {}\n", error.what());
    return EXIT_FAILURE;
  }
}
