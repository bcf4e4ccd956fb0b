#include "tests/shop/small_shop.hpp"

#include "likeness/base/file.hpp"
#include "likeness/base/random.hpp"
#include "likeness/catalogue/jpeg.hpp"

namespace likeness {

SmallShop::SmallShop() {
  std::string table = "id,colour\n";
  for (std::uint64_t i = 1; i <= 12; ++i) {
    const std::string key = (i < 10 ? "000" : "00") + std::to_string(i);
    draw("pictures/" + key + ".jpg", i);
    table += key + (i % 3 == 0 ? ",red\n" : i % 3 == 1 ? ",green\n" : ",blue\n");
  }
  write_file(path("tags.csv"), std::string_view(table));
}

void SmallShop::draw(const std::string& name, std::uint64_t seed) const {
  Image image{.size = {.width = 24, .height = 32}, .pixels = {}};
  Random random(seed);
  for (int i = 0; i < 24 * 32 * 3; ++i) {
    image.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
  }
  std::filesystem::create_directories(path(name).parent_path());
  write_file(path(name), encode_jpeg(image, 90));
}

PackRequest SmallShop::pack_request() const {
  return {.files = files(),
          .pictures = {path("pictures")},
          .size = Size{.width = 24, .height = 32},
          .fit = {},
          .tags = TagSource{.file = path("tags.csv"), .key_column = "id"}};
}

void SmallShop::make() const { (void)pack(pack_request(), work_); }

void SmallShop::make_line() const {
  make();
  StoredLatents latents{.dimensions = 2, .items = {}, .values = {}};
  for (std::int64_t i = 1; i <= 12; ++i) {
    latents.items.push_back(i);
    latents.values.insert(latents.values.end(), {static_cast<float>(i), 0.0F});
  }
  Store store = open_store(files(), OpenMode::kExisting);
  auto transaction = store.begin();
  const auto model = store.put_model({.name = "line",
                                      .file = "line.safetensors",
                                      .network = "compact",
                                      .dimensions = latents.dimensions});
  store.put_latents(model, latents);
  store.activate_model(model);
  transaction.commit();
}

}  // namespace likeness
