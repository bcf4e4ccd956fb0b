#include "likeness/shop/teacher.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/encoder/pretrained_model.hpp"
#include "likeness/shop/embedding.hpp"
#include "likeness/shop/latent_files.hpp"
#include "likeness/shop/model_files.hpp"
#include "likeness/shop/models.hpp"
#include "likeness/shop/originals.hpp"

namespace likeness {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOnnx = ".onnx";

// Trained further, it teaches what it has learned, although it may not answer yet.
std::optional<StoredModel> find_teacher(const Store& store, const std::string& name) {
  auto next = store.find_successor(name);
  return next ? next : store.find_model(name);
}

bool has_encoder(const ShopFiles& files, const std::string& name, const fs::path& file) {
  const auto stored = find_teacher(open_store(files), name);
  if (!stored) return false;
  const Model model = read_model(files.models() / stored->file);
  const PretrainedEncoder* const encoder = pretrained_of(model.network);
  return encoder != nullptr && encoder->onnx == read_file(file, kMostEncoderBytes);
}

// What a model sees in some of a shop's items.
class Look {
 public:
  Look(Shop& shop, StoredModel stored, std::span<const std::size_t> positions)
      : shop_(shop), stored_(std::move(stored)), positions_(positions) {
    rows_.resize(positions.size() * stored_.dimensions);
    std::vector<RecordPlace> places;
    places.reserve(positions.size());
    for (const std::size_t position : positions) places.push_back(place_of(position));
    kept_ = file_of_look(shop.files(), stored_, places);
  }

  // (positions, dimensions)
  [[nodiscard]] const std::vector<float>& rows() const noexcept { return rows_; }

  // Whether it was looked before.
  bool read_kept(const Work& work) {
    if (!fs::exists(kept_)) return false;
    try {
      const LatentsFile file(kept_);
      if (file.rows().values().size() != rows_.size()) return false;
      file.check_all(work.threads);
      std::ranges::copy(file.rows().values(), rows_.begin());
      return true;
    } catch (const Error& error) {
      work.say(std::string(error.what()) + ": it looks again");
      return false;
    }
  }

  // Rows that the shop has. Returns those that it does not.
  [[nodiscard]] std::vector<std::size_t> take_latents() {
    require_own_weights(shop_.files(), stored_);
    const auto packs = open_latents(shop_.store(), shop_.files(), stored_);
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      const RecordPlace place = place_of(positions_[i]);
      const auto pack = std::ranges::lower_bound(packs, place.pack, {}, &PackLatents::pack);
      if (pack == packs.end() || pack->pack != place.pack || place.record >= pack->count) {
        missing.push_back(i);
      } else {
        std::ranges::copy(pack->row(place.record, stored_.dimensions), row(i).begin());
      }
    }
    return missing;
  }

  void look_at(std::span<const std::size_t> missing, const Model& model, const Work& work) {
    Progress progress(work, stored_.name + " looks", "pictures", missing.size());
    Embedder embedder(model, embedding_precision(), work.threads);
    Originals originals(pretrained_of(model.network), shop_.store().packs().front());
    for (std::size_t begin = 0; begin < missing.size(); begin += Embedder::kBlock) {
      stop_if_asked(work.stop);
      const auto block = missing.subspan(begin, std::min(Embedder::kBlock, missing.size() - begin));
      Pictures pictures;
      for (const std::size_t i : block) pictures.push_back(shop_.record(positions_[i]));
      const auto find_larger = originals.of_items(
          [&](std::size_t i) -> const Item& { return shop_.items()[positions_[block[i]]]; });
      const Rows latents(embedder.weighted(pictures, find_larger), stored_.dimensions);
      for (std::size_t i = 0; i < block.size(); ++i) {
        std::ranges::copy(latents.row(i), row(block[i]).begin());
      }
      shop_.have_read(block.size());
      progress.advance(block.size());
    }
    say(originals.report(), stored_.name, work);
    check_rows(Rows(rows_, stored_.dimensions), stored_.name + ": what it sees");
    keep_look(kept_, Rows(rows_, stored_.dimensions), work.threads);
  }

 private:
  [[nodiscard]] RecordPlace place_of(std::size_t position) const {
    const Item& item = shop_.items()[position];
    return {.pack = item.pack, .record = item.record};
  }
  [[nodiscard]] std::span<float> row(std::size_t i) {
    return std::span(rows_).subspan(i * stored_.dimensions, stored_.dimensions);
  }

  Shop& shop_;
  StoredModel stored_;
  std::span<const std::size_t> positions_;
  std::vector<float> rows_;
  fs::path kept_;  // where they are kept
};

// Of a descriptor with a pretrained encoder what that gives, else all.
std::vector<float> part_that_teaches(const Model& model, const std::vector<float>& rows) {
  const auto part = std::ranges::find(model.parts, kPretrainedPart, &Part::name);
  if (part == model.parts.end()) return rows;
  const Rows all(rows, model.network.latent_size());
  std::vector<float> values;
  values.reserve(all.count() * part->size);
  for (std::size_t i = 0; i < all.count(); ++i) {
    const auto run = all.row(i).subspan(part->begin, part->size);
    values.insert(values.end(), run.begin(), run.end());
  }
  return values;
}

}  // namespace

bool is_encoder_file(const std::string& wanted) { return wanted.ends_with(kOnnx); }

std::string name_of_teacher(const ShopFiles& files, const std::string& wanted, const Work& work) {
  if (!is_encoder_file(wanted)) {
    if (find_teacher(open_store(files), wanted)) return wanted;
    throw RequestError("teacher", wanted + " is no model of the shop: give one, or a FILE.onnx");
  }
  const fs::path file(wanted);
  std::string name = file.stem().string();
  if (has_encoder(files, name, file)) return name;
  ImportRequest request{.files = files, .file = file, .name = name};
  request.pretrained.alone = true;
  try {
    return import_model(request, work).model;
  } catch (const RequestError& error) {
    throw Error(Error::Kind::kInput, file.string() + ": cannot teach as it is: " + error.what(),
                {.does = "say it",
                 .verb = "model import",
                 .asked = {{.field = "", .value = file.string()}}});
  }
}

std::vector<float> look_of_teacher(Shop& shop, const std::string& teacher,
                                   std::span<const std::size_t> positions, const Work& work) {
  const auto stored = find_teacher(shop.store(), teacher);
  if (!stored) {
    throw RequestError("teacher", teacher + " is no longer a model of the shop: give another");
  }
  const Model model = read_model(shop.files().models() / stored->file);
  require_same_size(model, shop.size());
  Look look(shop, *stored, positions);
  if (!look.read_kept(work)) {
    const auto missing = look.take_latents();
    if (!missing.empty()) look.look_at(missing, model, work);
  }
  return part_that_teaches(model, look.rows());
}

}  // namespace likeness
