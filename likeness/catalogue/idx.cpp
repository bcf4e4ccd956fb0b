#include "likeness/catalogue/idx.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <new>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"

namespace likeness {
namespace {

// Deflate cannot do better: 258 bytes for two bits.
constexpr std::size_t kMaxGzipRatio = 1032;
constexpr int kGzipOnly = 16 + MAX_WBITS;
// zlib counts in 32 bits: a larger span takes several calls.
constexpr std::size_t kMaxZlibBytes = std::numeric_limits<int>::max();

[[noreturn]] void fail(Error::Kind kind, const std::string& source, const std::string& complaint) {
  throw Error(kind, source + ": " + complaint);
}

bool is_gzip(std::span<const std::byte> file) {
  return file.size() >= 2 && file[0] == std::byte{0x1F} && file[1] == std::byte{0x8B};
}

// The file's content from its start on, decompressed if need be.
class Content {
 public:
  Content(std::span<const std::byte> file, std::string source)
      : rest_(file), source_(std::move(source)) {
    if (!is_gzip(file)) return;
    stream_ = std::make_unique<z_stream>();
    if (inflateInit2(stream_.get(), kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~Content() {
    if (stream_) inflateEnd(stream_.get());
  }
  Content(const Content&) = delete;
  Content& operator=(const Content&) = delete;
  Content(Content&&) = delete;
  Content& operator=(Content&&) = delete;

  // The most bytes that can still come.
  [[nodiscard]] std::size_t most() const noexcept {
    return stream_ ? rest_.size() * kMaxGzipRatio + 1 : rest_.size();
  }
  // Fills as much of `bytes` as there is, and says how much that was.
  std::size_t read(std::span<std::uint8_t> bytes);

 private:
  std::size_t inflate_some(std::span<std::uint8_t> bytes);

  std::span<const std::byte> rest_;
  std::string source_;
  std::unique_ptr<z_stream> stream_;
  bool ended_ = false;
};

std::size_t Content::read(std::span<std::uint8_t> bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto open = bytes.subspan(done);
    const std::size_t count = stream_ ? inflate_some(open) : std::min(open.size(), rest_.size());
    if (count == 0) break;
    if (!stream_) {
      std::ranges::transform(rest_.first(count), open.begin(),
                             [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
      rest_ = rest_.subspan(count);
    }
    done += count;
  }
  return done;
}

std::size_t Content::inflate_some(std::span<std::uint8_t> bytes) {
  while (!ended_) {
    const auto in = rest_.first(std::min(rest_.size(), kMaxZlibBytes));
    const auto out = bytes.first(std::min(bytes.size(), kMaxZlibBytes));
    stream_->next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
    stream_->avail_in = static_cast<uInt>(in.size());
    stream_->next_out = out.data();
    stream_->avail_out = static_cast<uInt>(out.size());
    const int result = inflate(stream_.get(), Z_NO_FLUSH);
    if (result == Z_MEM_ERROR) throw std::bad_alloc();
    if (result == Z_BUF_ERROR) fail(Error::Kind::kCorrupt, source_, "ends in mid stream");
    if (result != Z_OK && result != Z_STREAM_END) {
      fail(Error::Kind::kCorrupt, source_, "is damaged: its gzip stream cannot be read");
    }
    ended_ = result == Z_STREAM_END;
    rest_ = rest_.subspan(in.size() - stream_->avail_in);
    if (ended_ && !rest_.empty()) {
      fail(Error::Kind::kCorrupt, source_, "has bytes after its gzip stream");
    }
    if (const std::size_t count = out.size() - stream_->avail_out; count > 0) return count;
  }
  return 0;
}

std::size_t read_dimension(Content& content, const std::string& source) {
  std::array<std::uint8_t, 4> bytes{};
  if (content.read(bytes) != bytes.size()) {
    fail(Error::Kind::kCorrupt, source, "ends within its dimensions");
  }
  std::size_t value = 0;
  for (const auto byte : bytes) value = value << 8U | byte;
  return value;
}

// Reads the magic number and as many dimensions as `what` has.
std::vector<std::size_t> read_head(Content& content, std::size_t dimensions, std::string_view what,
                                   const std::string& source) {
  std::array<std::uint8_t, 4> magic{};
  const std::size_t count = content.read(magic);
  if (count != magic.size() || magic[0] != 0 || magic[1] != 0 || magic[2] != 8 || magic[3] == 0) {
    fail(Error::Kind::kInput, source, "is no IDX file of bytes; give one such as Fashion-MNIST's");
  }
  if (magic[3] != dimensions) {
    fail(Error::Kind::kInput, source,
         fmt::format("has {} dimensions where {} have {}; are images and labels mixed up?",
                     magic[3], what, dimensions));
  }
  std::vector<std::size_t> sizes(dimensions);
  for (auto& size : sizes) size = read_dimension(content, source);
  return sizes;
}

// The product of the dimensions, if it is one that this file can hold.
std::size_t checked_bytes(const std::vector<std::size_t>& sizes, const Content& content,
                          const std::string& source) {
  std::size_t bytes = 1;
  for (const auto size : sizes) {  // both factors are below 2^32: no overflow
    if (size == 0) fail(Error::Kind::kInput, source, "is empty: one of its dimensions is 0");
    bytes *= size;
    if (bytes > kMaxIdxBytes) {
      fail(Error::Kind::kInput, source,
           fmt::format("promises more than {} bytes, the most that is read", kMaxIdxBytes));
    }
  }
  if (bytes > content.most()) {
    fail(Error::Kind::kCorrupt, source,
         fmt::format("promises {} bytes but is too short to hold them", bytes));
  }
  return bytes;
}

std::vector<std::uint8_t> read_body(Content& content, const std::vector<std::size_t>& sizes,
                                    const std::string& source) {
  std::vector<std::uint8_t> bytes(checked_bytes(sizes, content, source));
  const std::size_t count = content.read(bytes);
  if (count != bytes.size()) {
    fail(Error::Kind::kCorrupt, source,
         fmt::format("ends after {} of the {} bytes that it promises", count, bytes.size()));
  }
  std::array<std::uint8_t, 1> more{};
  if (content.read(more) != 0) {
    fail(Error::Kind::kCorrupt, source,
         fmt::format("goes on after the {} bytes that it promises", bytes.size()));
  }
  return bytes;
}

}  // namespace

IdxImages parse_idx_images(std::span<const std::byte> file, const std::string& source) {
  Content content(file, source);
  const auto sizes = read_head(content, 3, "images", source);
  auto pixels = read_body(content, sizes, source);
  return {.count = sizes[0],
          .size = {.width = static_cast<int>(sizes[2]), .height = static_cast<int>(sizes[1])},
          .pixels = std::move(pixels)};
}

std::vector<std::uint8_t> parse_idx_labels(std::span<const std::byte> file,
                                           const std::string& source) {
  Content content(file, source);
  return read_body(content, read_head(content, 1, "labels", source), source);
}

IdxImages read_idx_images(const std::filesystem::path& path) {
  return parse_idx_images(read_file(path), path.string());
}

std::vector<std::uint8_t> read_idx_labels(const std::filesystem::path& path) {
  return parse_idx_labels(read_file(path), path.string());
}

}  // namespace likeness
