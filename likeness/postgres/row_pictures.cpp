#include "likeness/postgres/row_pictures.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "likeness/catalogue/same_picture.hpp"

namespace likeness {
namespace {

constexpr std::size_t kAtOnce = 32;  // half a megabyte

}  // namespace

RowPictures::RowPictures(const PublishedTogether& published, std::span<const PublishedRow> rows,
                         std::vector<std::size_t> order)
    : published_(published), rows_(rows), order_(std::move(order)), same_([this](std::size_t row) {
        return PixelView{.size = kComparedCells, .pixels = fetched_.at(row)};
      }) {}

void RowPictures::fetch(std::size_t row) {
  std::vector<std::size_t> places{row};
  for (; next_ < order_.size() && places.size() < kAtOnce; ++next_) {
    const std::size_t place = order_[next_];
    if (place != row && !fetched_.contains(place)) places.push_back(place);
  }
  std::vector<const PublishedRow*> asked;
  asked.reserve(places.size());
  for (const std::size_t place : places) asked.push_back(&rows_[place]);
  const auto pictures = published_.pictures_of(asked);
  for (std::size_t i = 0; i < places.size(); ++i) {
    fetched_[places[i]].assign(pictures[i].begin(), pictures[i].end());
  }
}

bool RowPictures::is_there(std::size_t row) {
  if (!fetched_.contains(row)) fetch(row);
  return !fetched_.at(row).empty();
}

std::optional<std::size_t> RowPictures::operator()(std::size_t row,
                                                   std::span<const std::size_t> others) {
  if (!is_there(row)) return std::nullopt;
  std::vector<std::size_t> there;
  std::ranges::copy_if(others, std::back_inserter(there),
                       [this](std::size_t other) { return is_there(other); });
  return same_(row, there);
}

}  // namespace likeness
