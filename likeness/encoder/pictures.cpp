#include "likeness/encoder/pictures.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "likeness/base/checksum.hpp"
#include "likeness/base/random.hpp"

namespace likeness {
namespace {

// Where the copy of a row or column comes from when a picture is shifted: inside, always.
std::size_t shifted(std::size_t position, std::ptrdiff_t shift, std::size_t size) {
  const auto wanted = static_cast<std::ptrdiff_t>(position) + shift;
  return static_cast<std::size_t>(
      std::clamp(wanted, std::ptrdiff_t{0}, static_cast<std::ptrdiff_t>(size) - 1));
}

// More of them tell no more, and each epoch looks at all.
constexpr double kMostValidation = 10'000.0;

std::ptrdiff_t draw_shift(Random& random, std::size_t most) {
  return static_cast<std::ptrdiff_t>(random.below(2 * most + 1)) -
         static_cast<std::ptrdiff_t>(most);
}

}  // namespace

Split split_pictures(const Pictures& pictures, double validation_share, std::uint64_t seed,
                     const OnRead& on_read) {
  std::unordered_map<std::uint64_t, std::size_t> group_of;
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const auto [place, is_new] =
        group_of.try_emplace(checksum(std::as_bytes(pictures[i])), groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(i);
    if (on_read) on_read(1);
  }
  Split split;
  if (groups.size() < 2) {
    for (std::size_t i = 0; i < pictures.size(); ++i) split.training.push_back(i);
    split.validation = split.training;
    return split;
  }
  Random random(seed);
  random.shuffle(std::span(groups));
  const auto wanted = static_cast<std::size_t>(
      std::clamp(static_cast<double>(pictures.size()) * validation_share, 1.0, kMostValidation));
  for (std::size_t g = 0; g < groups.size(); ++g) {
    // The last group stays for training, however large the share.
    const bool validation = split.validation.size() < wanted && g + 1 < groups.size();
    auto& side = validation ? split.validation : split.training;
    side.insert(side.end(), groups[g].begin(), groups[g].end());
  }
  std::ranges::sort(split.training);
  std::ranges::sort(split.validation);
  return split;
}

std::uint64_t epoch_seed(std::uint64_t seed, std::size_t epoch) {
  return seed + 0x5851f42d4c957f2dULL * epoch;
}

Batches::Batches(const Pictures& pictures, std::span<const std::size_t> positions,
                 const Options& options)
    : pictures_(pictures), options_(options), order_(positions.begin(), positions.end()) {
  assert(options.batch % options.multiple == 0);
  Random(options.seed).shuffle(std::span(order_));
  for (std::size_t i = 0; order_.size() % options.multiple != 0; ++i) order_.push_back(order_[i]);
  const std::size_t bytes = options.batch * options.height * options.width * options.channels;
  filling_.reserve(bytes);
  reading_.reserve(bytes);
  thread_ = std::jthread([this](const std::stop_token& stop) { gather_all(stop); });
}

Batches::~Batches() {
  thread_.request_stop();
  changed_.notify_all();
}

std::span<const std::uint8_t> Batches::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ready_ || finished_; });
  if (!ready_) return {};
  std::swap(reading_, filling_);
  ready_ = false;
  changed_.notify_all();
  return reading_;
}

void Batches::gather_all(const std::stop_token& stop) {
  for (std::size_t begin = 0; begin < order_.size(); begin += options_.batch) {
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [this] { return !ready_; })) return;
    }
    // Only this thread touches filling_ while it is not ready.
    gather(begin, std::min(begin + options_.batch, order_.size()), filling_);
    const std::scoped_lock lock(mutex_);
    ready_ = true;
    changed_.notify_all();
  }
  std::unique_lock lock(mutex_);
  if (!changed_.wait(lock, stop, [this] { return !ready_; })) return;
  finished_ = true;
  changed_.notify_all();
}

void Batches::gather(std::size_t begin, std::size_t end, std::vector<std::uint8_t>& to) const {
  const std::size_t bytes = options_.height * options_.width * options_.channels;
  to.resize((end - begin) * bytes);
  for (std::size_t i = begin; i < end; ++i) {
    copy_picture(i, to.data() + (i - begin) * bytes);
    if (options_.on_read) options_.on_read(1);
  }
}

void Batches::copy_picture(std::size_t i, std::uint8_t* target) const {
  const auto picture = pictures_[order_[i]];
  const std::size_t row_bytes = options_.width * options_.channels;
  const Augmentation& augment = options_.augmentation;
  if (!augment.flip && augment.shift == 0) {
    std::memcpy(target, picture.data(), options_.height * row_bytes);
    return;
  }
  // Drawn from the position in the epoch, so that it does not depend on how fast anyone reads.
  Random random(options_.seed * 0x9e3779b97f4a7c15ULL + i);
  const bool flip = augment.flip && random.below(2) == 1;
  const auto down = draw_shift(random, augment.shift);
  const auto right = draw_shift(random, augment.shift);
  for (std::size_t y = 0; y < options_.height; ++y) {
    const auto* row = picture.data() + shifted(y, down, options_.height) * row_bytes;
    for (std::size_t x = 0; x < options_.width; ++x) {
      const std::size_t from = shifted(flip ? options_.width - 1 - x : x, right, options_.width);
      std::memcpy(target, row + from * options_.channels, options_.channels);
      target += options_.channels;
    }
  }
}

}  // namespace likeness
