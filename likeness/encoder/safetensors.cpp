// A file is: the length of the head (8 bytes, little-endian); the head, JSON padded with spaces to
// a multiple of 8; and the data, the tensors' little-endian F32 values one after the other, and the
// blobs' bytes behind them. The head maps each name to {"dtype": "F32" or, of a blob, "U8",
// "shape":
// [...], "data_offsets": [begin, end]}, counted from the data's start, and "__metadata__" to texts.
// One text of ours, "checksum", is XXH3-64 (16 hex digits) over all other texts (name, zero byte,
// text, zero byte) and the data.
#include "likeness/encoder/safetensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <utility>

#include "likeness/base/bytes.hpp"
#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/json.hpp"
#include "likeness/base/mapped_file.hpp"
#include "likeness/encoder/naming.hpp"

namespace likeness {
namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they lie");

constexpr const char* kChecksum = "checksum";
constexpr const char* kTexts = "__metadata__";
constexpr std::size_t kMostHeadBytes = 64U << 20U;  // the history of 200,000 epochs

// Data that lie one behind the other in a file, and here in several places.
using Pieces = std::vector<std::span<const std::byte>>;

std::string checksum_of(const std::map<std::string, std::string>& texts, const Pieces& data) {
  ByteWriter all;
  for (const auto& [name, text] : texts) {
    if (name == kChecksum) continue;
    all.write_text(name);
    all.write_text(std::string_view("\0", 1));
    all.write_text(text);
    all.write_text(std::string_view("\0", 1));
  }
  Checksum of_data;
  for (const auto piece : data) of_data.add(piece);
  all.write_u64(of_data.value());
  return fmt::format("{:016x}", checksum(all.bytes()));
}

std::size_t size_from(const Json& json, const std::string& source) {
  const auto value = json.integer();
  if (value < 0) fail_damaged(source, "a negative size");
  return static_cast<std::size_t>(value);
}

// Where a tensor lies in the data.
struct Place {
  std::size_t begin = 0;
  std::size_t end = 0;
};

Place place_of(const std::string& name, const Json& head, std::size_t data_size,
               const std::string& source) {
  const auto& offsets = head.at("data_offsets").array();
  if (offsets.size() != 2) fail_damaged(source, name + " has no place");
  const Place place{.begin = size_from(offsets[0], source), .end = size_from(offsets[1], source)};
  if (place.begin > place.end || place.end > data_size) {
    fail_damaged(source, name + " lies outside of the file");
  }
  return place;
}

// Of what fills its place with values of so many bytes.
std::vector<std::size_t> dimensions_from(const std::string& name, const Json& head,
                                         const Place& place, std::size_t value_bytes,
                                         const std::string& source) {
  std::vector<std::size_t> dimensions;
  const std::size_t most = (place.end - place.begin) / value_bytes;
  std::size_t count = 1;
  for (const auto& dimension : head.at("shape").array()) {
    const std::size_t size = size_from(dimension, source);
    dimensions.push_back(size);
    if (size != 0 && count > most / size) fail_damaged(source, name + " is larger than its place");
    count *= size;
  }
  if (count * value_bytes != place.end - place.begin) {
    fail_damaged(source, name + " has another size than its place");
  }
  return dimensions;
}

std::span<const std::byte> at(const Place& place, std::span<const std::byte> data) {
  return data.subspan(place.begin, place.end - place.begin);
}

// One behind the other, whatever order the head names them in, from the data's start to its end.
void require_whole_cover(std::vector<Place> places, std::size_t data_size,
                         const std::string& source) {
  std::ranges::sort(places, {}, [](const Place& it) { return std::pair(it.begin, it.end); });
  std::size_t end = 0;
  for (const Place& place : places) {
    if (place.begin != end) fail_damaged(source, "its tensors overlap or leave gaps");
    end = place.end;
  }
  if (end != data_size) fail_damaged(source, "its tensors do not cover its data");
}

// The two sides of a file: what its head says, and the bytes behind it.
struct Sides {
  Json head;
  std::span<const std::byte> data;
};

Sides sides_of(std::span<const std::byte> bytes, const std::string& source) {
  ByteReader reader(bytes, source);
  const std::uint64_t head_size = reader.read_u64();
  if (head_size > reader.remaining()) fail_damaged(source, "its head is longer than the file");
  if (head_size > kMostHeadBytes) fail_damaged(source, "its head is longer than any that we write");
  return {.head = parse_json(reader.read_text(head_size), source),
          .data = reader.read_bytes(reader.remaining())};
}

std::map<std::string, std::string> texts_in(const Json& head) {
  std::map<std::string, std::string> texts;
  if (const Json* all = head.find(kTexts)) {
    for (const auto& [name, text] : all->object()) texts.emplace(name, text.text());
  }
  return texts;
}

}  // namespace

void fail_damaged(const std::string& source, const std::string& reason) {
  throw Error(Error::Kind::kCorrupt,
              source + ": " + reason + ": the file is damaged; train again, or restore it");
}

const NamedTensor& TensorFile::tensor(const std::string& name, const std::string& source) const {
  const auto found = std::ranges::lower_bound(tensors, name, {}, &NamedTensor::name);
  if (found == tensors.end() || found->name != name)
    fail_damaged(source, "the tensor " + name + " is missing");
  return *found;
}

const NamedBytes& TensorFile::blob(const std::string& name, const std::string& source) const {
  const auto found = std::ranges::find(blobs, name, &NamedBytes::name);
  if (found == blobs.end()) fail_damaged(source, name + " is missing");
  return *found;
}

