#include "likeness/catalogue/pack_pictures.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/parallel.hpp"
#include "likeness/catalogue/decode_budget.hpp"
#include "likeness/catalogue/pack_writer.hpp"

namespace likeness {
namespace {

constexpr std::size_t kBlockBytes = 1U << 20U;
constexpr std::size_t kMaxBlockItems = 64;
constexpr std::size_t kBlocksPerThread = 4;  // taken but not yet written

// The files of neighbouring keys, which one thread reads together. Its memory is used again and
// again.
struct Block {
  std::span<const PictureSource> sources;
  std::size_t begin = 0;             // of the first one, among all
  std::vector<Choice> choices;       // one a key
  std::vector<std::uint8_t> pixels;  // a record for each choice, used or not
};

// How many of the first sources have one key.
std::size_t same_key(std::span<const PictureSource> sources) {
  const auto other = std::ranges::find_if(
      sources, [&](const PictureSource& source) { return source.key != sources.front().key; });
  return static_cast<std::size_t>(other - sources.begin());
}

// Hands out blocks in order, takes them back in any order and writes them in order. A thread that
// is far ahead waits, so that memory does not depend on the number of pictures.
class Packing {
 public:
  Packing(std::span<const PictureSource> sources, const KnownPictures& pictures,
          const OnFound& on_found, const PackOptions& options, std::filesystem::path file)
      : sources_(sources),
        pictures_(pictures),
        on_found_(on_found),
        options_(options),
        file_(std::move(file)),
        record_bytes_(std::size_t{3} * static_cast<std::size_t>(options.size.width) *
                      static_cast<std::size_t>(options.size.height)),
        block_items_(std::clamp<std::size_t>(kBlockBytes / record_bytes_, 1, kMaxBlockItems)) {}

  // What each thread does.
  void work() {
    try {
      while (std::optional<Block> block = take()) {
        choose(*block);
        give_back(*std::move(block));
      }
    } catch (...) {
      stop();
      throw;
    }
  }

  PackReport finish() {
    if (writer_) writer_->commit();
    report_.files = written_;
    return std::move(report_);
  }

 private:
  [[nodiscard]] std::span<std::uint8_t> record(Block& block, std::size_t i) const {
    return std::span(block.pixels).subspan(i * record_bytes_, record_bytes_);
  }

  void choose(Block& block) const {
    for (auto rest = block.sources; !rest.empty();) {
      const auto candidates = rest.first(same_key(rest));
      block.choices.push_back(
          choose_picture(candidates, pictures_, options_, record(block, block.choices.size())));
      rest = rest.subspan(candidates.size());
    }
  }

  [[nodiscard]] bool is_full() const {
    return taken_ >= options_.most_files ||
           (taken_ > 0 && std::chrono::steady_clock::now() - start_ >= options_.longest);
  }

  // So many keys and files a block holds, but always all the files of a key.
  [[nodiscard]] std::size_t block_size() const {
    const auto rest = sources_.subspan(taken_);
    const std::size_t most = std::min({kMaxBlockItems, rest.size(), options_.most_files - taken_});
    std::size_t size = 0;
    for (std::size_t keys = 0; keys < block_items_ && size < most; ++keys) {
      size += same_key(rest.subspan(size));
    }
    return size;
  }

  std::optional<Block> take() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] {
      return stopped_ || taken_ == sources_.size() ||
             blocks_out_ < kBlocksPerThread * options_.threads;
    });
    if (stopped_ || taken_ == sources_.size() || is_full() || options_.stop.stop_requested()) {
      return std::nullopt;
    }
    Block block;
    if (!spare_.empty()) {
      block = std::move(spare_.back());
      spare_.pop_back();
    }
    block.begin = taken_;
    block.sources = sources_.subspan(taken_, block_size());
    block.choices.clear();
    block.pixels.resize(block_items_ * record_bytes_);
    taken_ += block.sources.size();
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
      written_ += next.sources.size();
      --blocks_out_;
      spare_.push_back(std::move(next));
      room_.notify_all();
    }
    writing_ = false;
  }

  void write(Block& block) {
    for (std::size_t i = 0; i < block.choices.size(); ++i) {
      write_item(block.choices[i], record(block, i));
      report_.add(std::move(block.choices[i]));
    }
    if (options_.on_progress) options_.on_progress(block.sources.size());
  }

  void write_item(const Choice& choice, std::span<const std::uint8_t> pixels) {
    if (choice.source == nullptr) return;
    on_found_(choice);
    if (choice.verdict == Verdict::kUnchanged) return;
    if (!writer_) writer_.emplace(file_, options_.size, options_.fit);
    writer_->add({.key = choice.source->key,
                  .source = choice.source->path.native(),
                  .digest = choice.digest,
                  .checksum = choice.checksum,
                  .pixels = pixels});
  }

  void stop() {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    room_.notify_all();
  }

  std::span<const PictureSource> sources_;
  const KnownPictures& pictures_;
  const OnFound& on_found_;
  const PackOptions& options_;
  std::filesystem::path file_;
  std::size_t record_bytes_;
  std::size_t block_items_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();

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

void PackReport::add(Choice choice) {
  // A new version of what was removed is an item more.
  const bool is_version =
      choice.verdict == Verdict::kReplaced && choice.known && !choice.known->removed;
  if (choice.verdict == Verdict::kUnchanged) {
    ++unchanged;
  } else if (choice.verdict != Verdict::kNone) {
    ++(is_version ? replaced : packed);
  }
  std::ranges::move(choice.skipped, std::back_inserter(skipped));
  taken += choice.taken;
  if (ignored == 0 && !choice.ignored.empty()) first_ignored = choice.ignored.front();
  ignored += choice.ignored.size();
}

void PackReport::add(PackReport later) {
  files += later.files;
  packed += later.packed;
  replaced += later.replaced;
  unchanged += later.unchanged;
  std::ranges::move(later.skipped, std::back_inserter(skipped));
  taken += later.taken;
  if (ignored == 0) first_ignored = std::move(later.first_ignored);
  ignored += later.ignored;
}

void PackReport::require_pictures() const {
  if (packed + replaced + unchanged + taken > 0) return;
  std::string message = "pack: none of the " + std::to_string(files) + " files can be used";
  if (!skipped.empty()) {
    message += "; the first picture, " + skipped.front().path + ", " + skipped.front().reason;
  } else {
    message += "; the first, " + first_ignored + ", is no picture by its first bytes";
  }
  throw Error(Error::Kind::kInput, message);
}

PackReport pack_pictures(std::span<const PictureSource> sources, const KnownPictures& pictures,
                         const OnFound& on_found, const PackOptions& options,
                         const std::filesystem::path& file) {
  assert(options.threads > 0 && options.size.width > 0 && options.size.height > 0);
  assert(std::ranges::is_sorted(sources, {}, &PictureSource::key));
  if (sources.empty()) {
    throw Error(Error::Kind::kInput, "pack: there are no pictures; name files or folders of them");
  }
  constexpr std::size_t kDecodingBytes = 512'000'000;
  MemoryBudget memory(kDecodingBytes);
  PackOptions with_memory = options;
  if (with_memory.memory == nullptr) with_memory.memory = &memory;
  Packing packing(sources, pictures, on_found, with_memory, file);
  parallel_for(options.threads, options.threads, [&](std::size_t) { packing.work(); });
  return packing.finish();
}

}  // namespace likeness
