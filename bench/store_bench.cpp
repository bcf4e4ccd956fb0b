// How long the store takes for a catalogue of 39,000 items with ten tags each.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>
#include <vector>

#include "likeness/store/store.hpp"

namespace likeness {
namespace {

constexpr std::size_t kItems = 39'000;
constexpr std::size_t kTags = 10;

std::filesystem::path fresh_file() {
  const auto folder = std::filesystem::temp_directory_path() / "likeness_store_bench";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder / "shop.db";
}

void add_items(Store& store) {
  std::vector<Item> items(kItems);
  for (std::size_t i = 0; i < kItems; ++i) {
    items[i] = {.key = std::to_string(10'000 + i),
                .source = "catalogue/pictures/" + std::to_string(10'000 + i) + ".jpg",
                .digest = {.high = i * 0x9e3779b97f4a7c15U, .low = i},
                .pack = 1,
                .record = i};
  }
  auto transaction = store.begin();
  store.add_pack(
      {.id = 1, .file = "000001.pack", .count = kItems, .width = 60, .height = 80, .fit = "pad"});
  store.put_items(items);
  transaction.commit();
}

void add_tags(Store& store) {
  std::vector<std::string> texts(kItems);
  std::vector<TagValue> values(kItems);
  auto transaction = store.begin();
  for (std::size_t tag = 0; tag < kTags; ++tag) {
    for (std::size_t i = 0; i < kItems; ++i) {
      texts[i] = "value " + std::to_string((i * 7919 + tag) % 50);
      values[i] = {.item = static_cast<std::int64_t>(i + 1), .value = texts[i]};
    }
    store.put_tags("tag" + std::to_string(tag), values);
  }
  transaction.commit();
}

void write_items(benchmark::State& state) {
  for (auto _ : state) {
    Store store(fresh_file(), OpenMode::kCreate);
    add_items(store);
  }
}
BENCHMARK(write_items)->Unit(benchmark::kMillisecond);

void write_tags(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    Store store(fresh_file(), OpenMode::kCreate);
    add_items(store);
    state.ResumeTiming();
    add_tags(store);
  }
}
BENCHMARK(write_tags)->Unit(benchmark::kMillisecond);

void write_tags_again(benchmark::State& state) {
  Store store(fresh_file(), OpenMode::kCreate);
  add_items(store);
  add_tags(store);
  for (auto _ : state) add_tags(store);
}
BENCHMARK(write_tags_again)->Unit(benchmark::kMillisecond);

void read_items(benchmark::State& state) {
  Store store(fresh_file(), OpenMode::kCreate);
  add_items(store);
  for (auto _ : state) benchmark::DoNotOptimize(store.items());
}
BENCHMARK(read_items)->Unit(benchmark::kMillisecond);

void read_one_tag_of_all_items(benchmark::State& state) {
  Store store(fresh_file(), OpenMode::kCreate);
  add_items(store);
  add_tags(store);
  for (auto _ : state) benchmark::DoNotOptimize(store.tag_column("tag5"));
}
BENCHMARK(read_one_tag_of_all_items)->Unit(benchmark::kMillisecond);

void check_everything(benchmark::State& state) {
  Store store(fresh_file(), OpenMode::kCreate);
  add_items(store);
  add_tags(store);
  for (auto _ : state) benchmark::DoNotOptimize(store.check());
}
BENCHMARK(check_everything)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace likeness