const std::string& TensorFile::text(const std::string& name, const std::string& source) const {
  const auto found = texts.find(name);
  if (found == texts.end()) fail_damaged(source, "the text " + name + " is missing");
  return found->second;
}

std::uint64_t TensorFile::whole_number(const std::string& name, const std::string& source) const {
  const std::string& digits = text(name, source);
  std::uint64_t value = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code != std::errc() || end != digits.data() + digits.size()) {
    fail_damaged(source, name + " is not a whole number");
  }
  return value;
}

namespace {

Pieces data_of(const TensorFile& file) {
  Pieces pieces;
  for (const auto& tensor : file.tensors) pieces.push_back(std::as_bytes(std::span(tensor.values)));
  for (const auto& blob : file.blobs) pieces.emplace_back(blob.bytes);
  return pieces;
}

// The head with its length before it.
std::vector<std::byte> head_of(const TensorFile& file, const std::string& checksum) {
  Json::Object head;
  Json::Object texts;
  for (const auto& [name, text] : file.texts) texts.emplace_back(name, text);
  texts.emplace_back(kChecksum, checksum);
  head.emplace_back(kTexts, texts);
  std::size_t begin = 0;
  const auto add = [&](const std::string& name, const char* type, Json::Array shape,
                       std::size_t bytes) {
    head.emplace_back(name, Json::Object{{"dtype", type},
                                         {"shape", std::move(shape)},
                                         {"data_offsets", Json::Array{begin, begin + bytes}}});
    begin += bytes;
  };
  for (const auto& tensor : file.tensors) {
    add(tensor.name, "F32", Json::Array(tensor.dimensions.begin(), tensor.dimensions.end()),
        tensor.values.size() * sizeof(float));
  }
  for (const auto& blob : file.blobs) {
    add(blob.name, "U8", Json::Array{blob.bytes.size()}, blob.bytes.size());
  }
  std::string text = Json(head).dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  if (text.size() > kMostHeadBytes) {
    throw Error(Error::Kind::kInput,
                "its history of epochs is too long to be read again: train for fewer epochs");
  }
  ByteWriter bytes;
  bytes.write_u64(text.size());
  bytes.write_text(text);
  return {bytes.bytes().begin(), bytes.bytes().end()};
}

}  // namespace

std::string checksum_of(const TensorFile& file) { return checksum_of(file.texts, data_of(file)); }

std::vector<std::byte> bytes_of(const TensorFile& file) {
  const auto data = data_of(file);
  auto bytes = head_of(file, checksum_of(file.texts, data));
  for (const auto piece : data) bytes.insert(bytes.end(), piece.begin(), piece.end());
  return bytes;
}

std::string write_tensors(const std::filesystem::path& path, const TensorFile& file) {
  const auto data = data_of(file);
  std::string checksum = checksum_of(file.texts, data);
  const auto head = naming(path.string(), [&] { return head_of(file, checksum); });
  AtomicFile out(path);
  out.write(head);
  for (const auto piece : data) out.write(piece);
  out.commit();
  return checksum;
}

namespace {

TensorFile tensors_in(std::span<const std::byte> bytes, const std::string& source) {
  const auto [head, data] = sides_of(bytes, source);
  TensorFile file{.texts = texts_in(head), .tensors = {}};
  // Values are only copied when all are known to fit into the file.
  std::vector<Place> tensors;
  std::vector<Place> blobs;
  for (const auto& [name, value] : head.object()) {
    if (name == kTexts) continue;
    const Place place = place_of(name, value, data.size(), source);
    const std::string& type = value.at("dtype").text();
    if (type == "F32") {
      file.tensors.push_back(
          {.name = name,
           .dimensions = dimensions_from(name, value, place, sizeof(float), source),
           .values = {}});
      tensors.push_back(place);
    } else if (type == "U8") {
      (void)dimensions_from(name, value, place, 1, source);
      file.blobs.push_back({.name = name, .bytes = {}});
      blobs.push_back(place);
    } else {
      fail_damaged(source, name + " is neither F32 nor U8");
    }
  }
  auto places = tensors;
  places.insert(places.end(), blobs.begin(), blobs.end());
  require_whole_cover(std::move(places), data.size(), source);
  if (file.text(kChecksum, source) != checksum_of(file.texts, {data})) {
    fail_damaged(source, "its checksum does not fit its content");
  }
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const auto from = at(tensors[i], data);
    file.tensors[i].values.resize(from.size() / sizeof(float));
    if (!from.empty()) std::memcpy(file.tensors[i].values.data(), from.data(), from.size());
  }
  for (std::size_t i = 0; i < blobs.size(); ++i) {
    const auto from = at(blobs[i], data);
    file.blobs[i].bytes.assign(from.begin(), from.end());
  }
  std::ranges::sort(file.tensors, {}, &NamedTensor::name);
  std::ranges::sort(file.blobs, {}, &NamedBytes::name);
  return file;
}

}  // namespace

TensorFile read_tensors(std::span<const std::byte> bytes, const std::string& source) {
  return naming(source, [&] { return tensors_in(bytes, source); });
}

TensorFile read_tensors(const std::filesystem::path& path) {
  const MappedFile file(path);
  return read_tensors(file.bytes(), path.string());
}

std::string checksum_in(const std::filesystem::path& path) {
  const MappedFile file(path);
  const std::string source = path.string();
  return naming(source, [&] {
    const TensorFile texts{.texts = texts_in(sides_of(file.bytes(), source).head), .tensors = {}};
    return texts.text(kChecksum, source);
  });
}

}  // namespace likeness
