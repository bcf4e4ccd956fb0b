#include "tests/damage/damaged_bytes.hpp"

#include <algorithm>
#include <utility>

namespace likeness {
namespace {

void flip(std::string& bytes, std::size_t place, Random& random) {
  bytes[place] = static_cast<char>(bytes[place] ^ static_cast<char>(1 + random.below(255)));
}

// Most of a small database is empty: every other time a byte that is not.
std::size_t some_place(const std::string& bytes, Random& random) {
  std::size_t place = random.below(bytes.size());
  if (random.below(2) == 0) return place;
  for (int tries = 0; tries < 1000 && bytes[place] == '\0'; ++tries) {
    place = random.below(bytes.size());
  }
  return place;
}

std::string flip_some(std::string& bytes, Random& random) {
  const std::size_t place = some_place(bytes, random);
  const std::size_t count = std::min<std::size_t>(1 + random.below(64), bytes.size() - place);
  for (std::size_t i = 0; i < count; ++i) flip(bytes, place + i, random);
  return std::to_string(count) + " bytes flipped from " + std::to_string(place) + " on";
}

std::string clear_sector(std::string& bytes, Random& random) {
  constexpr std::size_t kSector = 512;
  const std::size_t begin = some_place(bytes, random) / kSector * kSector;
  const std::size_t end = std::min(begin + kSector, bytes.size());
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
            bytes.begin() + static_cast<std::ptrdiff_t>(end), '\0');
  return "zeros from " + std::to_string(begin) + " on";
}

std::string mix_blocks(std::string& bytes, std::size_t block, Random& random) {
  const std::size_t blocks = std::max<std::size_t>(bytes.size() / block, 1);
  const std::size_t a = random.below(blocks);
  const std::size_t b = random.below(blocks);
  const std::string first = bytes.substr(a * block, block);
  const std::string second = bytes.substr(b * block, block);
  bytes.replace(a * block, second.size(), second);
  if (random.below(2) == 0) return "block " + std::to_string(b) + " also as " + std::to_string(a);
  bytes.replace(b * block, first.size(), first);
  return "blocks " + std::to_string(a) + " and " + std::to_string(b) + " exchanged";
}

std::string change_end(std::string& bytes, Random& random) {
  const std::size_t before = bytes.size();
  if (random.below(4) == 0) {
    bytes.append(1 + random.below(5000), 'x');
  } else {
    bytes.resize(random.below(bytes.size()));
  }
  return "length " + std::to_string(bytes.size()) + " instead of " + std::to_string(before);
}

}  // namespace

DamagedBytes damage(const std::string& sound, std::size_t block, Random& random) {
  DamagedBytes damaged{.bytes = sound, .what = {}};
  const auto kind = random.below(10);
  if (kind < 5) {
    const std::size_t place = some_place(sound, random);
    flip(damaged.bytes, place, random);
    damaged.what = "byte " + std::to_string(place) + " flipped";
  } else if (kind < 6) {
    damaged.what = flip_some(damaged.bytes, random);
  } else if (kind < 7) {
    damaged.what = clear_sector(damaged.bytes, random);
  } else if (kind < 9) {
    damaged.what = mix_blocks(damaged.bytes, block, random);
  } else {
    damaged.what = change_end(damaged.bytes, random);
  }
  return damaged;
}

}  // namespace likeness
