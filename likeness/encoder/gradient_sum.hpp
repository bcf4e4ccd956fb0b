// The sums of the gradients of all shards of a step, where several ranks compute them, and what
// they make of the weights. They are added along the tree of for_additions(), wherever a shard was
// computed: the same bytes for every number of ranks. In pieces of the parameters: what is written
// of all own shards is sent, added and moved while the rank goes on with the rest.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <span>
#include <vector>

#include "likeness/compute/tensor.hpp"
#include "likeness/encoder/ranks.hpp"
#include "likeness/encoder/shards.hpp"

namespace likeness {

// Of a piece each rank has a part. It gets the other ranks' sums of that part, adds them to the
// end, moves its weights, and sends these to all. So a rank sends and receives no more than twice
// the parameters, however many ranks there are (for other numbers than powers of two some partial
// sums more).
class GradientSum {
 public:
  struct Options {
    Ranks ranks{};
    // What gradients are sent as. In BF16 that is half as much: each sum of a rank's shards is
    // rounded, and so is each sum of all, which is then sent in place of the weights and moves them
    // everywhere. So the bytes depend on the number of ranks.
    Precision wire = Precision::kF32;
    std::span<float> weights;  // all trained ones
    // Moves the weights from `begin` on by these sums, which are used up.
    std::function<void(std::size_t begin, std::span<float> sums)> move;
  };
  // All ranks.
  explicit GradientSum(Options options);

  // All ranks, each of which is about to write the gradients of its share of the shards: these of
  // the trained parameters are to be moved. What was begun before is finished.
  void begin(std::span<ShardResult> shards, const Share& range);
  // Of one of the own shards these gradients have been written; each is told once, by any thread.
  void written(const Share& gradients);
  // Goes on as far as that is possible without waiting. By the thread that may call ranks.
  void go_on();
  // All: till all ranks have all weights. The gradients are used up.
  void finish();

  // All: of values that belong to the parameters each rank has those that it moves, and gets all.
  void gather(std::span<float> values);

 private:
  struct Piece {
    Share whole;  // of all parameters; who moves what does not depend on the range
    Share range;  // of it, what is moved now
    std::atomic<std::size_t> to_write{0};  // gradients of own shards
    std::atomic<bool> is_added{false};     // so far as they are one's own
    std::vector<std::byte> sent;           // where it is not sent as it lies
    std::vector<std::byte> received;       // in BF16
    std::vector<float> sums;               // (partial sums of the other ranks, own part)
    Ranks::Pending pending;
  };

  [[nodiscard]] Share part_of(const Piece& piece, std::size_t rank) const;
  [[nodiscard]] std::vector<std::size_t> part_bytes(const Piece& piece, std::size_t each) const;
  void add_own(const Piece& piece);
  [[nodiscard]] std::span<const std::byte> to_send(Piece& piece);
  void exchange(Piece& piece);
  [[nodiscard]] std::span<float> add_parts(Piece& piece);
  void move_part(Piece& piece);
  void end(Piece& piece);

  Options options_;
  Ranks exchanging_;  // that may begin pieces while others have not ended
  Ranks gathering_;
  std::deque<Piece> pieces_;  // of all parameters
  std::span<ShardResult> shards_;
  std::vector<Share> owns_;                             // shards, by rank
  std::vector<std::vector<std::size_t>> partial_sums_;  // by rank
  // Of the round, from the last parameters to the first, as they are written. All ranks begin and
  // end them in this order.
  std::vector<Piece*> round_;
  std::size_t exchanged_ = 0;  // pieces, begun
  std::size_t moved_ = 0;
  std::size_t ended_ = 0;
};

// Of so many shards those whose gradients are still sums to be added, when the rank that has these
// ones has added them as far as the tree allows.
[[nodiscard]] std::vector<std::size_t> partial_sums(std::size_t shards, const Share& own);

}  // namespace likeness
