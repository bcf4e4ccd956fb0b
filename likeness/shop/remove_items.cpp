#include "likeness/shop/remove_items.hpp"

#include <set>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/utf8.hpp"

namespace likeness {

// A mistyped key must not go unnoticed among many.
RemoveOutcome remove_items(const RemoveRequest& request) {
  require_shop(request.files);
  const ShopLock lock(request.files);
  Store store = open_store(request.files, OpenMode::kExisting);
  auto transaction = store.begin();
  std::set<std::string> keys;
  for (const std::string& key : request.keys) keys.insert(to_nfc(key));
  for (const std::string& key : keys) {
    if (store.remove_item(key)) continue;
    throw Error(Error::Kind::kNotFound,
                key + ": there is no such item in the shop: nothing was removed");
  }
  transaction.commit();
  return {.removed = keys.size()};
}

Json to_json(const RemoveOutcome& outcome) { return Json::Object{{"removed", outcome.removed}}; }

}  // namespace likeness
