// The verb "change": items put, tagged and removed by whoever holds their pictures, without files.
// Several changes share one pack, one file of latents and one transaction: killed, the shop is as
// before all of them or as after.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "likeness/base/checksum.hpp"
#include "likeness/base/work.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

// A picture on its way into a shop, decoded and described by whoever brings it.
struct NewPicture {
  Image record;  // as of record_of()
  Digest digest;
  // By the model that answers, and the checksum of its weights; none where the shop has no model.
  std::vector<float> latent = {};
  std::string weights = {};
};

struct ItemChange {
  std::string key;
  bool removes = false;                    // and nothing of the following
  std::optional<NewPicture> picture = {};  // none: the item must be there
  // These change; an empty value takes the tag away. With `only_these_tags` all others go.
  std::vector<ItemTag> tags = {};
  bool only_these_tags = false;
};

enum class Changed {
  kNew,
  kReplaced,  // its picture
  kSame,      // its picture; its tags may have changed
  kRemoved,
  kNoItem,      // nothing was done
  kOtherModel,  // nothing was done: another model answers than the one that described the picture
};

// Of each change what became of it. No two may be of the same key. Error::kUnavailable while
// another command changes the shop; Error::kInput for a key or a tag that cannot be, before
// anything is changed. All are on the disk when it returns.
[[nodiscard]] std::vector<Changed> change_items(const ShopFiles& files,
                                                std::span<const ItemChange> changes,
                                                const Work& work);

// RequestError, naming the field, for a key or a tag that no item can have.
void check_change(const ItemChange& change);

}  // namespace likeness
