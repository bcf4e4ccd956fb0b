// The bytes of a graph. All numbers are little-endian, all offsets count from the file's start.
//
//   header   4,096 bytes
//     0  magic "likegrap"                 24  checksum u64 of the latents' checksums
//     8  version u32, now 1               32  for each of 2 graphs 1,024 bytes: its entry u32, the
//    12  links u32, M                         number of its levels u32, the rows of each u32; zeros
//    16  rows u64, N                    4,080  checksum u64 of the checksums
//                                       4,088  checksum u64 of the header's first 4,088 bytes
//   lowest   N x 2 M u32: the links of each row, then 2^32 - 1
//   levels   of the first graph, then of the second, from the lowest but one up: the rows that are
//            on it, R u32, ascending, and the links of each, R x M u32
//   checksums  a u64 for each 4 KiB of the file before them, the header left out: XXH3-64
//   end of file: nothing follows
//
// Blocks of 4 KiB, because a search reads the links of some thousand rows here and there.
#include "likeness/neighbours/graph_file.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>
#include <string_view>
#include <utility>

#include "likeness/base/bytes.hpp"
#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"
#include "likeness/neighbours/graphs.hpp"

namespace likeness {
namespace {

constexpr std::string_view kGraphMagic = "likegrap";
constexpr std::uint32_t kGraphVersion = 1;
constexpr std::size_t kGraphHeaderBytes = 4096;
constexpr std::size_t kGraphsAt = 32;
constexpr std::size_t kGraphBytes = 1024;
constexpr std::size_t kSumAt = kGraphHeaderBytes - 16;
constexpr std::size_t kGraphBlockBytes = 4096;
constexpr std::uint32_t kNoPoint = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kMostLevels = 64;
constexpr std::size_t kMostLinks = 1024;

static_assert(kGraphsAt + Graphs::kCount * kGraphBytes <= kSumAt);

// What a header says of a graph.
struct GraphHead {
  std::uint32_t entry = kNoPoint;
  std::vector<std::uint32_t> levels;  // rows of each above the lowest
};

std::vector<std::byte> header_of(const LatentsFile& latents, std::size_t links,
                                 std::span<const GraphHead> graphs,
                                 std::span<const std::byte> sums) {
  ByteWriter header;
  const auto fill_up_to = [&header](std::size_t offset) {
    header.write_bytes(std::vector<std::byte>(offset - header.bytes().size()));
  };
  header.write_text(kGraphMagic);
  header.write_u32(kGraphVersion);
  header.write_u32(static_cast<std::uint32_t>(links));
  header.write_u64(latents.count());
  header.write_u64(latents.fingerprint());
  for (std::size_t g = 0; g < graphs.size(); ++g) {
    fill_up_to(kGraphsAt + g * kGraphBytes);
    header.write_u32(graphs[g].entry);
    header.write_u32(static_cast<std::uint32_t>(graphs[g].levels.size()));
    for (const std::uint32_t rows : graphs[g].levels) header.write_u32(rows);
  }
  fill_up_to(kSumAt);
  header.write_u64(checksum(sums));
  header.write_u64(checksum(header.bytes()));
  return {header.bytes().begin(), header.bytes().end()};
}

// Links as they are kept: `most` of them, those that are missing as kNoPoint.
void append_links(std::span<const std::uint32_t> links, std::size_t most,
                  std::vector<std::uint32_t>& to) {
  to.insert(to.end(), links.begin(), links.end());
  to.resize(to.size() + most - links.size(), kNoPoint);
}

std::span<const std::byte> bytes_of(std::span<const std::uint32_t> numbers) {
  return std::as_bytes(numbers);
}

}  // namespace

void write_graph(const std::filesystem::path& path, const LatentsFile& latents,
                 const GraphOptions& options) {
  const Space space(latents.rows(), [&](std::size_t row) { latents.check_row(row); });
  const Graphs graphs(space, options);
  AtomicFile file(path);
  file.write(std::vector<std::byte>(kGraphHeaderBytes));
  SummedWriter writer(file, kGraphHeaderBytes, kGraphBlockBytes);
  std::vector<std::uint32_t> numbers;
  for (std::size_t row = 0; row < latents.count(); ++row) {
    numbers.clear();
    append_links(graphs.links(row, 0), 2 * options.links, numbers);
    writer.write(bytes_of(numbers));
  }
  std::vector<GraphHead> heads(Graphs::kCount);
  for (std::size_t g = 0; g < heads.size(); ++g) {
    if (g >= latents.count()) continue;
    heads[g].entry = graphs.entry(g);
    for (std::size_t level = 1; level <= graphs.top_level(g); ++level) {
      const std::vector<std::uint32_t> rows = graphs.items_on(g, level);
      heads[g].levels.push_back(static_cast<std::uint32_t>(rows.size()));
      writer.write(bytes_of(rows));
      numbers.clear();
      for (const std::uint32_t row : rows) {
        append_links(graphs.links(row, level), options.links, numbers);
      }
      writer.write(bytes_of(numbers));
    }
  }
  const auto sums = writer.finish();
  file.write(sums);
  file.write_at(0, header_of(latents, options.links, heads, sums));
  file.commit();
}

GraphFile::GraphFile(const std::filesystem::path& path) : file_(path), name_(path.string()) {
  read();
}

void GraphFile::fail(const std::string& reason) const {
  throw Error(Error::Kind::kCorrupt, name_ + ": is no graph that we can read: " + reason,
              {.does = "make it again", .verb = "embed"});
}

// The next numbers of the file, which must have them.
std::span<const std::uint32_t> GraphFile::take(std::size_t& offset, std::size_t count) const {
  const auto rest = file_.bytes().subspan(offset);
  if (count > rest.size() / sizeof(std::uint32_t)) fail("it is too short for what its head tells");
  offset += count * sizeof(std::uint32_t);
  return {reinterpret_cast<const std::uint32_t*>(rest.data()), count};
}

// Each number is bounded before it is multiplied.
void GraphFile::read() {
  const auto bytes = file_.bytes();
  if (bytes.size() < kGraphHeaderBytes) fail("it ends within its header");
  ByteReader reader(bytes.first(kGraphHeaderBytes), name_);
  if (reader.read_text(kGraphMagic.size()) != kGraphMagic)
    fail("it does not begin with \"likegrap\"");
  const std::uint32_t version = reader.read_u32();
  if (version != kGraphVersion) fail("its version is " + std::to_string(version));
  const std::size_t head = kGraphHeaderBytes - sizeof(std::uint64_t);
  if (checksum(bytes.first(head)) != ByteReader(bytes.subspan(head, 8), name_).read_u64()) {
    fail("its header is damaged");
  }
  links_ = reader.read_u32();
  rows_ = reader.read_u64();
  fingerprint_ = reader.read_u64();
  if (links_ == 0 || links_ > kMostLinks || rows_ == 0 || rows_ >= kNoPoint) {
    fail("its header holds a number that cannot be");
  }
  std::size_t offset = kGraphHeaderBytes;
  lowest_ = take(offset, rows_ * 2 * links_);
  for (std::size_t g = 0; g < graphs_.size(); ++g) {
    ByteReader graph(bytes.subspan(kGraphsAt + g * kGraphBytes, kGraphBytes), name_);
    graphs_.at(g).entry = graph.read_u32();
    const std::uint32_t levels = graph.read_u32();
    if (levels > kMostLevels) fail("its header holds a number that cannot be");
    for (std::uint32_t level = 0; level < levels; ++level) {
      const std::uint32_t rows = graph.read_u32();
      const auto of_level = take(offset, rows);
      graphs_.at(g).levels.push_back({.rows = of_level, .links = take(offset, rows * links_)});
    }
  }
  const std::size_t sums =
      count_blocks(offset - kGraphHeaderBytes, kGraphBlockBytes) * sizeof(std::uint64_t);
  if (bytes.size() - offset != sums) {
    fail("its length is not the one its header tells; it was cut off or added to");
  }
  if (ByteReader(bytes.subspan(kSumAt, 8), name_).read_u64() != checksum(bytes.subspan(offset))) {
    fail("its checksums are damaged");
  }
  blocks_ = SummedBlocks(bytes.subspan(kGraphHeaderBytes, offset - kGraphHeaderBytes),
                         bytes.subspan(offset), kGraphBlockBytes);
}

bool GraphFile::belongs_to(const LatentsFile& latents) const noexcept {
  return fingerprint_ == latents.fingerprint() && rows_ == latents.count();
}

void GraphFile::check_all(std::size_t threads) const {
  if (const auto block = blocks_.damage_in(0, blocks_.bytes().size(), threads)) {
    fail("block " + std::to_string(*block) + " is damaged");
  }
}

std::span<const std::uint32_t> GraphFile::checked(std::span<const std::uint32_t> part) const {
  if (part.empty()) return part;
  const auto first = static_cast<std::size_t>(bytes_of(part).data() - blocks_.bytes().data());
  if (const auto block = blocks_.damage_in(first, first + part.size_bytes())) {
    fail("block " + std::to_string(*block) + " is damaged");
  }
  return part;
}

// The few rows above the lowest level are found by halving.
std::span<const std::uint32_t> GraphFile::links_of(const Level& level, std::uint32_t row) const {
  const auto rows = checked(level.rows);
  const auto found = std::ranges::lower_bound(rows, row);
  if (found == rows.end() || *found != row) return {};
  const auto place = static_cast<std::size_t>(found - rows.begin());
  return checked(level.links.subspan(place * links_, links_));
}

// One search of one graph.
class GraphFile::Walk {
 public:
  Walk(const GraphFile& file, const Graph& graph, const Space& space, std::span<const float> query)
      : file_(file), graph_(graph), space_(space), query_(query), seen_((file.rows_ + 63) / 64) {}

