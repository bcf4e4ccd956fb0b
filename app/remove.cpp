// likeness remove SHOP KEY...: items that shall not be recommended any more.
#include <fmt/format.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/shop.hpp"
#include "likeness/base/error.hpp"
#include "likeness/catalogue/utf8.hpp"

namespace likeness {
namespace {

struct RemoveOptions {
  ShopFiles files;
  std::vector<std::string> keys;
};

// All keys or none: a mistyped one must not go unnoticed among many.
Result remove(const RemoveOptions& options) {
  require_shop(options.files);
  const ShopLock lock(options.files);
  Store store = open_store(options.files, OpenMode::kExisting);
  auto transaction = store.begin();
  std::set<std::string> keys;
  for (const std::string& key : options.keys) keys.insert(to_nfc(key));
  for (const std::string& key : keys) {
    if (store.remove_item(key)) continue;
    throw Error(Error::Kind::kNotFound,
                key + ": there is no such item in the shop: nothing was removed");
  }
  transaction.commit();
  return {.text = text_of(fmt::format("removed {} items", keys.size())),
          .json = Json::Object{{"removed", keys.size()}}};
}

}  // namespace

Action remove_command(Arguments& arguments) {
  const auto options = std::make_shared<RemoveOptions>();
  arguments.word({"SHOP", "", "the shop's folder"}, options->files.folder);
  arguments.words({"KEY", "", "keys of the items: file names without folder and extension"},
                  options->keys);
  arguments.note(
      "A removed item is in no answer from now on, and packing its picture again, moved or with\n"
      "other metadata, does not bring it back; only other pixels under its path do.");
  return [options](const Common&) { return remove(*options); };
}

}  // namespace likeness
