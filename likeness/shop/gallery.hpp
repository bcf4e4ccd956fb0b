// What is searched, of one snapshot of the shop: the latents of its active model where they lie,
// which of them are items, and what a distance means. It is read-only, and any number of threads
// may ask it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "likeness/neighbours/index.hpp"
#include "likeness/neighbours/item_set.hpp"
#include "likeness/neighbours/relevance.hpp"
#include "likeness/shop/latent_files.hpp"
#include "likeness/shop/part_weights.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

class Gallery {
 public:
  // Without weights nothing is copied, and of the files only what is searched is read. Weighted,
  // all latents are copied. Error::kNotFound if there are none; errors as of number_factors() and
  // open_latents().
  Gallery(const Store& store, const ShopFiles& files, const std::vector<PartWeight>& weights,
          std::size_t threads);

  [[nodiscard]] const StoredModel& model() const noexcept { return model_; }
  [[nodiscard]] const Index& index() const noexcept { return *index_; }
  // Whether those who ask the index at once share its work, so that more of them than processors
  // get more answers.
  [[nodiscard]] bool is_shared() const noexcept { return is_shared_; }
  [[nodiscard]] const Relevance& relevance() const noexcept { return relevance_; }
  // The numbers of the index that are items, and how many that are.
  [[nodiscard]] const ItemSet& items() const noexcept { return items_; }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }

  // The number of the item with this picture; nothing if it has no latent.
  [[nodiscard]] std::optional<std::size_t> number_of(const RecordPlace& place) const;
  [[nodiscard]] RecordPlace place_of(std::size_t number) const;
  // Its latent, weighted.
  [[nodiscard]] std::vector<float> vector(std::size_t number) const;
  // Weighs a vector of the model as the latents are.
  void weigh(std::vector<float>& vectors) const;

 private:
  // The numbers of a pack's records begin at `first`.
  struct Part {
    PackLatents latents;
    std::size_t first = 0;
  };
  [[nodiscard]] const Part& part_of(std::size_t number) const;
  void find_items(const Store& store);
  void lay_out();
  void search_files(std::size_t threads);
  void copy_rows();
  [[nodiscard]] Relevance measure_relevance(std::size_t threads) const;

  StoredModel model_;
  std::vector<float> factors_;  // none: all 1
  std::vector<Part> parts_;
  std::size_t numbers_ = 0;
  ItemSet items_;
  std::size_t count_ = 0;
  std::vector<float> copied_;  // a row for each number; none: they are searched where they lie
  std::unique_ptr<const Index> index_;
  bool is_shared_ = false;
  Relevance relevance_;
};

// Measures the distances between latents of the active model, for all galleries to come.
void keep_pair_distances(Store& store, const ShopFiles& files, std::size_t threads);

}  // namespace likeness
