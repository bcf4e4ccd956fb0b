// Which rows of databases show the same picture, decided as at home.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "likeness/postgres/published_together.hpp"
#include "likeness/shop/same_pictures.hpp"

namespace likeness {

// For one thread; the rows outlive it.
class RowPictures {
 public:
  // `order`: places of all rows, in the order in which they are likely to be asked about. Pictures
  // are fetched some at a time, when the first of them is needed.
  RowPictures(const PublishedTogether& published, std::span<const PublishedRow> rows,
              std::vector<std::size_t> order);
  ~RowPictures() = default;
  RowPictures(const RowPictures&) = delete;
  RowPictures& operator=(const RowPictures&) = delete;
  RowPictures(RowPictures&&) = delete;
  RowPictures& operator=(RowPictures&&) = delete;

  // As SameItem. A row without a picture, as one has that was removed a moment ago, is the same as
  // none.
  [[nodiscard]] std::optional<std::size_t> operator()(std::size_t row,
                                                      std::span<const std::size_t> others);

 private:
  [[nodiscard]] bool is_there(std::size_t row);
  void fetch(std::size_t row);

  const PublishedTogether& published_;
  std::span<const PublishedRow> rows_;
  std::vector<std::size_t> order_;
  std::size_t next_ = 0;                                                // of the order
  std::unordered_map<std::size_t, std::vector<std::uint8_t>> fetched_;  // by row; empty: none
  SamePictures same_;
};

}  // namespace likeness
