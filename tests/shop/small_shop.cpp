#include "tests/shop/small_shop.hpp"

#include "likeness/base/file.hpp"
#include "likeness/base/random.hpp"
#include "likeness/catalogue/jpeg.hpp"
#include "likeness/shop/embed.hpp"
#include "likeness/shop/latent_files.hpp"
#include "likeness/shop/train.hpp"

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
  std::vector<float> rows;
  for (int i = 1; i <= 12; ++i) rows.insert(rows.end(), {static_cast<float>(i), 0.0F});
  Store store = open_store(files(), OpenMode::kExisting);
  auto transaction = store.begin();
  StoredModel model{
      .name = "line", .file = "line.safetensors", .network = "compact", .dimensions = 2};
  model.id = store.put_model(model);
  store.activate_model(model.id);
  transaction.commit();
  write_latents(store, files(), model, 1, Rows(rows, model.dimensions), work_.threads);
}

void SmallShop::train_model(const std::string& name, std::optional<std::uint64_t> latent) const {
  TrainRequest request;
  request.files = files();
  request.latent_given = latent;
  request.epochs = 1;
  request.batch = 4;
  request.name = name;
  (void)train(request, work_);
  (void)embed({.files = files(), .model = name}, work_);
}

}  // namespace likeness
