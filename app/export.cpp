// likeness export SHOP FILE.npy: the active model's latents for NumPy, and the keys beside them.
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "app/active_latents.hpp"
#include "app/commands.hpp"
#include "app/shop.hpp"
#include "likeness/base/bytes.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/progress.hpp"

namespace likeness {
namespace {

struct ExportOptions {
  ShopFiles files;
  std::filesystem::path file;
};

// NumPy's format, version 1.0: a magic, the length of the head, the head padded with spaces so that
// the data begin at a multiple of 64, and rows x columns little-endian F32 values.
void write_npy(AtomicFile& out, const StoredLatents& latents) {
  std::string head = fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}",
                                 latents.items.size(), latents.dimensions);
  constexpr std::size_t kBefore = 10;
  while ((kBefore + head.size() + 1) % 64 != 0) head += ' ';
  head += '\n';
  ByteWriter start;
  start.write_text("\x93NUMPY");
  start.write_u16(1);  // version 1.0, major first
  start.write_u16(static_cast<std::uint16_t>(head.size()));
  start.write_text(head);
  out.write(start.bytes());
  out.write(std::as_bytes(std::span(latents.values)));
}

// A key a line, in the order of the latents.
std::string keys_of(const Store& store, const StoredLatents& latents) {
  std::unordered_map<std::int64_t, std::string> key_of;
  for (auto& item : store.items()) key_of.emplace(item.id, std::move(item.key));
  std::string keys;
  for (const auto id : latents.items) {
    const auto key = key_of.find(id);
    if (key == key_of.end()) {
      throw Error(Error::Kind::kCorrupt,
                  "shop.db: a latent belongs to no item: `likeness verify` tells more");
    }
    keys += key->second + "\n";
  }
  return keys;
}

Result export_latents(const ExportOptions& options) {
  if (options.file.extension() != ".npy") {
    throw UsageError(options.file.string() + " is no name for the latents: give a FILE.npy");
  }
  const Store store = open_store(options.files);
  const auto [model, latents] = active_latents(store, options.files);
  const std::string keys = keys_of(store, latents);
  auto keys_file = options.file;
  keys_file.replace_extension(".keys.txt");
  AtomicFile vectors_out(options.file);
  AtomicFile keys_out(keys_file);
  write_npy(vectors_out, latents);
  keys_out.write(std::as_bytes(std::span(keys)));
  AtomicFile::commit(std::array{&vectors_out, &keys_out});
  Text text;
  text.line("{}: {} latents of {} numbers by {}", options.file.string(),
            with_thousands(latents.items.size()), latents.dimensions, model.name);
  text.line("{}: their keys, in the same order", keys_file.string());
  return {.text = std::move(text),
          .json = Json::Object{{"file", options.file.string()},
                               {"keys", keys_file.string()},
                               {"model", model.name},
                               {"items", latents.items.size()},
                               {"dimensions", latents.dimensions}}};
}

}  // namespace

Action export_command(Arguments& arguments) {
  const auto options = std::make_shared<ExportOptions>();
  arguments.word({"SHOP", "", "the shop's folder"}, options->files.folder);
  arguments.word({"FILE.npy", "", "where the latents go; the keys go to FILE.keys.txt"},
                 options->file);
  return [options](const Common&) { return export_latents(*options); };
}

}  // namespace likeness
