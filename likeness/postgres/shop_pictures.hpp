// The pictures of a shop's items in a database, as small as `recommend --distinct` compares them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "likeness/base/work.hpp"
#include "likeness/postgres/postgres.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

// Whether all of them were published once.
[[nodiscard]] bool has_pictures(Postgres& database, std::int32_t shop);

// Makes those of the database the shop's, and returns how many were new or changed. The first time
// what was sent stays there when it is killed; later all of it is seen, or nothing.
std::size_t publish_pictures(Postgres& database, std::int32_t shop, const Store& store,
                             const ShopFiles& files, const Work& work);

}  // namespace likeness
