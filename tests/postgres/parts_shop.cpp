#include "tests/postgres/parts_shop.hpp"

#include "likeness/base/random.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/shop/latent_files.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {
namespace {

std::string key(std::size_t number) {
  const std::string digits = std::to_string(number);
  return std::string(4 - digits.size(), '0') + digits;
}

// "0002 1.5 ["0007"] {"colour":"red"} ..."; and the relevance of each.
std::pair<std::string, std::vector<double>> told(const Json& answer) {
  std::pair<std::string, std::vector<double>> result;
  result.first = answer.at("model").text() + " " + answer.at("items").dump();
  for (const Json& one : answer.at("results").array()) {
    for (const char* member : {"key", "distance", "cluster", "folded", "tags", "path"}) {
      result.first += " " + one.at(member).dump();
    }
    result.first += "\n";
    result.second.push_back(one.at("relevance").number());
  }
  return result;
}

}  // namespace

PartsShop::PartsShop(const Extent& extent) : items_(extent.items) {
  std::string table = "id,colour,shelf\n";
  for (std::size_t i = 1; i <= items_; ++i) {
    draw("many-pictures/" + key(i) + ".jpg", 1000 + i % extent.pictures);
    table += key(i) + (i % 3 == 0 ? ",red," : i % 3 == 1 ? ",green," : ",blue,");
    table += std::to_string(i % 100) + "\n";
  }
  write("many.csv", table);
  EXPECT_EQ(run({"pack", "many", "many-pictures", "--tags", "many.csv", "--key", "id"}).exit_code,
            0);
  put_parts_model("parts", 1);
}

void PartsShop::put_parts_model(const std::string& name, std::uint64_t seed,
                                const std::vector<Part>& parts) const {
  constexpr std::size_t kNumbers = 8;
  Random random(seed);
  std::vector<float> values(items_ * kNumbers);
  for (float& value : values) value = static_cast<float>(random.below(64)) / 8.0F;
  NetworkBuilder b("tiny", {.c = 3, .h = 1, .w = 1});
  const auto latent = b.dense(0, kNumbers);
  (void)b.dense(latent, 3);
  Model file;
  file.name = name;
  file.network = std::move(b).finish(latent);
  file.parameters.assign(4 * kNumbers + 3 * (kNumbers + 1), static_cast<float>(seed));
  file.parts = parts;
  std::filesystem::create_directories(path("many/models"));
  const ShopFiles files{.folder = path("many")};
  const std::string weights = write_model(files.models() / (name + ".safetensors"), file);
  Store store = open_store(files, OpenMode::kExisting);
  auto transaction = store.begin();
  StoredModel model{
      .name = name, .file = name + ".safetensors", .network = "tiny", .dimensions = kNumbers};
  model.id = store.put_model(model);
  store.activate_model(model.id);
  store.set_weights(model.id, weights);
  transaction.commit();
  write_latents(store, files, model, 1, Rows(values, kNumbers), 1);
}

void PartsShop::expect_same(const Words& options) const {
  Words home{"recommend", "many"};
  Words there{"recommend", address()};
  home.insert(home.end(), options.begin(), options.end());
  there.insert(there.end(), options.begin(), options.end());
  const auto [ours, our_relevances] = told(run_json(there));
  const auto [theirs, their_relevances] = told(run_json(home));
  EXPECT_EQ(ours, theirs) << testing::PrintToString(options);
  ASSERT_EQ(our_relevances.size(), their_relevances.size());
  for (std::size_t i = 0; i < our_relevances.size(); ++i) {
    EXPECT_NEAR(our_relevances[i], their_relevances[i], 1e-3) << testing::PrintToString(options);
  }
}

}  // namespace likeness
