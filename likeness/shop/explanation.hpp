// Why an item is among what was recommended.
#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "likeness/encoder/parts.hpp"
#include "likeness/neighbours/recommend.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

struct Explanation {
  struct PartDistance {
    std::string part;
    double distance = 0.0;
  };
  // From the query, by the numbers of one part alone: the squares of all make up that of the
  // distance. None: the model has no parts.
  std::vector<PartDistance> parts;
  std::size_t nearest = 0;               // of what is liked, as the taste numbers it
  std::vector<std::string> common_tags;  // names of those whose value something liked has, too
};

class Explainer {
 public:
  // The parts are the model's; the tags are all that the items of the taste's first vectors have.
  Explainer(std::span<const Part> parts, std::size_t dimensions, const Taste& taste,
            const std::vector<ItemTag>& liked_tags);

  // Of an item with this vector, weighted as the taste's are.
  [[nodiscard]] Explanation of(std::span<const float> vector,
                               const std::vector<ItemTag>& tags) const;

 private:
  [[nodiscard]] std::vector<Explanation::PartDistance> distances_by_part(
      std::span<const float> vector) const;
  [[nodiscard]] std::size_t nearest_liked(std::span<const float> vector) const;

  std::span<const Part> parts_;
  const Taste& taste_;
  std::vector<float> query_;
  std::set<std::pair<std::string, std::string>> liked_tags_;
};

}  // namespace likeness