  // The nearest of `breadth` candidates, in any order.
  std::vector<Neighbour> nearest(std::size_t breadth) {
    if (graph_.entry == kNoPoint) return {};
    Neighbour start = measure(graph_.entry);
    for (std::size_t level = graph_.levels.size(); level-- > 0;) {
      start = descend(start, graph_.levels[level]);
    }
    return spread(start, breadth);
  }

 private:
  [[nodiscard]] Neighbour measure(std::size_t row) const {
    if (row >= file_.rows_) file_.fail("it links to a row that there is not");
    return {.item = row, .distance = space_.distance(query_.data(), row)};
  }

  bool see(std::size_t row) {
    if (row >= file_.rows_) file_.fail("it links to a row that there is not");
    const std::uint64_t bit = std::uint64_t{1} << (row % 64);
    const bool is_new = (seen_[row / 64] & bit) == 0;
    seen_[row / 64] |= bit;
    return is_new;
  }

  // To the row of the level that has no nearer one linked to it.
  [[nodiscard]] Neighbour descend(Neighbour nearest, const Level& level) const {
    for (bool nearer = true; nearer;) {
      nearer = false;
      for (const std::uint32_t link :
           file_.links_of(level, static_cast<std::uint32_t>(nearest.item))) {
        if (link == kNoPoint) break;
        const Neighbour next = measure(link);
        if (next < nearest) {
          nearest = next;
          nearer = true;
        }
      }
    }
    return nearest;
  }

