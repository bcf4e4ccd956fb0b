// A shop as it is at one moment, for any number of threads that ask at once: what a service answers
// from until the shop has changed, and then replaces as a whole.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <span>
#include <vector>

#include "likeness/shop/embedders.hpp"
#include "likeness/shop/gallery.hpp"
#include "likeness/shop/gallery_clusters.hpp"
#include "likeness/shop/item_cache.hpp"
#include "likeness/shop/item_pictures.hpp"
#include "likeness/shop/part_weights.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/store/change_watch.hpp"

namespace likeness {

class ShopView {
 public:
  // Who searches where those who ask at once share the work does not keep a processor busy: so many
  // may ask there at a time.
  [[nodiscard]] static constexpr std::size_t askers_where_shared(std::size_t threads) noexcept {
    constexpr std::size_t kForEach = 16;
    constexpr std::size_t kEnough = 64;  // each has a reader of its own
    return std::max(threads, std::min(kEnough, kForEach * threads));
  }

  // `threads` prepare what is searched, and as many may ask at a time, or askers_where_shared().
  // Error::kUnavailable if the shop changes all the time.
  // What it can it takes over from the view before it.
  ShopView(ShopFiles files, const ChangeWatch& watch, std::size_t threads,
           const ShopView* before = nullptr);
  ~ShopView();
  ShopView(const ShopView&) = delete;
  ShopView& operator=(const ShopView&) = delete;
  ShopView(ShopView&&) = delete;
  ShopView& operator=(ShopView&&) = delete;

  [[nodiscard]] const ShopFiles& files() const noexcept { return files_; }
  // The state of the database that this is a view of.
  [[nodiscard]] const ChangeWatch::State& state() const noexcept { return state_; }
  [[nodiscard]] const std::optional<StoredPack>& first_pack() const noexcept { return first_pack_; }
  [[nodiscard]] std::size_t items() const noexcept { return items_; }

  [[nodiscard]] const ItemCache& known_items() const noexcept { return known_items_; }

  // One thread's way into the shop.
  struct Eyes {
    Eyes(const ShopFiles& files) : store(open_store(files)), pictures(files, store) {}
    Store store;
    ItemPictures pictures;
  };
  class Reader {
   public:
    explicit Reader(const ShopView& view);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    Reader(Reader&&) = delete;
    Reader& operator=(Reader&&) = delete;
    [[nodiscard]] const Store& store() const noexcept { return eyes_->store; }
    [[nodiscard]] ItemPictures& pictures() const noexcept { return eyes_->pictures; }

   private:
    const ShopView& view_;
    std::unique_ptr<Eyes> eyes_;
  };

  // What is searched, and its clusters.
  struct Searched {
    Searched(const Store& store, const ShopFiles& files, const std::vector<PartWeight>& weights,
             std::size_t threads)
        : gallery(store, files, weights, threads), clusters(clusters_of(store, gallery)) {}
    Gallery gallery;
    std::optional<GalleryClusters> clusters;
  };
  // Weighted ones are kept for the next who asks with the same weights. Error::kNotFound, with its
  // remedy, if the shop has nothing to search; errors as of Gallery().
  [[nodiscard]] std::shared_ptr<const Searched> searched() const;
  [[nodiscard]] std::shared_ptr<const Searched> searched(
      const Reader& reader, const std::vector<PartWeight>& weights) const;
  // Whether there is anything to search.
  [[nodiscard]] bool can_search() const noexcept { return searched_ != nullptr; }
  // As of Gallery.
  [[nodiscard]] bool is_shared() const noexcept {
    return searched_ && searched_->gallery.is_shared();
  }

  // As of Embedders, or of record_of() if the shop has nothing to search. The pack is the first.
  [[nodiscard]] BroughtPicture bring(std::span<const std::byte> file, const StoredPack& pack) const;
  // As of Embedders. Error::kNotFound, with its remedy, if the shop has nothing to search.
  [[nodiscard]] std::vector<float> embed(std::span<const BroughtPicture> pictures) const;
  // Of the active model's latents; none if there is nothing to search.
  [[nodiscard]] std::span<const Part> parts() const;

 private:
  struct Weighted {
    std::vector<PartWeight> weights;
    std::shared_ptr<const Searched> searched;
  };

  void open_all();
  void open_searched(const Store& store);

  ShopFiles files_;
  std::size_t threads_;
  ChangeWatch::State state_;
  std::optional<StoredPack> first_pack_;
  std::size_t items_ = 0;
  std::shared_ptr<const Searched> searched_;
  Message nothing_searched_{""};  // why there is nothing to search
  std::shared_ptr<const Embedders> embedders_;

  ItemCache known_items_;
  mutable std::counting_semaphore<> free_{0};
  mutable std::mutex mutex_;  // of what follows
  mutable std::vector<std::unique_ptr<Eyes>> eyes_;
  mutable std::list<Weighted> weighted_;  // the one that was asked for last comes first
};

}  // namespace likeness
