#include "tests/program/line_shop.hpp"

#include "likeness/shop/latent_files.hpp"

namespace likeness {

LineShop::LineShop() {
  draw_pictures(12);
  std::string table = "id,colour,kind\n";
  for (int i = 1; i <= 12; ++i) {
    table += (i < 10 ? "000" : "00") + std::to_string(i);
    table += i % 3 == 0 ? ",red" : i % 3 == 1 ? ",green" : ",blue";
    table += i <= 6 ? ",shirt\n" : ",\n";
  }
  write("t.csv", table);
  EXPECT_EQ(run({"pack", "shop", "pictures", "--tags", "t.csv", "--key", "id"}).exit_code, 0);
  put_model("line", line(12));
}

StoredLatents LineShop::line(std::int64_t items) {
  StoredLatents latents{.dimensions = 2, .items = {}, .values = {}};
  for (std::int64_t i = 1; i <= items; ++i) {
    latents.items.push_back(i);
    latents.values.insert(latents.values.end(), {static_cast<float>(i), 0.0F});
  }
  return latents;
}

void LineShop::put_model(const std::string& name, const StoredLatents& latents) const {
  const ShopFiles files{.folder = path("shop")};
  Store store = open_store(files, OpenMode::kExisting);
  auto transaction = store.begin();
  StoredModel model{.name = name,
                    .file = name + ".safetensors",
                    .network = "compact",
                    .dimensions = latents.dimensions};
  model.id = store.put_model(model);
  store.activate_model(model.id);
  transaction.commit();
  write_latents(store, files, model, 1, Rows(latents.values, model.dimensions), 1);
}

}  // namespace likeness
