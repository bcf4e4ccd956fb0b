// The pictures that a training sees, and how they come in batches.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "likeness/catalogue/image.hpp"

namespace likeness {

// One (H, W, C) record of a pack each; whoever opened the pack keeps it open.
using Pictures = std::vector<std::span<const std::uint8_t>>;
using PicturesView = std::span<const std::span<const std::uint8_t>>;

// Finds the i-th of some pictures with more pixels, of the same shape; nothing where there are
// none. Called by any thread.
using FindLarger = std::function<std::optional<Image>(std::size_t i)>;

// Told how many pictures have been read since it was last told: their pages may be let go. Called
// by any thread.
using OnRead = std::function<void(std::size_t)>;

// What is learned from: pictures at positions, which outlive whoever learns.
struct ChosenPictures {
  const Pictures& pictures;
  std::span<const std::size_t> positions;
  OnRead on_read{};
  FindLarger find_larger{};  // by position; none: there is nothing larger
};

// Positions of pictures. Pictures with the same pixels are all on one side.
struct Split {
  std::vector<std::size_t> training;
  std::vector<std::size_t> validation;
};
// At least one picture for validation and about 10,000 at most. Where all of them are the same,
// both sides are all.
[[nodiscard]] Split split_pictures(const Pictures& pictures, double validation_share,
                                   std::uint64_t seed, const OnRead& on_read = {});

// What augmentation may do to a picture of a batch; the reconstruction's target is the same.
struct Augmentation {
  bool flip = false;      // left and right, every other picture
  std::size_t shift = 0;  // pixels in each direction at most; the edge is repeated
};

// Of the order in which the pictures of an epoch, counted from 1, come.
[[nodiscard]] std::uint64_t epoch_seed(std::uint64_t seed, std::size_t epoch);

// Gathers the batches of one epoch on a thread of its own, one ahead of the reader. Every position
// comes once, in an order drawn from the seed; the last batch may be smaller, and is filled up to a
// multiple of `multiple` with the first of that order.
class Batches {
 public:
  struct Options {
    std::size_t batch = 64;  // a multiple of the next
    std::size_t multiple = 1;
    std::size_t height = 0, width = 0, channels = 3;
    Augmentation augmentation{};
    OnRead on_read{};
    std::uint64_t seed = 1;  // another one for each epoch
  };

  Batches(const Pictures& pictures, std::span<const std::size_t> positions, const Options& options);
  ~Batches();
  Batches(const Batches&) = delete;
  Batches& operator=(const Batches&) = delete;
  Batches(Batches&&) = delete;
  Batches& operator=(Batches&&) = delete;

  // The next batch, (N, H, W, C), valid until the next call; empty after the last.
  [[nodiscard]] std::span<const std::uint8_t> next();

 private:
  void gather_all(const std::stop_token& stop);
  void gather(std::size_t begin, std::size_t end, std::vector<std::uint8_t>& to) const;
  void copy_picture(std::size_t i, std::uint8_t* target) const;

  const Pictures& pictures_;
  Options options_;
  std::vector<std::size_t> order_;
  std::vector<std::uint8_t> filling_;
  std::vector<std::uint8_t> reading_;
  bool ready_ = false;
  bool finished_ = false;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::jthread thread_;  // last: it must end before what it uses
};

}  // namespace likeness
