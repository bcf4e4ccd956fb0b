// A file is: the length of the head (8 bytes, little-endian); the head, JSON padded with spaces to
// a multiple of 8; and the data, the tensors' little-endian F32 values one after the other. The
// head maps each name to {"dtype": "F32", "shape": [...], "data_offsets": [begin, end]}, counted
// from the data's start, and "__metadata__" to texts. One text of ours, "checksum", is XXH3-64 (16
// hex digits) over all other texts (name, zero byte, text, zero byte) and the data.
#include "likeness/encoder/safetensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "likeness/base/bytes.hpp"
#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/json.hpp"

namespace likeness {
namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they lie");

constexpr const char* kChecksum = "checksum";
constexpr const char* kTexts = "__metadata__";

std::string checksum_of(const std::map<std::string, std::string>& texts,
                        std::span<const std::byte> data) {
  ByteWriter all;
  for (const auto& [name, text] : texts) {
    if (name == kChecksum) continue;
    all.write_text(name);
    all.write_text(std::string_view("\0", 1));
    all.write_text(text);
    all.write_text(std::string_view("\0", 1));
  }
  all.write_u64(checksum(data));
  return fmt::format("{:016x}", checksum(all.bytes()));
}

[[noreturn]] void fail(const std::string& source, const std::string& reason) {
  throw Error(Error::Kind::kCorrupt,
              source + ": " + reason + ": the file is damaged; train again, or restore it");
}

std::size_t size_from(const Json& json, const std::string& source) {
  const auto value = json.integer();
  if (value < 0) fail(source, "a negative size");
  return static_cast<std::size_t>(value);
}

NamedTensor tensor_from(const std::string& name, const Json& head, std::span<const std::byte> data,
                        const std::string& source) {
  NamedTensor tensor{.name = name, .dimensions = {}, .values = {}};
  if (head.at("dtype").text() != "F32") fail(source, name + " is not F32");
  const auto& offsets = head.at("data_offsets").array();
  if (offsets.size() != 2) fail(source, name + " has no place");
  const std::size_t begin = size_from(offsets[0], source);
  const std::size_t end = size_from(offsets[1], source);
  if (begin > end || end > data.size()) fail(source, name + " lies outside of the file");
  std::size_t count = 1;
  for (const auto& dimension : head.at("shape").array()) {
    const std::size_t size = size_from(dimension, source);
    tensor.dimensions.push_back(size);
    if (size != 0 && count > data.size() / size) fail(source, name + " is larger than the file");
    count *= size;
  }
  if (count * sizeof(float) != end - begin) fail(source, name + " has another size than its place");
  tensor.values.resize(count);
  if (count > 0) std::memcpy(tensor.values.data(), data.data() + begin, end - begin);
  return tensor;
}

}  // namespace

const NamedTensor& TensorFile::tensor(const std::string& name, const std::string& source) const {
  const auto found = std::ranges::find(tensors, name, &NamedTensor::name);
  if (found == tensors.end()) fail(source, "the tensor " + name + " is missing");
  return *found;
}

const std::string& TensorFile::text(const std::string& name, const std::string& source) const {
  const auto found = texts.find(name);
  if (found == texts.end()) fail(source, "the text " + name + " is missing");
  return found->second;
}

void write_tensors(const std::filesystem::path& path, const TensorFile& file) {
  ByteWriter data;
  Json::Object head;
  Json::Object texts;
  Json::Object places;
  for (const auto& tensor : file.tensors) {
    const std::size_t begin = data.bytes().size();
    data.write_bytes(std::as_bytes(std::span(tensor.values)));
    Json::Array shape;
    for (const auto dimension : tensor.dimensions) shape.emplace_back(dimension);
    places.emplace_back(tensor.name,
                        Json::Object{{"dtype", "F32"},
                                     {"shape", shape},
                                     {"data_offsets", Json::Array{begin, data.bytes().size()}}});
  }
  for (const auto& [name, text] : file.texts) texts.emplace_back(name, text);
  texts.emplace_back(kChecksum, checksum_of(file.texts, data.bytes()));
  head.emplace_back(kTexts, texts);
  for (auto& place : places) head.push_back(std::move(place));
  std::string text = Json(head).dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');

  ByteWriter start;
  start.write_u64(text.size());
  start.write_text(text);
  AtomicFile out(path);
  out.write(start.bytes());
  out.write(data.bytes());
  out.commit();
}

TensorFile read_tensors(std::span<const std::byte> bytes, const std::string& source) {
  ByteReader reader(bytes, source);
  const std::uint64_t head_size = reader.read_u64();
  if (head_size > reader.remaining()) fail(source, "its head is longer than the file");
  const Json head = parse_json(reader.read_text(head_size), source);
  const auto data = reader.read_bytes(reader.remaining());
  TensorFile file;
  for (const auto& [name, value] : head.object()) {
    if (name == kTexts) {
      for (const auto& [text_name, text] : value.object()) file.texts[text_name] = text.text();
    } else {
      file.tensors.push_back(tensor_from(name, value, data, source));
    }
  }
  if (file.text(kChecksum, source) != checksum_of(file.texts, data)) {
    fail(source, "its checksum does not fit its content");
  }
  return file;
}

TensorFile read_tensors(const std::filesystem::path& path) {
  const MappedFile file(path);
  return read_tensors(file.bytes(), path.string());
}

}  // namespace likeness
