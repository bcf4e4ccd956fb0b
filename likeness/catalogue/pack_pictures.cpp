#include "likeness/catalogue/pack_pictures.hpp"

#include <algorithm>
#include <cassert>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <new>
#include <string>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/interrupt.hpp"
#include "likeness/base/parallel.hpp"
#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/decode_budget.hpp"
#include "likeness/catalogue/pack_writer.hpp"

namespace likeness {
namespace {

constexpr std::size_t kBlockBytes = 1U << 20U;
constexpr std::size_t kMaxBlockItems = 64;
constexpr std::size_t kBlocksPerThread = 4;  // taken but not yet written

struct Item {
  const PictureSource* source = nullptr;
  std::optional<Digest> known;
  bool unchanged = false;
  std::string skipped_because;
  Digest digest;
  std::uint64_t checksum = 0;
};

// Neighbouring items, which one thread decodes together. Its memory is used again and again.
struct Block {
  std::size_t begin = 0;
  std::vector<Item> items;
  std::vector<std::uint8_t> pixels;  // a record for each item, used or not
};

std::string reason_of(const Error& error, const PictureSource& source) {
  const std::string message = error.what();
  const std::string prefix = source.path.string() + ": ";
  return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
}

void pack_item(Item& item, const PackOptions& options, std::span<std::uint8_t> record) {
  try {
    const auto bytes = read_file(item.source->path, options.max_file_bytes);
    item.digest = digest(bytes);
    item.unchanged = item.known == item.digest;
    if (item.unchanged) return;
    std::ranges::copy(to_record(bytes, options).pixels, record.begin());
    item.checksum = checksum(std::as_bytes(record));
  } catch (const Error& error) {
    item.skipped_because = reason_of(error, *item.source);
  } catch (const std::bad_alloc&) {
    item.skipped_because = "needs more memory than there is";
  }
}

// Hands out blocks in order, takes them back in any order and writes them in order. A thread that
// is far ahead waits, so that memory does not depend on the number of pictures.
class Packing {
 public:
  Packing(std::span<const PictureSource> sources, const KnownDigest& known,
          const PackOptions& options, std::filesystem::path file)
      : sources_(sources),
        known_(known),
        options_(options),
        file_(std::move(file)),
        record_bytes_(std::size_t{3} * static_cast<std::size_t>(options.size.width) *
                      static_cast<std::size_t>(options.size.height)),
        block_items_(std::clamp<std::size_t>(kBlockBytes / record_bytes_, 1, kMaxBlockItems)) {}

  // What each thread does.
  void work() {
    try {
      while (std::optional<Block> block = take()) {
        for (std::size_t i = 0; i < block->items.size(); ++i) {
          pack_item(block->items[i], options_, record(*block, i));
        }
        give_back(*std::move(block));
      }
    } catch (...) {
      stop();
      throw;
    }
  }

  PackReport finish() {
    if (writer_) writer_->commit();
    return std::move(report_);
  }

 private:
  [[nodiscard]] std::span<std::uint8_t> record(Block& block, std::size_t i) const {
    return std::span(block.pixels).subspan(i * record_bytes_, record_bytes_);
  }

  std::optional<Block> take() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] {
      return stopped_ || taken_ == sources_.size() ||
             blocks_out_ < kBlocksPerThread * options_.threads;
    });
    if (stopped_ || taken_ == sources_.size() || interrupted()) return std::nullopt;
    Block block;
    if (!spare_.empty()) {
      block = std::move(spare_.back());
      spare_.pop_back();
    }
    block.begin = taken_;
    block.items.clear();
    for (const auto& source :
         sources_.subspan(taken_).first(std::min(block_items_, sources_.size() - taken_))) {
      Item& item = block.items.emplace_back();
      item.source = &source;
      item.known = known_(source.key);
    }
    block.pixels.resize(block_items_ * record_bytes_);
    taken_ += block.items.size();
    ++blocks_out_;
    return block;
  }

  // Whoever brings the block whose turn it is writes it and those after it that lie ready, while
  // the others go on decoding.
  void give_back(Block&& block) {
    std::unique_lock lock(mutex_);
    ready_.emplace(block.begin, std::move(block));
    if (writing_) return;
    writing_ = true;
    while (!stopped_ && !ready_.empty() && ready_.begin()->first == written_) {
      Block next = std::move(ready_.extract(ready_.begin()).mapped());
      lock.unlock();
      write(next);
      lock.lock();
      written_ += next.items.size();
      --blocks_out_;
      spare_.push_back(std::move(next));
      room_.notify_all();
    }
    writing_ = false;
  }

  void write(Block& block) {
    for (std::size_t i = 0; i < block.items.size(); ++i) {
      const Item& item = block.items[i];
      if (!item.skipped_because.empty()) {
        report_.skipped.push_back(
            {.path = item.source->path.string(), .reason = item.skipped_because});
      } else if (item.unchanged) {
        ++report_.unchanged;
      } else {
        ++(item.known ? report_.replaced : report_.packed);
        write_item(item, record(block, i));
      }
    }
    if (options_.on_progress) options_.on_progress(block.items.size());
  }

  void write_item(const Item& item, std::span<const std::uint8_t> pixels) {
    if (!writer_) writer_.emplace(file_, options_.size, options_.fit);
    writer_->add({.key = item.source->key,
                  .source = item.source->path.native(),
                  .digest = item.digest,
                  .checksum = item.checksum,
                  .pixels = pixels});
  }

  void stop() {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    room_.notify_all();
  }

  std::span<const PictureSource> sources_;
  const KnownDigest& known_;
  const PackOptions& options_;
  std::filesystem::path file_;
  std::size_t record_bytes_;
  std::size_t block_items_;

  std::mutex mutex_;
  std::condition_variable room_;
  std::size_t taken_ = 0;    // sources that were handed out
  std::size_t written_ = 0;  // sources whose blocks were written
  std::size_t blocks_out_ = 0;
  std::map<std::size_t, Block> ready_;  // decoded blocks by their begin
  std::vector<Block> spare_;
  bool writing_ = false;
  bool stopped_ = false;

  // Only the thread that writes touches these.
  std::optional<PackWriter> writer_;
  PackReport report_;
};

}  // namespace

Image to_record(std::span<const std::byte> file, const PackOptions& options) {
  return decode_resized(file, options.size, options.fit,
                        {.max_pixels = options.max_pixels, .memory = options.memory});
}

PackReport pack_pictures(std::span<const PictureSource> sources, const KnownDigest& known,
                         const PackOptions& options, const std::filesystem::path& file) {
  assert(options.threads > 0 && options.size.width > 0 && options.size.height > 0);
  assert(std::ranges::is_sorted(sources, std::ranges::less_equal{}, &PictureSource::key));
  if (sources.empty()) {
    throw Error(Error::Kind::kInput, "pack: there are no pictures; name files or folders of them");
  }
  constexpr std::size_t kDecodingBytes = 512'000'000;
  MemoryBudget memory(kDecodingBytes);
  PackOptions with_memory = options;
  if (with_memory.memory == nullptr) with_memory.memory = &memory;
  Packing packing(sources, known, with_memory, file);
  parallel_for(options.threads, options.threads, [&](std::size_t) { packing.work(); });
  PackReport report = packing.finish();
  if (report.skipped.size() == sources.size()) {
    throw Error(Error::Kind::kInput, "pack: none of the " + std::to_string(sources.size()) +
                                         " pictures can be used; the first, " +
                                         report.skipped.front().path + ", " +
                                         report.skipped.front().reason);
  }
  return report;
}

}  // namespace likeness