  // On the lowest level, from the nearest row that is known to those linked to it, until none of
  // them is nearer than the farthest that is kept.
  std::vector<Neighbour> spread(const Neighbour& start, std::size_t breadth) {
    const auto farther = [](const Neighbour& a, const Neighbour& b) { return b < a; };
    std::priority_queue<Neighbour, std::vector<Neighbour>, decltype(farther)> open(farther);
    std::priority_queue<Neighbour> kept;
    (void)see(start.item);
    open.push(start);
    kept.push(start);
    while (!open.empty()) {
      const Neighbour next = open.top();
      if (kept.size() >= breadth && kept.top() < next) break;
      open.pop();
      const std::size_t links = 2 * file_.links_;
      for (const std::uint32_t link :
           file_.checked(file_.lowest_.subspan(next.item * links, links))) {
        if (link == kNoPoint) break;
        if (!see(link)) continue;
        const Neighbour found = measure(link);
        if (kept.size() >= breadth && kept.top() < found) continue;
        open.push(found);
        kept.push(found);
        if (kept.size() > breadth) kept.pop();
      }
    }
    std::vector<Neighbour> nearest;
    for (; !kept.empty(); kept.pop()) nearest.push_back(kept.top());
    return nearest;
  }

  const GraphFile& file_;
  const Graph& graph_;
  const Space& space_;
  std::span<const float> query_;
  std::vector<std::uint64_t> seen_;  // a bit a row
};

std::vector<Neighbour> GraphFile::nearest(const Space& space, std::span<const float> placed_query,
                                          std::size_t count, std::size_t breadth) const {
  std::vector<Neighbour> found;
  for (const Graph& graph : graphs_) {
    const auto of_graph = Walk(*this, graph, space, placed_query).nearest(std::max(count, breadth));
    found.insert(found.end(), of_graph.begin(), of_graph.end());
  }
  std::ranges::sort(found, std::less());
  found.resize(std::min(found.size(), count));
  return found;
}

}  // namespace likeness
