#include "likeness/shop/export_latents.hpp"

#include <fmt/format.h>

#include <array>
#include <unordered_map>
#include <utility>

#include "likeness/base/bytes.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/shop/active_latents.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

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
      throw Error(Error::Kind::kCorrupt, "shop.db: a latent belongs to no item", by_verifying());
    }
    keys += key->second + "\n";
  }
  return keys;
}

}  // namespace

ExportOutcome export_latents(const ExportRequest& request) {
  const Store store = open_store(request.files);
  const auto [model, latents] = active_latents(store, request.files);
  const std::string keys = keys_of(store, latents);
  auto keys_file = request.file;
  keys_file.replace_extension(".keys.txt");
  AtomicFile vectors_out(request.file);
  AtomicFile keys_out(keys_file);
  write_npy(vectors_out, latents);
  keys_out.write(std::as_bytes(std::span(keys)));
  AtomicFile::commit(std::array{&vectors_out, &keys_out});
  return {.file = request.file,
          .keys = keys_file,
          .model = model.name,
          .items = latents.items.size(),
          .dimensions = latents.dimensions};
}

Json to_json(const ExportOutcome& outcome) {
  return Json::Object{{"file", outcome.file.string()},
                      {"keys", outcome.keys.string()},
                      {"model", outcome.model},
                      {"items", outcome.items},
                      {"dimensions", outcome.dimensions}};
}

}  // namespace likeness
