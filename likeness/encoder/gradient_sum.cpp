#include "likeness/encoder/gradient_sum.hpp"

#include <algorithm>
#include <utility>

#include "likeness/compute/kernels.hpp"

namespace likeness {
namespace {

constexpr std::size_t kPiece = std::size_t{1}
                               << 17U;  // parameters: what is last to be sent is short

Tensor tensor(float* values, std::size_t count) { return {.shape = {.c = count}, .data = values}; }

Tensor in_bf16(std::byte* bytes, std::size_t count) {
  return {.shape = {.c = count}, .precision = Precision::kBf16, .data = bytes};
}

bool is_within(const Addition& addition, const Share& own) {
  return own.begin <= addition.into && addition.end <= own.end;
}

void add_into(float* sum, float* values, std::size_t count) {
  if (count > 0) add(tensor(sum, count), tensor(values, count), tensor(sum, count));
}

}  // namespace

std::vector<std::size_t> partial_sums(std::size_t shards, const Share& own) {
  std::vector<bool> added(shards);
  for_additions(shards, [&](const Addition& addition) {
    if (is_within(addition, own)) added[addition.from] = true;
  });
  std::vector<std::size_t> left;
  for (std::size_t shard = own.begin; shard < own.end; ++shard) {
    if (!added[shard]) left.push_back(shard);
  }
  return left;
}

GradientSum::GradientSum(Options options)
    : options_(std::move(options)),
      exchanging_(options_.ranks.again()),
      gathering_(options_.ranks.again()) {
  const std::size_t count = options_.weights.size();
  for (std::size_t begin = 0; begin < count; begin += kPiece) {
    pieces_.emplace_back().whole = {.begin = begin, .end = std::min(begin + kPiece, count)};
  }
}

void GradientSum::begin(std::span<ShardResult> shards, const Share& range) {
  finish();
  const Ranks& ranks = options_.ranks;
  shards_ = shards;
  owns_.clear();
  partial_sums_.clear();
  for (std::size_t rank = 0; rank < ranks.count(); ++rank) {
    owns_.push_back(ranks.share_of(shards.size(), rank));
    partial_sums_.push_back(partial_sums(shards.size(), owns_.back()));
  }
  round_.clear();
  exchanged_ = moved_ = ended_ = 0;
  for (std::size_t i = pieces_.size(); i-- > 0;) {
    Piece& piece = pieces_[i];
    piece.range = piece.whole.within(range);
    piece.to_write = owns_[ranks.rank()].size() * piece.range.size();
    piece.is_added = piece.to_write == 0;  // there is nothing to wait for
    if (piece.range.size() > 0) round_.push_back(&piece);
  }
}

void GradientSum::written(const Share& gradients) {
  if (gradients.size() == 0) return;
  for (Piece* const piece : round_) {
    const std::size_t count = piece->range.within(gradients).size();
    if (count == 0 || piece->to_write.fetch_sub(count) != count) continue;
    add_own(*piece);
    piece->is_added = true;
  }
}

void GradientSum::go_on() {
  for (; exchanged_ < round_.size() && round_[exchanged_]->is_added; ++exchanged_) {
    exchange(*round_[exchanged_]);
  }
  for (; moved_ < exchanged_ && exchanging_.has_ended(round_[moved_]->pending); ++moved_) {
    move_part(*round_[moved_]);
  }
  for (; ended_ < moved_ && gathering_.has_ended(round_[ended_]->pending); ++ended_) {
    end(*round_[ended_]);
  }
}

void GradientSum::finish() {
  if (ended_ == round_.size()) return;
  options_.ranks.wait([this] {
    go_on();
    return ended_ == round_.size();
  });
}

void GradientSum::gather(std::span<float> values) {
  for (Piece& piece : pieces_) {
    piece.range = piece.whole;
    const auto bytes =
        std::as_writable_bytes(values.subspan(piece.range.begin, piece.range.size()));
    piece.pending =
        gathering_.begin_gather({.bytes = bytes, .sizes = part_bytes(piece, sizeof(float))});
    gathering_.wait(piece.pending);
  }
}

Share GradientSum::part_of(const Piece& piece, std::size_t rank) const {
  const Share part = options_.ranks.share_of(piece.whole.size(), rank);
  return Share{.begin = piece.whole.begin + part.begin, .end = piece.whole.begin + part.end}.within(
      piece.range);
}

std::vector<std::size_t> GradientSum::part_bytes(const Piece& piece, std::size_t each) const {
  std::vector<std::size_t> sizes(options_.ranks.count());
  for (std::size_t rank = 0; rank < sizes.size(); ++rank) {
    sizes[rank] = part_of(piece, rank).size() * each;
  }
  return sizes;
}

void GradientSum::add_own(const Piece& piece) {
  const auto values = [&](std::size_t shard) {
    return shards_[shard].gradients.data() + piece.range.begin;
  };
  for_additions(shards_.size(), [&](const Addition& addition) {
    if (!is_within(addition, owns_[options_.ranks.rank()])) return;
    add_into(values(addition.into), values(addition.from), piece.range.size());
  });
}

// By rank its part of each partial sum.
std::span<const std::byte> GradientSum::to_send(Piece& piece) {
  const auto& own_sums = partial_sums_[options_.ranks.rank()];
  if (own_sums.size() == 1 && options_.wire == Precision::kF32) {  // it lies like that
    const std::span<const float> gradients = shards_[own_sums.front()].gradients;
    return std::as_bytes(gradients.subspan(piece.range.begin, piece.range.size()));
  }
  const std::size_t each = bytes_per_value(options_.wire);
  piece.sent.resize(own_sums.size() * piece.range.size() * each);
  std::byte* next = piece.sent.data();
  for (std::size_t rank = 0; rank < options_.ranks.count(); ++rank) {
    const Share part = part_of(piece, rank);
    if (part.size() == 0) continue;
    for (const std::size_t shard : own_sums) {
      copy_as(tensor(shards_[shard].gradients.data() + part.begin, part.size()),
              {.shape = {.c = part.size()}, .precision = options_.wire, .data = next});
      next += part.size() * each;
    }
  }
  return piece.sent;
}

void GradientSum::exchange(Piece& piece) {
  const Ranks& ranks = options_.ranks;
  const std::size_t each = bytes_per_value(options_.wire);
  auto sent = part_bytes(piece, partial_sums_[ranks.rank()].size() * each);
  std::vector<std::size_t> received(ranks.count());
  std::size_t values = 0;
  for (std::size_t rank = 0; rank < ranks.count(); ++rank) {
    if (rank == ranks.rank()) continue;
    const std::size_t count = partial_sums_[rank].size() * part_of(piece, ranks.rank()).size();
    received[rank] = count * each;
    values += count;
  }
  piece.sums.resize(values);
  auto into = std::as_writable_bytes(std::span(piece.sums));
  if (options_.wire == Precision::kBf16) {
    piece.received.resize(values * each);
    into = piece.received;
  }
  piece.pending = exchanging_.begin_exchange({.bytes = to_send(piece), .sizes = std::move(sent)},
                                             {.bytes = into, .sizes = std::move(received)});
}

// What is left of the tree, for the own part of the parameters.
std::span<float> GradientSum::add_parts(Piece& piece) {
  const Share part = part_of(piece, options_.ranks.rank());
  if (part.size() == 0) return {};
  if (options_.wire == Precision::kBf16 && !piece.sums.empty()) {
    const std::size_t count = piece.sums.size();
    copy_as(in_bf16(piece.received.data(), count), tensor(piece.sums.data(), count));
  }
  std::vector<float*> sums(shards_.size());  // where the partial sum of a shard lies
  float* next = piece.sums.data();
  for (std::size_t rank = 0; rank < options_.ranks.count(); ++rank) {
    const bool is_own = rank == options_.ranks.rank();
    for (const std::size_t shard : partial_sums_[rank]) {
      sums[shard] = is_own ? shards_[shard].gradients.data() + part.begin : next;
      if (!is_own) next += part.size();
    }
  }
  for_additions(shards_.size(), [&](const Addition& addition) {
    const bool added =
        std::ranges::any_of(owns_, [&](const Share& own) { return is_within(addition, own); });
    if (!added) add_into(sums[addition.into], sums[addition.from], part.size());
  });
  return {sums.front(), part.size()};
}

// Nobody reads these weights any more in this step: of all shards of all ranks the gradients by
// them are written.
void GradientSum::move_part(Piece& piece) {
  const Share part = part_of(piece, options_.ranks.rank());
  const std::span<float> sums = add_parts(piece);
  auto bytes =
      std::as_writable_bytes(options_.weights.subspan(piece.range.begin, piece.range.size()));
  const std::size_t each = bytes_per_value(options_.wire);
  if (options_.wire == Precision::kBf16) {
    piece.sent.resize(piece.range.size() * each);
    bytes = piece.sent;
  }
  if (!sums.empty() && options_.wire == Precision::kF32) options_.move(part.begin, sums);
  if (!sums.empty() && options_.wire == Precision::kBf16) {
    copy_as(tensor(sums.data(), sums.size()),
            in_bf16(bytes.data() + (part.begin - piece.range.begin) * each, sums.size()));
  }
  piece.pending = gathering_.begin_gather({.bytes = bytes, .sizes = part_bytes(piece, each)});
}

// Also one's own part is what the others get, so that all have the same.
void GradientSum::end(Piece& piece) {
  if (options_.wire == Precision::kF32) return;
  piece.sums.resize(piece.range.size());
  copy_as(in_bf16(piece.sent.data(), piece.sums.size()),
          tensor(piece.sums.data(), piece.sums.size()));
  options_.move(piece.range.begin, piece.sums);
}

}  // namespace likeness
